"""What the commands for keys and recipients show before they write, and how they ask."""

import sys
from collections.abc import Iterable, Sequence

import click

from lamina.cli import output
from lamina.project.rule_differences import Difference, GroupChange, SelectionChange
from lamina.thought.sealed.creation.private import holds_private_key
from lamina.words.errors import Failure, Misuse

YES = click.option("-y", "--yes", is_flag=True, help="Write without asking.")
PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())


def count(number: int, what: str = "file") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {what}{'s' * (number != 1)}"


def named(recipient: str) -> str:
    """A recipient as it may be shown: what stands there in its place may be a private key."""
    return "a private key" if holds_private_key(recipient) else recipient


def failures(found: Sequence[Failure]) -> None:
    """Each file that is in the way, and why."""
    for failure in found:
        output.error(failure.message, failure.hint, failure.details)


def groups(changes: Iterable[GroupChange]) -> None:
    """Who comes and who leaves."""
    for change in changes:
        lead = f"  group {change.number}: " if change.number else "  "
        for sign, names in (("+", change.added), ("-", change.removed)):
            for name in names:
                line = output.safe(f"{lead}{sign} {named(name)}")
                output.result(output.styled(line, "green" if sign == "+" else "red"))


def difference(of: Difference, selection: SelectionChange | None = None) -> None:
    """A file, and how it is to change."""
    output.result(output.safe(of.file.name))
    groups(of.groups())
    if (needed := of.needed()) is not None:
        output.result(f"  opened by {needed[0]} -> {needed[1]}")
    if selection is not None and not of.ruled:
        _rule(of)
        turned(selection)


def turned(selection: SelectionChange) -> None:
    """What gets sealed, and loudly what becomes plain text; never what it says."""
    for place in selection.sealed:
        output.result(output.safe(f"  becomes sealed: {place}"))
    for place in selection.plain:
        output.result(output.styled(output.safe(f"  BECOMES PLAIN TEXT: {place}"), "red"))
    if not selection.known:
        output.result("  its comments are sealed, and choose: which values change shows when a key opens it")


def demand_answer(yes: bool, files: int) -> None:
    """Stop where something is to be written and nobody can be asked; raises Misuse."""
    if not yes and (sys.stdin is None or not sys.stdin.isatty()):
        message = f"{count(files)} would be written, and there is no terminal to ask on"
        raise Misuse(message, "--yes writes without asking, --check only looks")


def agreed(yes: bool, question: str) -> bool:
    """Whether the user agrees; says so where nothing is written."""
    if yes or click.confirm(question, err=True):
        return True
    output.note("nothing was written")
    return False


def _rule(of: Difference) -> None:
    old, wanted = of.file.look.metadata, of.wanted
    if old.rule != wanted.rule:
        before, after = (f"{rule.name} {rule.text}" for rule in (old.rule, wanted.rule))
        output.result(output.safe(f"  {before} -> {after}"))
    if old.mac_only_encrypted != wanted.mac_only_encrypted:
        before, after = (str(one).lower() for one in (old.mac_only_encrypted, wanted.mac_only_encrypted))
        output.result(f"  mac_only_encrypted {before} -> {after}")
