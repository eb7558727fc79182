"""What happened in a run, by the log alone: `history` and `timeline`."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamina.cli import output
from lamina.cli.options import formats
from lamina.cli.state.places import of_run
from lamina.thought import timeline as timelines

if TYPE_CHECKING:
    from lamina.project.state.opening import StatePlace

# How wide a picture is that no terminal shows.
_WIDTH = 100
_WRITERS = {
    "json": timelines.json_text.write,
    "markdown": timelines.markdown.write,
    "svg": timelines.svg.write,
}


@click.command("history", short_help="What happened in a run, line by line.")
@of_run
@formats("text", "json", "markdown")
def history_command(place: "StatePlace", run: str, form: str) -> None:
    """What happened in a RUN, one line an event, in the order of the log.

    The log alone is read: the store may have lost all else. Times are UTC.

    Example: lamina state history prod nightly-42
    """
    from lamina.project.state.telling import events_of_run

    events = events_of_run(place, run)
    if form == "text":
        for line in timelines.history.text(events, output.styled):
            output.result(line)
    else:
        writers = {"json": timelines.history.json_text, "markdown": timelines.history.markdown}
        output.result_bytes(writers[form](run, events).encode())


@click.command("timeline", short_help="When a run did what, as a picture.")
@of_run
@formats("text", "json", "markdown", "svg")
@click.option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write it to FILE.")
def timeline_command(place: "StatePlace", run: str, form: str, file: Path | None) -> None:
    """When a RUN did what: a bar a phase and a step along one line of time, with retries, gates, findings, questions.

    The log alone is read, also of a run that never ended. svg is a picture that a browser shows.

    Example: lamina state timeline prod nightly-42 --format svg -o nightly.svg
    """
    from lamina.project.state.telling import timeline_of_run

    found = timeline_of_run(place, run)
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    if form != "text":
        put(file, _WRITERS[form](found))
    elif file is None:
        output.result(timelines.text.write(found, width, output.styled))
    else:
        put(file, timelines.text.write(found, width, _plain))


def put(file: Path | None, text: str) -> None:
    """A result to stdout, or into a file, which is replaced as a whole and is its owner's alone when it is new."""
    if file is None:
        output.result_bytes(text.encode())
        return
    from lamina.world.disk import write_file

    write_file(file, text.encode(), 0o600)
    output.note(f"wrote {file}")


def _plain(text: str, colour: str) -> str:
    return text
