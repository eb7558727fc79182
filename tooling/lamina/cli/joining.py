"""Joining: `join`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamina.cli import output
from lamina.cli.options import folder_of, formats, project_of, received_objects
from lamina.cli.reporting import baseline_option, judge
from lamina.thought.reports import BASELINE, REPORTS
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.project.sharding.part import Part

_FOLDER = "Join rendered folders into DIR, replaced whole."


@click.command("join", short_help="What the shards of a command come to together.")
@click.argument("parts", nargs=-1, required=True, metavar="PART...", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), help=_FOLDER)
@formats(*REPORTS, *BASELINE)
@baseline_option
@click.pass_context
def join_command(
    ctx: click.Context, parts: tuple[Path, ...], folder: Path | None, form: str, baseline: str | None
) -> int:
    """What a command that was run in shards (--shard I/N) comes to: all its PARTs, each named once.

    The JSON of check or of validate becomes one report, with the exit status of the whole; rendered folders become one (-o).

    Examples: lamina join check-*.json --format github; lamina join part-* -o out
    """
    if folder is not None:
        return _folders(ctx, parts, folder)
    from lamina.project.sharding.joining import joined

    known = [(str(part), _read(part)) for part in parts]
    found = joined(known, lambda at: project_of(ctx, at), folder_of(ctx), received_objects(), datetime.now(UTC))
    if found.command == "validate":
        from lamina.cli.judging import judge_validated

        return judge_validated(found.change.project, found.asked, found.found.findings, form, baseline)
    if found.change.base is not None and form in BASELINE:
        raise Misuse("a baseline is made of all findings, and these are of a change", "join parts made without --base")
    from lamina.cli.checking import report_of

    report = report_of(found.change, found.found, form)
    return judge(report, form, baseline, found.asked or None, tell_stale=found.change.base is None)


def _folders(ctx: click.Context, parts: tuple[Path, ...], folder: Path) -> int:
    from lamina.cli.deploying import counted
    from lamina.project.revisions import home_of
    from lamina.project.sharding.folders import join_folders

    output.note(f"{counted(*join_folders(parts, folder, home_of(folder_of(ctx))))} in {folder}")
    return 0


def _read(part: Path) -> "Part":
    from lamina.project.sharding.part import read_part

    if part.is_dir():
        raise Misuse(f"{part} is a folder", "rendered folders are joined into another: -o DIR")
    try:
        data = part.read_bytes()
    except OSError as error:
        raise Misuse(f"{part} cannot be read: {error.strerror}", "name what a shard has written") from None
    return read_part(data, str(part))
