"""What `encrypt` and `decrypt` share: a file or stdin, formats, and where the result goes."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lamina.changes.results import Result, Target
from lamina.cli import output
from lamina.cli.options import folder_of
from lamina.project.sealed_files import FileOnDisk, file_on_disk
from lamina.words.address import path_text
from lamina.words.errors import Misuse

Command = TypeVar("Command", bound=Callable[..., Any])

STDIN = "-"
_FORMATS = click.Choice(["yaml", "json", "dotenv", "ini", "binary"])


def file_options(command: Command) -> Command:
    """The options of both commands."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--filename-override", "called", metavar="NAME", help="Take FILE for one of this name."),
        click.option("--output", "into", metavar="FILE", type=path, help="Write the result into FILE."),
        click.option("-i", "--in-place", is_flag=True, help="Write the result over FILE itself."),
        click.option("--output-type", type=_FORMATS, help="The format of the result; otherwise that of FILE."),
        click.option("--input-type", type=_FORMATS, help="The format of FILE; otherwise its name tells."),
    ):
        command = option(command)
    return click.argument("file", default=STDIN)(command)


def input_of(ctx: click.Context, file: str, called: str | None) -> FileOnDisk:
    """What is worked on; messages, rules and the format go by the name it is given."""
    folder = folder_of(ctx)
    if file == STDIN:
        if sys.stdin.isatty():
            raise Misuse("Missing argument 'FILE'", "name a file, or pipe it in")
        name = called or "stdin"
        return FileOnDisk(folder / name, name, sys.stdin.buffer.read())
    found = file_on_disk(Path(file), folder)
    return FileOnDisk(folder / called, called, found.data) if called else found


def target_of(ctx: click.Context, file: str, in_place: bool, into: Path | None) -> Target:
    """Where the result goes; raises Misuse where two places, or none, are named."""
    if in_place and into is not None:
        raise Misuse("--in-place and --output name two places for one result", "say one of them")
    if in_place and file == STDIN:
        raise Misuse("there is no place in stdin to write to", "name a file, or leave -i out")
    named = Path(file) if in_place else into
    return Target(folder_of(ctx) / named if named is not None else None, in_place)


def deliver(result: Result, name: str) -> None:
    """Say what there is to doubt, and print what was not written."""
    for doubt in result.doubts:
        place = f"{name}: {path_text(doubt.path)}" if doubt.path else name
        output.note(f"{place}: {doubt.message} ({doubt.fix})")
    if not result.written:
        output.result_bytes(result.data)
