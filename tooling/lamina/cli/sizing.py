"""Sizing: `size`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import at_commit, at_option, formats, project_of, shown_commit
from lamina.cli.progress import told

if TYPE_CHECKING:
    from lamina.project.sizing import Sizes

_SHOWN = 10
_COLUMNS = ("bytes", "keys", "cost")


@click.command("size", short_help="What documents, layers and schemas weigh.")
@click.argument("environment", required=False)
@click.option(
    "--by", type=click.Choice(_COLUMNS), default="cost", show_default=True, help="What the largest are told by."
)
@at_option
@formats("text", "json")
@click.pass_context
def size_command(ctx: click.Context, environment: str | None, by: str, at: str | None, form: str) -> int:
    """Which documents, layers and schemas are the largest, in an ENVIRONMENT or in all, and what would make them lighter.

    The cost is how many keys are walked because of it. The ten largest are shown; --format json holds all.

    Examples: lamina size; lamina size prod --by bytes
    """
    from lamina.project.sizing import sizes

    project = project_of(ctx, at)
    with told(project, "documents weighed", () if environment is None else (environment,)):
        found = sizes(project, environment)
    ranked = {name: _ranked(getattr(found, name), by) for name in ("documents", "layers", "schemas")}
    if form == "json":
        rows = {name: [asdict(row) for row in ranked[name]] for name in ranked}
        output.result_json({**at_commit(project), **rows, "advice": [asdict(one) for one in found.advice]})
    else:
        _text(found, ranked, shown_commit(project))
    return 0


def _ranked(rows: Sequence[Any], by: str) -> list[Any]:
    """The largest first; of the same size in the order in which they came."""
    return sorted(rows, key=lambda row: -getattr(row, by))


def _text(found: "Sizes", ranked: dict[str, list[Any]], where: str) -> None:
    documents, layers, schemas = (ranked[name] for name in ranked)
    counts = (_counted(documents, "document"), _counted(layers, "layer"), _counted(schemas, "schema"))
    output.result(f"{counts[0]} of {counts[1]} and {counts[2]}{where}")
    _table("documents", documents, "LAYERS", "DOCUMENT", lambda row: (row.layers, _named(row)))
    _table("layers", layers, "DOCUMENTS", "LAYER", lambda row: (row.documents, row.file))
    _table("schemas", schemas, "DOCUMENTS", "SCHEMA", lambda row: (row.documents, row.file))
    if found.advice:
        output.result("\nadvice")
    for one in found.advice[:_SHOWN]:
        output.result(output.safe(f"  {one.message} ({one.bytes:,} bytes)"))
    _more(len(found.advice))


def _counted(rows: Sequence[Any], name: str) -> str:
    return f"{len(rows):,} {name}" + "s" * (len(rows) != 1)


def _named(row: Any) -> str:
    return f"{row.name} in {row.environment}" + ("" if row.sound else " (has errors: lamina validate)")


def _table(title: str, rows: Sequence[Any], count: str, name: str, told: Callable[[Any], tuple[int, str]]) -> None:
    """The largest, numbers flush right."""
    output.result(f"\n{title}")
    numbers = [[row.bytes, row.keys, row.cost, told(row)[0]] for row in rows[:_SHOWN]]
    heads = ["BYTES", "KEYS", "COST", count]
    cells = [heads, *([f"{number:,}" for number in line] for line in numbers)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [["", *(cell.rjust(width) for cell, width in zip(line, widths, strict=True))] for line in cells]
    names = [told(row)[1] for row in rows[:_SHOWN]]
    output.table([[*line, name] for line, name in zip(lines[1:], names, strict=True)], [*lines[0], name])
    _more(len(rows))


def _more(count: int) -> None:
    if count > _SHOWN:
        output.result(f"  and {count - _SHOWN:,} more")
