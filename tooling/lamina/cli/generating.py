"""What lamina generates for people: `docs` and `ide`."""

from collections.abc import Sequence
from pathlib import Path

import click

from lamina.changes.generated import Stale
from lamina.cli import output
from lamina.cli.options import project_of

_PLACE = "Another folder than docs/reference, or one file if the name ends in .md."
_CHECK = click.option("--check", is_flag=True, help="Write nothing; say what is not as it would be, and exit 1 then.")


@click.command("docs", short_help="Write the reference of every key, with its value in every environment.")
@click.option("-o", "--output", "place", metavar="DIR|FILE", type=click.Path(path_type=Path), help=_PLACE)
@_CHECK
@click.pass_context
def docs_command(ctx: click.Context, place: Path | None, check: bool) -> int:
    """Write the reference of the configuration: what the schemas say of each key, and its value in each environment.

    Example: lamina docs --check
    """
    from lamina.changes.documenting import stale_reference, write_reference

    project = project_of(ctx)
    if check:
        return _checked(stale_reference(project, place), "lamina docs writes the reference anew")
    return _written(write_reference(project, place))


@click.command("ide", short_help="Tell editors the schemas of layers, and the tags.")
@click.option(
    "--modelines", is_flag=True, help="Let the first line of every layer point at its schema, for any editor."
)
@_CHECK
@click.pass_context
def ide_command(ctx: click.Context, modelines: bool, check: bool) -> int:
    """Give editors a schema for layers, and point their settings at it: descriptions, completion, and what is wrong.

    Example: lamina ide
    """
    from lamina.changes.editor_setup import stale_editor_setup, write_editor_setup

    project = project_of(ctx)
    if check:
        command = f"lamina ide{' --modelines' * modelines}"
        return _checked(stale_editor_setup(project, modelines=modelines), f"{command} brings them up to date")
    return _written(write_editor_setup(project, modelines=modelines))


def _checked(stale: Sequence[Stale], hint: str) -> int:
    for one in stale:
        output.result(f"{one.state}: {output.safe(one.file)}")
    if stale:
        output.tell(hint)
    else:
        output.result("all is up to date")
    return 1 if stale else 0


def _written(stale: Sequence[Stale]) -> int:
    for one in stale:
        output.result(f"{'removed' if one.state == 'left over' else 'wrote'} {output.safe(one.file)}")
    if not stale:
        output.result("all is up to date")
    return 0
