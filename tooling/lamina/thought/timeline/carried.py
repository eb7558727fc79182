"""What was carried over of a run whose first events are gone, told as events once more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from lamina.words.event import NOTHING, Event

_Told = tuple[str | None, str, dict[str, object]]


def beginning(events: Sequence[Event]) -> tuple[Sequence[Event], bool]:
    """The events, from the run's beginning on, and whether they all happened so.

    Where the log no longer has the beginning, the records that were carried over first are told in its place, in the order
    of their times, and what stands before them, which they say as well, is left out. A run that is large is carried over by
    several events, one after the other, of which the first has the run itself.
    """
    created = any(one.type == "run.created" for one in events)
    start = next((number for number, one in enumerate(events) if _begins(one)), None)
    if created or start is None:
        return events, created
    carrying = takewhile(lambda one: one.type == "run.carried" and not _begins(one), events[start + 1 :])
    return [*_told([events[start], *carrying]), *events[start:]], False


def _begins(event: Event) -> bool:
    """Whether an event begins to carry a run over."""
    return any(record.get("record") == "run" for record in _records(event))


def _records(event: Event) -> list[dict[str, Any]]:
    found = event.data.get("records") if event.type == "run.carried" else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _told(events: Sequence[Event]) -> Iterator[Event]:
    event = events[0]
    told: list[_Told] = []
    for record in (record for one in events for record in _records(one)):
        tell = _TELLERS.get(str(record.get("record")))
        if tell is not None:
            told += tell(record)
    first = min((time for time, _, _ in told if isinstance(time, str)), default=event.time)
    # When a phase was created no record says. Of what happened at the same time the order stays: a start before its end.
    timed = [(time if isinstance(time, str) else first, kind, data) for time, kind, data in told]
    for time, kind, data in sorted(timed, key=lambda one: one[0]):
        yield Event(event.seq, time, kind, event.run, data, NOTHING, NOTHING)


def _run(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("created"), "run.created", record
    if record.get("started"):
        yield record["started"], "run.transitioned", {"status": "executing"}
    final = record.get("status")
    if final not in ("planning", "executing"):
        yield record.get("ended") or record.get("updated"), "run.transitioned", {**record, "from": "executing"}


def _phase(record: dict[str, Any]) -> Iterator[_Told]:
    common = {**record, "phase": record.get("number")}
    started, ended = record.get("started"), record.get("ended")
    yield None, "phase.created", common
    if started:
        yield started, "phase.transitioned", {**common, "status": "in_progress", "error": None}
    if record.get("status") not in ("pending", "in_progress"):
        yield ended or started, "phase.transitioned", common


def _execution(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("started"), "step.started", {**record, "error": None, "summary": None}
    if record.get("status") != "running":
        yield record.get("ended") or record.get("started"), f"step.{record.get('status')}", record


def _finding(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("recorded"), "finding.recorded", record
    if record.get("resolved"):
        yield record["resolved"], "finding.resolved", {**record, "by": record.get("resolved_by")}


def _artifact(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("recorded"), "artifact.recorded", record


def _intervention(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("requested"), "intervention.requested", {**record, "by": record.get("requested_by")}
    if record.get("answered"):
        yield record["answered"], "intervention.answered", {**record, "by": record.get("answered_by")}


def _checkpoint(record: dict[str, Any]) -> Iterator[_Told]:
    yield record.get("made"), "checkpoint.made", record


_TELLERS: Mapping[object, Callable[[dict[str, Any]], Iterator[_Told]]] = {
    "run": _run,
    "phase": _phase,
    "execution": _execution,
    "finding": _finding,
    "artifact": _artifact,
    "intervention": _intervention,
    "checkpoint": _checkpoint,
}
