"""Schemas: `schema diff` and `schema export`."""

from pathlib import Path
from typing import Any

import click

from lamina.cli import output
from lamina.cli.groups import help_alone
from lamina.cli.options import at_option, formats, project_of
from lamina.thought.schema import MISSING
from lamina.thought.schema.difference import Narrowing
from lamina.words.address import path_text
from lamina.words.node import at

_WORDS = {
    "compatible": "compatible: every document that was valid still is",
    "migrated": "needs its migration: documents that were valid are refused as they are, and fit once they are migrated",
    "breaking": "breaking: documents that were valid are refused",
}
_EXIT = {"compatible": 0, "migrated": 0, "breaking": 1}


@click.group(
    "schema",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    short_help="Ask what a change of a schema does, or export one.",
)
@click.pass_context
def schema_command(ctx: click.Context) -> None:
    """Ask what a change of a schema does, or export one.

    Example: lamina schema diff orchestrator
    """
    help_alone(ctx)


@schema_command.command("diff", short_help="What the way from one version to another refuses.")
@click.argument("kind")
@click.argument("old", type=click.IntRange(1), required=False)
@click.argument("new", type=click.IntRange(1), required=False)
@click.option("--base", metavar="REV", help="Take the older version (its newest, when none is named) from a revision.")
@formats("text", "json")
@click.pass_context
def diff_command(ctx: click.Context, kind: str, old: int | None, new: int | None, base: str | None, form: str) -> int:
    """What the way from version OLD of a KIND to version NEW does to documents that were valid (the last two by default).

    Exit 1 when it breaks some that no migration mends.

    Example: lamina schema diff orchestrator 1 3
    """
    from lamina.project.schema_changes import schema_change

    change = schema_change(project_of(ctx).tree, kind, old, new, project_of(ctx, base).tree if base else None)
    if form == "json":
        output.result_json(_json(change))
        return _EXIT[change.effect]
    start = f"version {change.old} at {base}" if base else f"version {change.old}"
    output.result(output.safe(f"{kind} from {start} to {change.new}: {_WORDS[change.effect]}"))
    for one in change.narrowings:
        sign = {"breaking": "-", "migrated": "~"}[one.effect]
        output.result(output.safe(f"  {sign} {path_text(one.path) or '(the whole document)'}: {one.message}"))
        if one.example is not MISSING:
            output.result(output.safe(f"      for example {_shown(one)}"))
    for lost in change.irreversible:
        output.result(output.safe(f"  no way back from operation {lost.index} ({lost.operation.name}): {lost.why}"))
    return _EXIT[change.effect]


@schema_command.command("export", short_help="A kind's schema as one file.")
@click.argument("kind")
@click.option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write it to FILE.")
@click.option("--layer", is_flag=True, help="The schema that editors get for layers, which are parts of a document.")
@at_option
@click.pass_context
def export_command(ctx: click.Context, kind: str, file: Path | None, layer: bool, at: str | None) -> None:
    """The current schema of a KIND as one JSON file, with all that it refers to in other files.

    Example: lamina schema export orchestrator -o orchestrator.schema.json
    """
    from lamina.changes.writing import write_out
    from lamina.project.schema_export import exported_schema

    data = exported_schema(project_of(ctx, at).tree, kind, layer=layer)
    if file is None:
        output.result_bytes(data)
    else:
        write_out(file, data)
        output.note(f"wrote {file}")


def _shown(one: Narrowing) -> str:
    """The example, as far as it is about its place."""
    try:
        return output.brief(at(one.example, one.path))
    except LookupError:
        return "without it"


def _json(change: Any) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "old": change.old,
        "new": change.new,
        "effect": change.effect,
        "changes": [
            {
                "path": path_text(one.path),
                "message": one.message,
                "effect": one.effect,
                "example": None if one.example is MISSING else one.example,
            }
            for one in change.narrowings
        ],
        "irreversible": [
            {"operation": one.index, "name": one.operation.name, "why": one.why} for one in change.irreversible
        ],
    }
