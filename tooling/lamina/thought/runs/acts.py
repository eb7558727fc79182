"""What may be done to runs and their phases: each act looks at what there is, and says what is to be recorded.

An act raises a failure of `failures`, or BadName, where it is refused. `expected` is the `version` of the record that the
wish is based on; `key` makes an act that is tried again the same act: the second time nothing is recorded.
"""

from collections.abc import Mapping

from lamina.thought.runs import soundness
from lamina.thought.runs.failures import AlreadyRecorded, Conflict, IllegalTransition, NotUnderWay
from lamina.thought.runs.present import Present, Wish, interventions_of, of, phase_id, phase_of, run_of
from lamina.thought.runs.soundness import only, said
from lamina.words import event_line
from lamina.words.event import Draft
from lamina.words.runs import (
    PHASE_STEPS,
    RUN_STEPS,
    Execution,
    ExecutionStatus,
    InterventionStatus,
    Phase,
    PhaseStatus,
    Run,
    RunStatus,
)


def create_run(
    present: Present,
    id: str,
    workflow: str,
    *,
    environment: str | None = None,
    config_commit: str | None = None,
    config_digest: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> Wish[Run]:
    """A new run, planning. Raises AlreadyRecorded."""
    if present.get("run", event_line.name(id)) is not None:
        raise AlreadyRecorded("run", id)
    data = only(
        workflow=said("workflow", workflow),
        environment=soundness.said_or_none("environment", environment),
        config_commit=soundness.said_or_none("configuration's commit", config_commit),
        config_digest=soundness.said_or_none("configuration's digest", config_digest),
        labels=soundness.labels(labels or {}) or None,
    )
    return Wish(Run, id, (Draft("run.created", id, data),))


def move_run(
    present: Present,
    id: str,
    to: str,
    *,
    error: str | None = None,
    key: str | None = None,
    expected: int | None = None,
) -> Wish[Run]:
    """Another status of a run; with one that is final, what is still running in it is interrupted.

    The same act again, by its `key`, changes nothing. Raises IllegalTransition, and Conflict where `expected` is not the
    version there is.
    """
    run = run_of(present, id)
    status = soundness.one_of("status of a run", RunStatus, to)
    if _again(run, status, key):
        return Wish(Run, id, ())
    _demand_version("run", run, expected)
    if status not in RUN_STEPS[run.status]:
        raise IllegalTransition("run", id, run.status, status, RUN_STEPS[run.status])
    left = [] if RUN_STEPS[status] else _running(present, id)
    data = only(status=status, error=soundness.prose("error", error), key=_key(key))
    moved = Draft("run.transitioned", id, {"from": run.status, **data})
    return Wish(Run, id, (*map(_interrupted, left), moved))


def update_run(
    present: Present,
    id: str,
    *,
    labels: Mapping[str, str] | None = None,
    pinned: bool | None = None,
    expected: int | None = None,
) -> Wish[Run]:
    """Other labels of a run (all of them), and whether it is pinned: never removed. Raises Conflict."""
    run = run_of(present, id)
    _demand_version("run", run, expected)
    wished = None if labels is None else soundness.labels(labels)
    data = {
        **({} if wished is None or wished == run.labels else {"labels": wished}),
        **({} if pinned is None or pinned == run.pinned else {"pinned": soundness.truth("pin of a run", pinned)}),
    }
    return Wish(Run, id, (Draft("run.updated", id, data),) if data else ())


def add_phase(present: Present, run: str, name: str, *, number: int | None = None, retries: int = 0) -> Wish[Phase]:
    """A phase more, pending, by default the next. `retries` is how often it may be begun again after it failed.

    Raises AlreadyRecorded for a `number` that is taken, and NotUnderWay for a run that has ended.
    """
    found = run_of(present, run)
    if not RUN_STEPS[found.status]:
        raise NotUnderWay("run", run, found.status, "phase", ended=True)
    taken = [phase.number for phase in of(present, Phase, run)]
    chosen = soundness.count("number of a phase", max(taken, default=0) + 1 if number is None else number, 1)
    if chosen in taken:
        raise AlreadyRecorded("phase", phase_id(run, chosen))
    data = {"phase": chosen, "name": said("name of a phase", name), "retries": soundness.count("retries", retries)}
    return Wish(Phase, phase_id(run, chosen), (Draft("phase.created", run, data),))


def move_phase(
    present: Present,
    run: str,
    number: int,
    to: str,
    *,
    error: str | None = None,
    key: str | None = None,
    expected: int | None = None,
) -> Wish[Phase]:
    """Another status of a phase.

    One that failed begins again while it has retries left, or once a person has approved it since; it is skipped only with
    the approval of a person. The same act again, by its `key`, changes nothing. Raises IllegalTransition, Conflict where
    `expected` is not the version there is, and NotUnderWay where the run is not executing.
    """
    phase = phase_of(present, run, number)
    status = soundness.one_of("status of a phase", PhaseStatus, to)
    if _again(phase, status, key):
        return Wish(Phase, phase.id, ())
    _demand_version("phase", phase, expected)
    if status not in PHASE_STEPS[phase.status]:
        raise IllegalTransition("phase", phase.id, phase.status, status, PHASE_STEPS[phase.status])
    if status is PhaseStatus.IN_PROGRESS and (under := run_of(present, run)).status is not RunStatus.EXECUTING:
        raise NotUnderWay("run", run, under.status, "phase", not RUN_STEPS[under.status])
    approval = _approval(present, phase) if phase.status is PhaseStatus.FAILED else None
    if phase.status is PhaseStatus.FAILED and approval is None:
        if status is PhaseStatus.SKIPPED:
            raise IllegalTransition("phase", phase.id, "failed", status, ("in_progress",), " unless a person approves")
        if phase.attempt > phase.retries:
            why = f": its retries ({phase.retries}) are used up, and no person has approved another"
            raise IllegalTransition("phase", phase.id, "failed", status, ("skipped, if a person approves",), why)
    left = [one for one in _running(present, run) if one.phase == number]
    data = {
        "phase": number,
        "from": phase.status,
        "status": status,
        "attempt": phase.attempt + (status is PhaseStatus.IN_PROGRESS),
        **only(error=soundness.prose("error", error), key=_key(key), intervention=approval),
    }
    return Wish(Phase, phase.id, (*map(_interrupted, left), Draft("phase.transitioned", run, data)))


def update_phase(
    present: Present,
    run: str,
    number: int,
    *,
    name: str | None = None,
    retries: int | None = None,
    expected: int | None = None,
) -> Wish[Phase]:
    """Another name of a phase, or another number of retries. Raises Conflict."""
    phase = phase_of(present, run, number)
    _demand_version("phase", phase, expected)
    data = only(
        name=soundness.said_or_none("name of a phase", name), retries=soundness.count_or_none("retries", retries)
    )
    changed = {key: value for key, value in data.items() if getattr(phase, key) != value}
    return Wish(Phase, phase.id, (Draft("phase.updated", run, {"phase": number, **changed}),) if changed else ())


def _again(record: Run | Phase, status: str, key: str | None) -> bool:
    """Whether this very act was done before."""
    return record.status == status and key is not None and record.key == key


def _demand_version(kind: str, record: Run | Phase, expected: int | None) -> None:
    if expected is not None and record.version != expected:
        raise Conflict(kind, record.id, expected, record.version)


def _key(key: str | None) -> str | None:
    return None if key is None else event_line.name(key)


def _approval(present: Present, phase: Phase) -> str | None:
    """The newest approval that a person gave after a phase failed."""
    given = [
        one.id
        for one in interventions_of(present, phase.run, phase.number)
        if one.status is InterventionStatus.APPROVED and one.version > phase.version
    ]
    return given[-1] if given else None


def _running(present: Present, run: str) -> list[Execution]:
    return [one for one in of(present, Execution, run) if one.status is ExecutionStatus.RUNNING]


def _interrupted(one: Execution) -> Draft:
    data = {"id": one.id, "phase": one.phase, "step": one.step, "attempt": one.attempt, "status": "interrupted"}
    return Draft("step.interrupted", one.run, data)
