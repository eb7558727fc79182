"""Comparing: `diff`."""

from collections.abc import Iterable
from typing import Any

import click

from lamina.cli import output
from lamina.cli.options import at_option, environment_at, formats, project_of
from lamina.project import DocumentChange
from lamina.project.hiding import REDACTED, hidden
from lamina.project.newer_schemas import differences
from lamina.words.address import Address
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


_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def changes_text(changes: Iterable[DocumentChange], indent: str = "") -> None:
    """Changes for people, document by document."""
    document = None
    for change in changes:
        if change.document != document:
            document = change.document
            output.result(indent + output.styled(document, "cyan"))
        sign, colour = _SIGNS[change.change.change]
        before, after = values_of(change)
        path = str(Address(document, change.change.path)).removeprefix(document).removeprefix(":")
        texts = {"added": output.brief(after), "removed": output.brief(before)}
        alike = same(before, after)
        default = f"{REDACTED}, and differs" if alike else f"{output.brief(before)} -> {output.brief(after)}"
        text = texts.get(change.change.change, default)
        output.result(
            f"{indent}  {output.styled(sign, colour)} {output.safe(f'{path}: {text}' if path else '(the whole document)')}"
        )


def _markdown(left: str, right: str, changes: list[DocumentChange]) -> None:
    if not changes:
        output.result(f"{cell(left)} and {cell(right)} render alike.")
        return
    output.result(f"| address | {inert(left)} | {inert(right)} |\n|---|---|---|")
    for change in changes:
        before, after = values_of(change)
        cells = [
            cell(str(Address(change.document, change.change.path))),
            cell(output.brief(before)) if change.change.change != "added" else "",
            cell(output.brief(after)) if change.change.change != "removed" else "",
        ]
        output.result("| " + " | ".join(cells) + " |")


def cell(text: str) -> str:
    """Text as inert code in a table's cell."""
    return f"<code>{inert(text)}</code>"


def inert(text: str) -> str:
    """Text that cannot end a table's cell nor become markup of HTML or code."""
    escaped = output.safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("|", "&#124;").replace("`", "&#96;").replace("\n", " ")
