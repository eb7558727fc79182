"""What an event makes of the records: the one place where the log's words become state.

An event was checked before it was recorded, so nothing is judged here; what does not concern records leaves them alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from lamina.thought.runs.failures import BadRecord, NotFound, Untellable
from lamina.thought.runs.present import Present, of, phase_id, phase_of, run_of, the
from lamina.words.event import Draft, Event
from lamina.words.event_line import BadName
from lamina.words.runs import (
    KINDS,
    PHASE_STEPS,
    RUN_STEPS,
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    PhaseStatus,
    Record,
    Run,
    RunFinding,
    RunStatus,
)
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changes: records that are new or another, runs that go with all they have, records that go alone."""

    records: tuple[Record, ...] = ()
    dropped: tuple[str, ...] = ()
    removed: tuple[Record, ...] = ()


_Made = Callable[[Event, Present], Change]


def after(event: Event, present: Present) -> Change:
    """What an event changes, where `present` is the state after all events before it.

    A log that retention has shortened begins in the middle of runs. What it says of those changes nothing until they are
    carried, whole; of those that were dropped nothing follows. Raises Untellable.
    """
    made = _TABLE.get(event.type)
    if made is None or (
        event.run is not None and event.type not in _BEGINNING and present.get("run", event.run) is None
    ):
        return Change()
    try:
        return made(event, present)
    except (BadName, BadRecord, NotFound, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Untellable(event.seq, event.type, str(fault)) from fault


def _run_created(event: Event, present: Present) -> Change:
    run = Run(
        id=_run(event),
        status=RunStatus.PLANNING,
        created=event.time,
        updated=event.time,
        version=event.seq,
        **_given(event, "workflow", "environment", "config_commit", "config_digest", "labels"),
    )
    return Change((run,))


def _run_transitioned(event: Event, present: Present) -> Change:
    run = run_of(present, _run(event))
    status = RunStatus(event.data["status"])
    begins = status is RunStatus.EXECUTING and run.started is None
    changed = replace(
        run,
        status=status,
        updated=event.time,
        started=event.time if begins else run.started,
        ended=None if RUN_STEPS[status] else event.time,
        error=event.data.get("error", run.error),
        key=event.data.get("key"),
        version=event.seq,
    )
    return Change((changed,))


def _run_updated(event: Event, present: Present) -> Change:
    given = _given(event, "labels", "pinned")
    return Change((replace(run_of(present, _run(event)), updated=event.time, version=event.seq, **given),))


def _run_carried(event: Event, present: Present) -> Change:
    return Change(tuple(record(one) for one in event.data["records"]))


def _phase_created(event: Event, present: Present) -> Change:
    run, number = _run(event), event.data["phase"]
    given = _given(event, "name", "retries")
    phase = Phase(phase_id(run, number), run, number, status=PhaseStatus.PENDING, version=event.seq, **given)
    return Change((phase,))


def _phase_transitioned(event: Event, present: Present) -> Change:
    phase = phase_of(present, _run(event), event.data["phase"])
    status = PhaseStatus(event.data["status"])
    begins = status is PhaseStatus.IN_PROGRESS
    changed = replace(
        phase,
        status=status,
        attempt=event.data["attempt"],
        started=event.time if begins and phase.started is None else phase.started,
        ended=event.time if status is PhaseStatus.FAILED or not PHASE_STEPS[status] else None,
        error=event.data.get("error"),
        key=event.data.get("key"),
        version=event.seq,
    )
    return Change((changed,))


def _phase_updated(event: Event, present: Present) -> Change:
    phase = phase_of(present, _run(event), event.data["phase"])
    return Change((replace(phase, version=event.seq, **_given(event, "name", "retries")),))


def _step_started(event: Event, present: Present) -> Change:
    given = _given(event, "id", "phase", "step", "attempt", "agent", "owner")
    one = Execution(run=_run(event), status=ExecutionStatus.RUNNING, started=event.time, version=event.seq, **given)
    return Change((one,))


def _step_ended(event: Event, present: Present) -> Change:
    one = the(present, Execution, event.data["id"])
    given = _given(event, "error", "summary")
    status = ExecutionStatus(event.type.removeprefix("step."))
    return Change((replace(one, status=status, ended=event.time, version=event.seq, **given),))


def _finding_recorded(event: Event, present: Present) -> Change:
    given = _given(event, "id", "title", "phase", "execution", "detail", "file", "line")
    grade = Grade(event.data["grade"])
    return Change((RunFinding(run=_run(event), grade=grade, recorded=event.time, version=event.seq, **given),))


def _finding_updated(event: Event, present: Present) -> Change:
    found = the(present, RunFinding, event.data["id"])
    given = _given(event, "title", "detail")
    if "grade" in event.data:
        given["grade"] = Grade(event.data["grade"])
    return Change((replace(found, version=event.seq, **given),))


def _finding_resolved(event: Event, present: Present) -> Change:
    found = the(present, RunFinding, event.data["id"])
    by, how = event.data.get("by"), event.data.get("resolution")
    return Change((replace(found, resolved=event.time, resolved_by=by, resolution=how, version=event.seq),))


def _artifact_recorded(event: Event, present: Present) -> Change:
    given = _given(event, "id", "name", "size", "digest", "phase", "execution", "format", "location")
    return Change((Artifact(run=_run(event), recorded=event.time, version=event.seq, **given),))


def _artifact_updated(event: Event, present: Present) -> Change:
    found = the(present, Artifact, event.data["id"])
    return Change((replace(found, version=event.seq, **_given(event, "format", "location")),))


def _intervention_requested(event: Event, present: Present) -> Change:
    given = _given(event, "id", "kind", "reason", "phase")
    asked = Intervention(
        run=_run(event),
        status=InterventionStatus.PENDING,
        requested=event.time,
        requested_by=event.data.get("by"),
        version=event.seq,
        **given,
    )
    return Change((asked,))


def _intervention_answered(event: Event, present: Present) -> Change:
    asked = the(present, Intervention, event.data["id"])
    changed = replace(
        asked,
        status=InterventionStatus(event.data["status"]),
        answered=event.time,
        answered_by=event.data.get("by"),
        answer=event.data.get("answer"),
        version=event.seq,
    )
    return Change((changed,))


def _checkpoint_made(event: Event, present: Present) -> Change:
    given = _given(event, "id", "number", "reason", "digest", "size", "steps")
    return Change((Checkpoint(run=_run(event), made=event.time, version=event.seq, **given),))


def _checkpoint_dropped(event: Event, present: Present) -> Change:
    gone = set(event.data["ids"])
    return Change(removed=tuple(one for one in of(present, Checkpoint, _run(event)) if one.id in gone))


def _retention_dropped(event: Event, present: Present) -> Change:
    return Change(dropped=tuple(event.data.get("runs", ())))


# What a run's records begin with.
_BEGINNING = ("run.created", "run.carried")
_TABLE: Mapping[str, _Made] = {
    "run.created": _run_created,
    "run.transitioned": _run_transitioned,
    "run.updated": _run_updated,
    "run.carried": _run_carried,
    "phase.created": _phase_created,
    "phase.transitioned": _phase_transitioned,
    "phase.updated": _phase_updated,
    "step.started": _step_started,
    "step.finished": _step_ended,
    "step.failed": _step_ended,
    "step.skipped": _step_ended,
    "step.interrupted": _step_ended,
    "finding.recorded": _finding_recorded,
    "finding.updated": _finding_updated,
    "finding.resolved": _finding_resolved,
    "artifact.recorded": _artifact_recorded,
    "artifact.updated": _artifact_updated,
    "intervention.requested": _intervention_requested,
    "intervention.answered": _intervention_answered,
    "checkpoint.made": _checkpoint_made,
    "checkpoint.dropped": _checkpoint_dropped,
    "retention.dropped": _retention_dropped,
}


# The word for a kind of record.
NAMES: Mapping[type, str] = {kind: name for name, kind in KINDS.items()}


def record(members: Mapping[str, Any]) -> Record:
    """The record of its members as JSON holds them, its kind as `record`; raises KeyError, TypeError and ValueError."""
    given = {key: value for key, value in members.items() if key != "record"}
    kind: Any = KINDS[members["record"]]
    for key, words in _ENUMERATED.get(members["record"], {}).items():
        given[key] = words(given[key])
    made: Record = kind(**given)
    return made


def carried(run: str, records: Iterable[Record]) -> Draft:
    """What says a run whole, so that no event before is needed: its records in the order in which they were made."""
    return Draft("run.carried", run, {"records": [members(one) for one in records]})


def members(one: Record) -> dict[str, object]:
    """A record as JSON holds it, its kind as `record` first; what is None is left out."""
    fields = {name: getattr(one, name) for name in type(one).__slots__}
    return {"record": NAMES[type(one)], **{name: value for name, value in fields.items() if value is not None}}


_ENUMERATED: Mapping[str, Mapping[str, type]] = {
    "run": {"status": RunStatus},
    "phase": {"status": PhaseStatus},
    "execution": {"status": ExecutionStatus},
    "finding": {"grade": Grade},
    "intervention": {"status": InterventionStatus},
}


def _given(event: Event, *names: str) -> dict[str, Any]:
    return {name: event.data[name] for name in names if name in event.data}


def _run(event: Event) -> str:
    assert event.run is not None
    return event.run
