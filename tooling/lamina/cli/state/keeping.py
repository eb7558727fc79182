"""Keeping a store: `resume`, `import`, `vacuum`, `rebuild` and `fsck`."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.checks import show_checks
from lamina.cli.clock import now
from lamina.cli.options import formats
from lamina.cli.state.places import of_run, of_store
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.changes.state.store import StateStore
    from lamina.project.state.opening import StatePlace
    from lamina.thought.runs.resuming import Resumption

_REPAIR = "End the log before its fault, set what follows aside, and make the records anew from what it still has."
_REASON = "Why, for those who will ask; it is recorded in the log."


@click.command("resume", short_help="Where a run goes on.")
@of_run
@formats("text", "json")
def resume_command(place: "StatePlace", run: str, form: str) -> None:
    """Record what dead processes left running in RUN as interrupted, and say where it would go on.

    The program that works at the run does the same when it opens it; nothing is begun here.

    Example: lamina state resume prod nightly-42
    """
    with _opened(place) as store:
        found = store.resume(run)
    if form == "json":
        output.result_json(_resumption_json(found))
    else:
        _tell(found)


@click.command("import", short_help="Take a run over from its export.")
@of_store
@click.option(
    "--file", "file", metavar="FILE", required=True, help="What lamina state export wrote as JSON; - for stdin."
)
def import_command(place: "StatePlace", file: str) -> None:
    """Take a run over from its export, just as it was. A run that is there already is left alone.

    Example: lamina state import prod --file nightly-42.json
    """
    document = _read(file)
    with _opened(place) as store:
        run = store.take_over(document)
    output.result(f"took over {output.safe(run.id)}, {run.status}")


@click.command("vacuum", short_help="Give the room of what was removed back.")
@of_store
def vacuum_command(place: "StatePlace") -> None:
    """Give the room of records that were removed back to the disk; what is kept does not change.

    Example: lamina state vacuum prod
    """
    from lamina.words.times import size_text

    with _opened(place) as store:
        given = store.vacuum()
    output.result(f"gave {size_text(max(0, given))} back")


@click.command("rebuild", short_help="Make the records anew from the log.")
@of_store
def rebuild_command(place: "StatePlace") -> None:
    """Make the records anew from the log. Records that cannot be read are set aside, not removed.

    Example: lamina state rebuild prod
    """
    from lamina.changes.state.repairing import rebuilt

    output.result(f"made the records anew from {rebuilt(place, now, output.note):,} events")


@click.command("fsck", short_help="Is the store sound?")
@of_store
@click.option("--repair", is_flag=True, help=_REPAIR)
@click.option("--reason", metavar="TEXT", help=_REASON)
@formats("text", "json")
def fsck_command(place: "StatePlace", repair: bool, reason: str | None, form: str) -> int:
    """Judge each part of the store: its log, its records by the log, the contents that they name; exit 1 for a problem.

    --repair goes on after a loss, by the word of a person: it needs a --reason.

    Example: lamina state fsck prod
    """
    from lamina.project.state.examining import examined

    if repair:
        _repair(place, reason)
    elif reason is not None:
        raise Misuse("--reason is for --repair", "leave it out, or add --repair")
    return show_checks(list(examined(place)), form)


def _repair(place: "StatePlace", reason: str | None) -> None:
    from lamina.changes.state.repairing import repaired

    if not reason:
        raise Misuse("--repair needs a reason", "add --reason TEXT, for those who will ask why events are missing")
    done = repaired(place, reason, os.environ.get("USER") or "unknown", now, output.note)
    for one in done.aside:
        output.note(f"set aside: log/{one}")
    if done.records is not None:
        output.note(f"set aside: {done.records}, records of what the log does not have")
    output.note(f"made the records anew from {done.events:,} events")


def _opened(place: "StatePlace") -> "StateStore":
    """The store of a place where there is one: a command makes none."""
    from lamina.changes.state.opening import opened
    from lamina.project.state.opening import demand_store

    demand_store(place)
    return opened(place, now, output.note)


def _read(file: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text("utf-8"))
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}", "name what lamina state export wrote") from None
    except ValueError as error:
        raise Misuse(f"{file} is no JSON: {error}", "name what lamina state export wrote as JSON") from None


def _resumption_json(found: "Resumption") -> dict[str, Any]:
    checkpoint = found.checkpoint
    return {
        "run": found.run.id,
        "status": found.run.status,
        "phase": found.phase.number if found.phase else None,
        "done": [{"phase": phase, "step": step} for phase, step in sorted(found.done)],
        "interrupted": [{"phase": one.phase, "step": one.step, "attempt": one.attempt} for one in found.interrupted],
        "checkpoint": None if checkpoint is None else {"number": checkpoint.number, "made": checkpoint.made},
        "since_checkpoint": [{"phase": one.phase, "step": one.step} for one in found.since],
        "waiting": [{"id": one.id, "kind": one.kind, "reason": one.reason} for one in found.waiting],
    }


def _tell(found: "Resumption") -> None:
    run, phase = found.run, found.phase
    output.result(f"{output.safe(run.id)} is {run.status}")
    if run.ended:
        output.result("it has ended, so there is nothing to go on with")
        return
    output.result(f"goes on in phase {phase.number} ({output.safe(phase.name)})" if phase else "every phase is over")
    for number, step in sorted(found.done):
        output.result(f"  done         {number} {output.safe(step)}")
    for one in found.interrupted:
        output.result(f"  interrupted  {one.phase} {output.safe(one.step)}, try {one.attempt}")
    for asked in found.waiting:
        output.result(f"  waits for    {output.safe(asked.kind)}: {output.safe(asked.reason)}")
    if found.checkpoint:
        output.result(
            f"last checkpoint: number {found.checkpoint.number}, {found.checkpoint.steps} steps finished by then"
        )
