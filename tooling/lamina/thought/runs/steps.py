"""What may be done to the steps of a phase: begun, ended, and given up for lost when their owner is dead."""

from collections.abc import Callable, Mapping, Sequence

from lamina.thought.runs import soundness
from lamina.thought.runs.failures import Conflict, IllegalTransition, NotUnderWay, StepDone, StepUnderWay
from lamina.thought.runs.present import Present, Wish, executions_of, new_id, of, phase_of, run_of, the
from lamina.thought.runs.soundness import only, said
from lamina.words.event import Draft
from lamina.words.event_line import name
from lamina.words.runs import (
    EXECUTION_STEPS,
    PHASE_STEPS,
    RUN_STEPS,
    Artifact,
    Execution,
    ExecutionStatus,
    PhaseStatus,
    RunStatus,
)

_ENDS = {
    ExecutionStatus.FINISHED: "step.finished",
    ExecutionStatus.FAILED: "step.failed",
    ExecutionStatus.SKIPPED: "step.skipped",
    ExecutionStatus.INTERRUPTED: "step.interrupted",
}


def start_step(
    present: Present, run: str, phase: int, step: str, *, owner: str, agent: str | None = None
) -> Wish[Execution]:
    """A try at a step, by a process. Raises StepDone for one that was finished, and StepUnderWay for one that runs."""
    if (status := run_of(present, run).status) is not RunStatus.EXECUTING:
        raise NotUnderWay("run", run, status, ended=not RUN_STEPS[status])
    if (at := phase_of(present, run, phase)).status is not PhaseStatus.IN_PROGRESS:
        raise NotUnderWay("phase", at.id, at.status, ended=not PHASE_STEPS[at.status])
    tries = executions_of(present, run, phase, said("step", step))
    for one in tries:
        if one.status in (ExecutionStatus.FINISHED, ExecutionStatus.SKIPPED):
            raise StepDone(run, phase, step)
        if one.status is ExecutionStatus.RUNNING:
            raise StepUnderWay(run, step, one.owner or "somebody")
    data = {
        "id": (id := new_id(present, "execution", run)),
        "phase": phase,
        "step": step,
        "attempt": len(tries) + 1,
        "owner": name(owner),
        **only(agent=soundness.said_or_none("agent", agent)),
    }
    return Wish(Execution, id, (Draft("step.started", run, data),))


def end_step(
    present: Present,
    id: str,
    status: str,
    *,
    error: str | None = None,
    summary: str | None = None,
    expected: int | None = None,
) -> Wish[Execution]:
    """How a try at a step ended, with what it made. Raises IllegalTransition for one that has ended, and Conflict."""
    one = the(present, Execution, id)
    end = soundness.one_of("end of a step", ExecutionStatus, status)
    if end not in EXECUTION_STEPS[one.status]:
        raise IllegalTransition("step", id, one.status, end, EXECUTION_STEPS[one.status])
    if expected is not None and one.version != expected:
        raise Conflict("step", id, expected, one.version)
    data = {
        **_which(one),
        "status": end,
        **only(
            agent=one.agent,
            error=soundness.prose("error", error),
            summary=soundness.prose("summary", summary),
            artifacts=_made(present, one) or None,
        ),
    }
    return Wish(Execution, id, (Draft(_ENDS[end], one.run, data),))


def skip_step(
    present: Present, run: str, phase: int, step: str, *, owner: str, reason: str | None = None
) -> Wish[Execution]:
    """A step that is not needed: begun and skipped at once, so that it is never begun again."""
    wish = start_step(present, run, phase, step, owner=owner)
    begun = wish.drafts[0]
    data = {**{key: begun.data[key] for key in ("id", "phase", "step", "attempt")}, "status": "skipped"}
    skipped = Draft("step.skipped", run, {**data, **only(summary=soundness.prose("reason", reason))})
    return Wish(Execution, wish.id, (begun, skipped))


def interrupt(present: Present, runs: Sequence[str], alive: Callable[[str], bool]) -> tuple[Draft, ...]:
    """What the dead left running in some runs, as interrupted."""
    return tuple(
        Draft("step.interrupted", run, {**_which(one), "status": "interrupted", **only(agent=one.agent)})
        for run in runs
        for one in of(present, Execution, run)
        if one.status is ExecutionStatus.RUNNING and not (one.owner and alive(one.owner))
    )


def _which(one: Execution) -> Mapping[str, object]:
    return {"id": one.id, "phase": one.phase, "step": one.step, "attempt": one.attempt}


def _made(present: Present, one: Execution) -> list[dict[str, object]]:
    return [
        {"name": made.name, "size": made.size, "digest": made.digest}
        for made in of(present, Artifact, one.run)
        if made.execution == one.id
    ]
