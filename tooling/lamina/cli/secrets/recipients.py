"""Recipients: `updatekeys`, `reseal` and `revoke`."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.changes.rekeying import update_keys
from lamina.changes.resealing import reseal
from lamina.changes.revoking import Revocation, revocation, revoke
from lamina.cli import output
from lamina.cli.options import folder_of, keyring_of
from lamina.cli.secrets import showing
from lamina.cli.secrets.showing import PATHS, YES, count
from lamina.project.rule_differences import Differences, SelectionChange, rule_differences

_CHECK = click.option("--check", is_flag=True, help="Only show what differs, without a key; exit 1 if anything does.")

_MOST_NAMED = 3


@click.command("updatekeys", short_help="Seal files for the recipients that .sops.yaml names.")
@PATHS
@_CHECK
@YES
@click.pass_context
def updatekeys_command(ctx: click.Context, paths: tuple[str, ...], check: bool, yes: bool) -> int:
    """Give sealed files the recipients, key groups and threshold of their creation rule; values stay as they are.

    Without PATH: the repository, or outside of one the folder. All files are checked before the first is written.

    Example: lamina secrets updatekeys --check
    """
    found = rule_differences(folder_of(ctx), [Path(path) for path in paths])
    for one in found.differing:
        showing.difference(one)
    if not _to_do(found, check, "has the recipients of its rule", "have the recipients of their rules"):
        return _status(found)
    leaving = _leaving(found)
    for name in leaving:
        output.note(
            f"{showing.named(name)} leaves, but knows the data keys, which stay: lamina secrets revoke changes them too"
        )
    showing.demand_answer(yes, len(found.differing))
    question = f"Seal {count(len(found.differing))} for other recipients?"
    if not update_keys(found, keyring_of(ctx), os.urandom, lambda: showing.agreed(yes, question)):
        return 1
    output.note(f"{count(len(found.differing))} written")
    if leaving:
        names = [one.file.name for one in found.differing if one.leaving()]
        files = " ".join(names) if len(names) <= _MOST_NAMED else "FILE..."
        output.tell(f"who left can still open git history: change the values, and lamina secrets rotate {files}")
    return 0


@click.command("reseal", short_help="Seal and open the values that .sops.yaml now selects.")
@PATHS
@_CHECK
@YES
@click.pass_context
def reseal_command(ctx: click.Context, paths: tuple[str, ...], check: bool, yes: bool) -> int:
    """Bring sealed files in line with their creation rule when it selects other values; recipients follow too.

    What is now selected is sealed, what no longer is becomes plain text, and nothing else changes. Without PATH: the
    repository, or outside of one the folder. All files are checked before the first is written.

    Example: lamina secrets reseal --check
    """
    found = rule_differences(folder_of(ctx), [Path(path) for path in paths], selection=True)
    if check or found.failures or not found.differing:
        for one in found.differing:
            showing.difference(one, one.selection())
        _to_do(found, check, "is as its rule wants it", "are as their rules want them")
        return _status(found)
    showing.demand_answer(yes, len(found.differing))
    files = count(len(found.differing))

    def agree(turned: Mapping[str, SelectionChange]) -> bool:
        for one in found.differing:
            showing.difference(one, turned[one.file.name])
        opened = sum(len(change.plain) for change in turned.values())
        if opened:
            output.note(f"{count(opened, 'place')} will stand in PLAIN TEXT, in the files and in git history")
        return showing.agreed(yes, f"Write {files}?")

    if not reseal(found, keyring_of(ctx), os.urandom, datetime.now(UTC), agree):
        return 1
    output.note(f"{files} written")
    if _leaving(found):
        output.tell("who left can still open git history: change the values, and lamina secrets rotate FILE...")
    return 0


@click.command("revoke", short_help="Shut a recipient out of every sealed file.")
@click.argument("recipient")
@PATHS
@_CHECK
@YES
@click.pass_context
def revoke_command(ctx: click.Context, recipient: str, paths: tuple[str, ...], check: bool, yes: bool) -> int:
    """Take RECIPIENT out of every file that is sealed for it, each under a new data key, and list what it could read.

    RECIPIENT is a public age key or the line of a public SSH key. Without PATH: the repository, or outside of one the
    folder. All files are checked before the first is written.

    Example: lamina secrets revoke --check age1rv2qkhvz80wxgwjgqr24hegucuzukh45ld474usknmzdkvl3p5nsjc2het
    """
    found = revocation(folder_of(ctx), [Path(path) for path in paths], recipient)
    _values(found)
    if found.failures:
        showing.failures(found.failures)
        if not check:
            output.note("nothing was written")
        return 1
    if check:
        output.note(f"{found.recipient} can open {count(len(found.files))} of {len(found.files) + found.others}")
        return 1 if found.files else 0
    if found.files:
        showing.demand_answer(yes, len(found.files))
    question = f"Seal {count(len(found.files))} anew, without {found.recipient}?"
    agree = lambda: showing.agreed(yes, question)  # noqa: E731
    if not revoke(found, keyring_of(ctx), os.urandom, datetime.now(UTC), agree):
        return 1
    output.note(f"{count(len(found.files))} written, each with a new data key; {found.others} not sealed for it")
    output.tell("git history still opens with the old keys: change the values that are listed, where they are used too")
    return 0


def _values(found: Revocation) -> None:
    for value in found.values():
        output.result(output.safe(value))


def _to_do(found: Differences, check: bool, one: str, several: str) -> bool:
    """Whether files are to be written; says why where none is."""
    showing.failures(found.failures)
    if not found.compared and not found.failures:
        output.note("no sealed files are there")
    elif not found.differing and not found.failures:
        output.note(f"{count(found.compared, 'sealed file')} {one if found.compared == 1 else several}")
    elif not check and found.failures:
        output.note("nothing was written")
    return bool(found.differing) and not found.failures and not check


def _status(found: Differences) -> int:
    return 1 if found.differing or found.failures else 0


def _leaving(found: Differences) -> list[str]:
    return list(dict.fromkeys(name for one in found.differing for name in one.leaving()))
