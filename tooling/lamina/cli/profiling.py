"""Profiling: `profile`."""

import os
import time
from contextlib import redirect_stdout

import click

from lamina.cli import output
from lamina.cli.options import folder_of, formats
from lamina.cli.spans import Spans, spanned
from lamina.cli.stopping import stopping
from lamina.words.errors import Misuse


@click.command(
    "profile",
    short_help="Where the time of a command goes.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@formats("text", "json")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARGS]...")
@click.pass_context
def profile_command(ctx: click.Context, form: str, command: tuple[str, ...]) -> int:
    """Where the time of a COMMAND goes, which is run as it stands; what it prints is not shown, and its status is kept.

    Examples: lamina profile validate; lamina profile render --all -o out
    """
    from lamina.cli.main import lamina

    started = time.process_time()
    if command[0] == "profile":
        raise Misuse("a profile of a profile tells nothing", "name the command that is slow")
    words = ["-C", str(folder_of(ctx)), *command]
    with open(os.devnull, "w") as nowhere, spanned(time.perf_counter) as spans, redirect_stdout(nowhere):
        status = stopping(lambda: lamina.main(words, prog_name="lamina", standalone_mode=False))
    if status != Misuse.status:
        _tell(spans, started, command, status, form)
    return status


def _tell(spans: Spans, started: float, command: tuple[str, ...], status: int, form: str) -> None:
    seconds = {"start": started, **spans.seconds}
    calls = {"start": 1, **spans.calls}
    ranked = sorted(seconds, key=lambda name: (name == "other", -seconds[name]))
    total = sum(seconds.values())
    if form == "json":
        rows = [{"span": name, "seconds": round(seconds[name], 6), "calls": calls.get(name)} for name in ranked]
        output.result_json({"command": list(command), "status": status, "seconds": round(total, 6), "spans": rows})
        return
    lines = [
        (f"{seconds[name]:.3f}", f"{seconds[name] / total:.0%}", f"{calls[name]:,}" if name in calls else "", name)
        for name in ranked
    ]
    heads = ("SECONDS", "SHARE", "CALLS", "SPAN")
    widths = [max(len(line[column]) for line in (heads, *lines)) for column in range(3)]
    cells = [
        [*(cell.rjust(width) for cell, width in zip(line, widths, strict=False)), line[3]] for line in (heads, *lines)
    ]
    output.table(cells[1:], cells[0])
    output.result(f"{total:.3f}".rjust(widths[0]) + f"  in all: lamina {output.safe(' '.join(command))}")
