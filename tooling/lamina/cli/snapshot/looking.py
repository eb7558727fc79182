"""`list`, `show`, `diff` and `verify`: what the archive holds, and whether it is what was archived."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import formats
from lamina.cli.snapshot.places import of_archive, snapshot_json

if TYPE_CHECKING:
    from lamina.project.state.snapshots import ArchivePlace, Listed, Shown
    from lamina.thought.archiving.differing import Brief, RunChange


@click.command("list", short_help="The snapshots of a store.")
@of_archive(store=True)
@formats("text", "json")
def list_command(place: "ArchivePlace", form: str) -> None:
    """The snapshots of the run state of an ENVIRONMENT, the oldest first: when they were made, and whether they are pushed.

    Example: lamina snapshot list prod
    """
    from lamina.project.state.snapshots import snapshots

    found = snapshots(place)
    if form == "json":
        output.result_json({"snapshots": [_listed_json(one) for one in found]})
        return
    rows = [
        [one.snapshot.name, _time(one.time), str(one.changed), _yes(one.pushed), _yes(one.snapshot.pinned)]
        for one in found
    ]
    output.table(rows, ("SNAPSHOT", "TIME", "RUNS CHANGED", "PUSHED", "PINNED"))


@click.command("show", short_help="The runs that a snapshot holds.")
@of_archive("snapshot", store=True)
@formats("text", "json")
def show_command(place: "ArchivePlace", snapshot: str, form: str) -> None:
    """The runs that a SNAPSHOT holds: by its name (STORE@SEQ), @SEQ, or latest.

    Example: lamina snapshot show prod latest
    """
    from lamina.project.state.snapshots import shown

    found = shown(place, snapshot)
    if form == "json":
        output.result_json(_shown_json(found))
        return
    one = found.listed
    output.result(f"{output.safe(one.snapshot.name)}, {_time(one.time)}, commit {one.commit[:12]}")
    if one.snapshot.config_commit:
        output.result(f"configuration of {output.safe(one.snapshot.config_commit[:12])}")
    rows = [[run, brief.status, _counts(brief)] for run, brief in found.runs.items()]
    output.table(rows, ("RUN", "STATUS", "HOLDS"))


@click.command("diff", short_help="The runs that differ between two snapshots.")
@of_archive("left", "right", store=True)
@formats("text", "json")
def diff_command(place: "ArchivePlace", left: str, right: str, form: str) -> int:
    """The runs that differ between two snapshots: those that came, went and changed. Exit 1 where some do.

    Example: lamina snapshot diff prod @120 latest
    """
    from lamina.project.state.snapshots import difference

    found = difference(place, left, right)
    if form == "json":
        output.result_json({"changes": [_change_json(one) for one in found]})
    elif found:
        rows = [[one.run, one.kind, _status(one), _grown(one)] for one in found]
        output.table(rows, ("RUN", "CHANGE", "STATUS", "HOLDS"))
    else:
        output.result("no run differs")
    return 1 if found else 0


@click.command("verify", short_help="Whether the archive is what was archived.")
@of_archive()
@formats("text", "json")
def verify_command(place: "ArchivePlace", form: str) -> int:
    """Verify the archive, of all stores: every event by the chain, every run by its events, every snapshot by both.

    Exit 0: nothing is wrong; 1: something is.

    Example: lamina snapshot verify prod
    """
    from lamina.project.state.archive_check import verified

    found = verified(place)
    if form == "json":
        counts = {"snapshots": found.snapshots, "events": found.events, "runs": found.runs}
        output.result_json({"good": not found.faults, **counts, "faults": [*found.faults]})
    else:
        for fault in found.faults:
            output.result(f"{output.styled('error', 'red')}: {output.safe_line(fault)}")
        sound = f"{len(found.faults)} wrong" if found.faults else "all is what was archived"
        counted = [(found.snapshots, "snapshot"), (found.events, "event"), (found.runs, "run")]
        said = ", ".join(f"{number} {word}{'s' * (number != 1)}" for number, word in counted)
        output.result(f"{said}: {sound}")
    return 1 if found.faults else 0


def _listed_json(one: "Listed") -> dict[str, Any]:
    of = snapshot_json(one.snapshot)
    return {**of, "commit": one.commit, "time": _time(one.time), "changed": one.changed, "pushed": one.pushed}


def _shown_json(found: "Shown") -> dict[str, Any]:
    runs = [{"id": run, **_brief_json(brief)} for run, brief in found.runs.items()]
    return {**_listed_json(found.listed), "runs": runs}


def _change_json(one: "RunChange") -> dict[str, Any]:
    before, after = (None if side is None else _brief_json(side) for side in (one.before, one.after))
    return {"run": one.run, "change": one.kind, "before": before, "after": after}


def _brief_json(brief: "Brief") -> dict[str, Any]:
    return {"status": brief.status, "counts": dict(brief.counts), "open_findings": brief.open_findings}


def _status(one: "RunChange") -> str:
    sides = [side.status for side in (one.before, one.after) if side is not None]
    return " -> ".join(dict.fromkeys(sides))


def _grown(one: "RunChange") -> str:
    """The counts that differ, or all of a run that came or went."""
    if one.before is None or one.after is None:
        return _counts(one.after or one.before)
    before, after = one.before.counts, one.after.counts
    differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {before.get(name, 0)} -> {after.get(name, 0)}" for name in differing)


def _counts(brief: "Brief | None") -> str:
    return ", ".join(f"{name} {number}" for name, number in brief.counts.items()) if brief else ""


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _yes(said: bool) -> str:
    return "yes" if said else "-"
