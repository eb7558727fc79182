"""Fixing: `fix`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.landing import CommitWish, landing_of, landing_options, tell_commit
from lamina.cli.options import folder_of, formats
from lamina.cli.patching import patch_of
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.changes.fixing import Fixed, Left
    from lamina.changes.writing import FileChange
    from lamina.words.finding import Finding


@click.command("fix", short_help="Mend what can be mended without a doubt.")
@click.argument("where", nargs=-1, metavar="[ENVIRONMENT|FILE|FOLDER]...")
@click.option("--rule", "rules", metavar="NAME", multiple=True, help="Mend what this rule finds, and nothing else.")
@click.option("--diff", is_flag=True, help="Print the patch, and write nothing.")
@click.option("--unsafe", is_flag=True, help="Also do what may not be what was meant.")
@formats("text", "json")
@landing_options
@click.pass_context
def fix_command(
    ctx: click.Context,
    where: tuple[str, ...],
    rules: tuple[str, ...],
    diff: bool,
    unsafe: bool,
    form: str,
    wish: CommitWish | None,
) -> int:
    """Mend what lamina check finds, in the layers of the ENVIRONMENTs' own folders, FILEs and FOLDERs, or everywhere.

    Only the text of what is wrong changes. Each mend is proved: what was found is gone, nothing else is wrong that was not,
    and no other value changes in any environment.

    Examples: lamina fix --diff; lamina fix prod; lamina fix --rule redundant-override --commit
    """
    from lamina.changes.fixing import Wanted, files_meant, fix, landed

    if diff and wish is not None:
        raise Misuse("--diff writes nothing, so nothing can be committed", "leave one of them out")
    landing = landing_of(ctx, wish)
    _demand_rules(rules)
    files = files_meant(landing.project, folder_of(ctx), where)
    found = fix(landing.project, Wanted(files, frozenset(rules), unsafe))
    shown, withheld = _shown(found) if diff else ((), ())
    commit = None if diff else landed(landing, found)
    if form == "json":
        output.result_json(_shape(found, commit, [one.file for one in withheld], _text(shown) if diff else None))
    elif diff:
        output.result_bytes(b"".join(map(patch_of, shown)))
        _tell_withheld(withheld)
    else:
        _tell(found)
        tell_commit(landing, commit)
    return 1 if any(left.finding.severity == "error" for left in found.left) else 0


def _demand_rules(rules: Sequence[str]) -> None:
    """Raise NoSuchRule for a name that is none."""
    from lamina.cli.checking import NoSuchRule
    from lamina.thought.rules import silenced, standing

    known = silenced() | standing()
    for name in rules:
        if name not in known:
            raise NoSuchRule(name, sorted(known))


def _shown(found: "Fixed") -> "tuple[tuple[FileChange, ...], tuple[FileChange, ...]]":
    """The changes that can be shown; and those that cannot, since lines near them may hold a secret in plain text."""
    hidden = {change.file for change in found.changes if found.may_show_secret(change)}
    shown = tuple(change for change in found.changes if change.file not in hidden)
    return shown, tuple(change for change in found.changes if change.file in hidden)


def _tell_withheld(changes: "Sequence[FileChange]") -> None:
    for change in changes:
        output.note(f"{change.file}: the patch may show a secret, so it is left out")


def _text(changes: "Sequence[FileChange]") -> str:
    return b"".join(map(patch_of, changes)).decode(errors="replace")


def _tell(found: "Fixed") -> None:
    from lamina.changes.fixing import BY_HAND
    from lamina.thought.reports import gathered

    for one in gathered(found.mended):
        output.result("mended: " + _line(one.finding))
    reasons = {id(left.finding): left for left in found.left}
    for group in gathered(left.finding for left in found.left if left.why != BY_HAND):
        output.result(f"left: {_line(group.finding)}: {output.safe(_why(reasons[id(group.finding)]))}")
    mended, left = len(gathered(found.mended)), len(gathered(one.finding for one in found.left))
    hint = "; lamina check shows what is left" if left else ""
    output.result(
        f"{mended:,} mended in {len(found.changes):,} file{'s' * (len(found.changes) != 1)}, {left:,} left{hint}"
    )


def _why(left: "Left") -> str:
    from lamina.changes.fixing import UNSAFE

    return "lamina fix --unsafe mends it" if left.why == UNSAFE else left.why


def _line(finding: "Finding") -> str:
    return output.safe(f"{finding.position}: {finding.message} [{finding.rule}]")


def _shape(found: "Fixed", commit: str | None, withheld: Sequence[str], patch: str | None) -> dict[str, Any]:
    """The documented shape."""
    shape: dict[str, Any] = {
        "mended": [output.finding_json(one) for one in found.mended],
        "left": [{**output.finding_json(left.finding), "why": left.why} for left in found.left],
        "files": [change.file for change in found.changes],
    }
    if patch is not None:
        shape |= {"patch": patch, "withheld": list(withheld)}
    return shape | ({"commit": commit} if commit else {})
