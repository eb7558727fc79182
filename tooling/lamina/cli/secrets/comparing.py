"""Comparing sealed files: `diff`."""

import sys
from typing import Any

import click

from lamina.cli import output
from lamina.cli.options import folder_of, formats, keyring_of
from lamina.project.sealed_diff import FileDiff, SealedDiff, diff_sealed
from lamina.thought.sealed.comparing import Comparison, Keys, SecretChange
from lamina.thought.sealed.creation.private import holds_private_key
from lamina.thought.sealed.labels import short
from lamina.thought.sealed.values import Value
from lamina.words.address import path_text

_SIGNS = {
    "added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow"),
    "sealed": ("~", "yellow"), "unsealed": ("!", "red"),
}  # fmt: skip
_SAID = {"sealed": " (sealed now, plain before)", "unsealed": " (stands in plain text now)"}
_FILES = {
    "added": " (new)", "removed": " (deleted)", "sealed": " (sealed now, plain before)",
    "unsealed": " (not sealed any more)", "unreadable": " (cannot be read)", "changed": "",
}  # fmt: skip


@click.command("diff", short_help="Which secrets, recipients and rules changed; no key is needed.")
@click.argument("words", nargs=-1, metavar="[REV [REV]] [PATH]...")
@click.option("--reveal", is_flag=True, help="Open the files with your keys, and show values before and after.")
@formats("text", "json")
@click.pass_context
def diff_command(ctx: click.Context, words: tuple[str, ...], reveal: bool, form: str) -> int:
    """Which secrets changed between two revisions, and who can open them; no value is shown, and no key is needed.

    Without REV: HEAD and the work tree; with one: it and the work tree. Two files are compared with each other.
    Exit 1 when anything differs.

    Example: lamina secrets diff main HEAD
    """
    found = diff_sealed(folder_of(ctx), words, keyring_of(ctx) if reveal else None)
    if form == "json":
        output.result_json(_json(found))
    else:
        for file in found.files:
            _text(file)
        if not found.files:
            output.result(output.safe(f"no secrets differ between {found.left} and {found.right}"))
    if found.findings:
        output.findings_text(found.findings, lambda _: None, sys.stderr)
    if found.no_key is not None:
        raise found.no_key
    return 1 if found.files or found.findings else 0


def _text(file: FileDiff) -> None:
    output.result(output.styled(output.safe(file.file), "cyan") + _FILES[file.change])
    comparison = file.comparison
    for change in comparison.changes:
        sign, colour = _SIGNS[change.change]
        said = output.safe(f"{_name(change)}{_values(change, comparison)}{_SAID.get(change.change, '')}")
        output.result(f"  {output.styled(sign, colour)} {said}")
    if comparison.untold:
        values = f"{comparison.untold} value{'s' * (comparison.untold != 1)}"
        output.result(f"  ? rotated: under another data key, so whether {values} changed cannot be told without a key")
    if file.change in ("changed", "added"):
        for name in comparison.added:
            output.result(f"  {output.styled('+', 'green')} recipient {output.safe(_shown(name))}")
    if file.change == "changed":
        for name in comparison.removed:
            output.result(f"  {output.styled('-', 'red')} recipient {output.safe(_shown(name))}")
        _arrangement(comparison)


def _arrangement(comparison: Comparison) -> None:
    before, after = comparison.keys
    sign = output.styled("~", "yellow")
    if comparison.regrouped and (len(before.groups) > 1 or len(after.groups) > 1):
        output.result(f"  {sign} groups: {_groups(before)} -> {_groups(after)}")
    if comparison.rules[0] != comparison.rules[1]:
        output.result(f"  {sign} rule: {output.safe(' -> '.join(comparison.rules))}")


def _name(change: SecretChange) -> str:
    where = path_text(change.path)
    return (f"a comment in {where}" if where else "a comment at the top") if change.comment else where


def _values(change: SecretChange, comparison: Comparison) -> str:
    if not comparison.opened:
        return ""
    before, after = (output.brief(_plain(value)) for value in (change.before, change.after))
    return {"added": f": {after}", "removed": f": {before}", "changed": f": {before} -> {after}"}.get(change.change, "")


def _plain(value: Value) -> Value:
    """A value as text can show it: bytes that are none as escapes."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _groups(keys: Keys) -> str:
    if len(keys.groups) < 2:
        return "one"
    groups = "; ".join(", ".join(map(_shown, group)) for group in keys.groups)
    return output.safe(f"{keys.needed} of {len(keys.groups)} ({groups})")


def _shown(name: str) -> str:
    return "a private key" if holds_private_key(name) else short(name)


def _json(found: SealedDiff) -> dict[str, Any]:
    return {
        "left": found.left,
        "right": found.right,
        "files": [_file_json(file) for file in found.files],
        "findings": [output.finding_json(finding) for finding in found.findings],
    }


def _file_json(file: FileDiff) -> dict[str, Any]:
    comparison = file.comparison
    changes = []
    for change in comparison.changes:
        shape: dict[str, Any] = {"path": path_text(change.path), "change": change.change, "comment": change.comment}
        if comparison.opened:
            shape |= {"before": _plain(change.before), "after": _plain(change.after)}
        changes.append(shape)
    before, after = comparison.keys
    rules = comparison.rules
    return {
        "file": file.file,
        "change": file.change,
        "changes": changes,
        "rotated": comparison.untold > 0,
        "untold": comparison.untold,
        "recipients": {name: list(map(_full, names)) for name, names in _recipients(comparison).items()},
        "groups": None if before == after else {"before": _keys_json(before), "after": _keys_json(after)},
        "rule": None if rules[0] == rules[1] else {"before": rules[0], "after": rules[1]},
    }


def _recipients(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    return {"added": comparison.added, "removed": comparison.removed}


def _full(name: str) -> str:
    return "a private key" if holds_private_key(name) else name


def _keys_json(keys: Keys) -> dict[str, Any]:
    return {"needed": keys.needed, "groups": [list(map(_full, group)) for group in keys.groups]}
