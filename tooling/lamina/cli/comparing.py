"""Comparing: `diff`."""

from collections.abc import Sequence
from typing import Any

import click

from lamina.cli import output
from lamina.cli.options import at_option, environment_at, formats, project_of
from lamina.project import DocumentChange
from lamina.project.hiding import REDACTED, hidden
from lamina.project.newer_schemas import differences
from lamina.words.address import Address
from lamina.words.harmless import cell, inert, row
from lamina.words.node import Data, same


@click.command("diff", short_help="What differs between two environments, or revisions.")
@click.argument("left")
@click.argument("right")
@at_option
@formats("text", "json", "markdown")
@click.pass_context
def diff_command(ctx: click.Context, left: str, right: str, at: str | None, form: str) -> int:
    """What differs between two environments, by meaning; exit 1 when anything does.

    LEFT and RIGHT are ENVIRONMENT or ENVIRONMENT@REV; --at gives the revision of the one that names none.

    Examples: lamina diff staging prod; lamina diff prod@v1.0 prod
    """
    sides = [environment_at(side, at) for side in (left, right)]
    (before, old), (after, new) = [(environment, project_of(ctx, revision)) for environment, revision in sides]
    changes = differences(old, before, new, after)
    if form == "json":
        compared = (
            {
                name: {"environment": one, "commit": of.commit}
                for name, one, of in (("left", before, old), ("right", after, new))
            }
            if old.commit or new.commit
            else {}
        )
        output.result_json({**compared, "changes": [change_json(after, change) for change in changes]})
    elif form == "markdown":
        _markdown(left, right, changes)
    else:
        changes_text(changes)
        if not changes:
            output.result(output.safe(f"{left} and {right} render alike"))
    return 1 if changes else 0


def values_of(change: DocumentChange) -> tuple[Data, Data]:
    """A change's values before and after as they may be shown."""
    before, after = (hidden(side, change.secrets, "redact") for side in (change.change.before, change.change.after))
    return None if change.change.change == "added" else before, None if change.change.change == "removed" else after


def change_json(environment: str, change: DocumentChange) -> dict[str, Any]:
    """The documented shape of a change."""
    from lamina.words.address import path_text

    before, after = values_of(change)
    return {
        "environment": environment,
        "document": change.document,
        "path": path_text(change.change.path),
        "change": change.change.change,
        "before": before,
        "after": after,
        "secret": change.secret,
    }


_DIFFERS = f"{REDACTED}, and differs"
_WIDEST = 60
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def changes_text(changes: Sequence[DocumentChange], indent: str = "", places: Sequence[str] = ()) -> None:
    """Changes for people, document by document; each with its place, where these are given."""
    texts = [output.safe(_text(change)) for change in changes]
    width = min(max(map(len, texts), default=0), _WIDEST)
    document = None
    for number, (change, text) in enumerate(zip(changes, texts, strict=True)):
        if change.document != document:
            document = change.document
            output.result(indent + output.styled(document, "cyan"))
        sign, colour = _SIGNS[change.change.change]
        place = output.styled(f"  {output.safe(places[number])}", "bright_black") if places else ""
        output.result(f"{indent}  {output.styled(sign, colour)} {text.ljust(width) if place else text}{place}")


def _text(change: DocumentChange) -> str:
    before, after = values_of(change)
    path = str(Address(change.document, change.change.path)).removeprefix(change.document).removeprefix(":")
    if not path:
        return "(the whole document)"
    texts = {"added": output.brief(after), "removed": output.brief(before)}
    default = _DIFFERS if same(before, after) else f"{output.brief(before)} -> {output.brief(after)}"
    return f"{path}: {texts.get(change.change.change, default)}"


def _markdown(left: str, right: str, changes: list[DocumentChange]) -> None:
    if not changes:
        output.result(f"{cell(left)} and {cell(right)} render alike.")
        return
    # After the name of an environment an @ mentions nobody.
    sides = ["@".join(map(inert, side.split("@", 1))) for side in (left, right)]
    output.result(row("address", *sides) + "\n|---|---|---|")
    for change in changes:
        output.result(row(*change_cells(change)))


def change_cells(change: DocumentChange, most: int = 100) -> tuple[str, str, str]:
    """A change's address and its values before and after as cells of a table; empty for a value that is not there."""
    before, after = values_of(change)
    kind = change.change.change
    later = _DIFFERS if kind == "changed" and same(before, after) else _whole(after, most)
    return (
        cell(str(Address(change.document, change.change.path)), most),
        "" if kind == "added" else cell(_whole(before, most), most),
        "" if kind == "removed" else cell(later, most),
    )


def _whole(value: Data, most: int) -> str:
    """A value on one line; a long list or map by its size."""
    return output.brief(value, most) if isinstance(value, dict | list) else output.inline(value)
