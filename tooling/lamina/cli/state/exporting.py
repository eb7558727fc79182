"""A run for elsewhere: `export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamina.cli.options import formats
from lamina.cli.state.places import of_run
from lamina.cli.state.telling import put

if TYPE_CHECKING:
    from lamina.project.state.opening import StatePlace


@click.command("export", short_help="A run as a document, or as a report.")
@of_run
@click.option("--phase", metavar="NUMBER", type=click.IntRange(min=1), help="One phase, and what belongs to it.")
@formats("json", "markdown", default="json")
@click.option("-o", "--output", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write it to FILE.")
def export_command(place: "StatePlace", run: str, phase: int | None, form: str, file: Path | None) -> None:
    """A RUN with all its records as one JSON document (docs/run.schema.json), or as a report in markdown.

    It is of one moment, whoever writes meanwhile; FILE is replaced as a whole.

    Example: lamina state export prod nightly-42 -o nightly-42.json
    """
    from lamina.project.state.showing import exported_run

    put(file, exported_run(place, run, phase, form))
