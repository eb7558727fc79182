"""Where a run that was cut off goes on: from its last acknowledged step, and never with one that is finished."""

from lamina.thought.runs.present import Present, of, run_of
from lamina.words.runs import (
    RUN_STEPS,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Intervention,
    InterventionStatus,
    Phase,
    Run,
)
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Resumption:
    """What a program needs to go on with a run.

    `checkpoint` is the last that was saved, `since` the steps that were finished after it, `done` all that were finished or
    skipped, as (phase, step); `interrupted` the tries that nobody ended, and `waiting` what people have not answered yet.
    """

    run: Run
    phases: tuple[Phase, ...]
    done: frozenset[tuple[int, str]]
    checkpoint: Checkpoint | None
    since: tuple[Execution, ...]
    interrupted: tuple[Execution, ...]
    waiting: tuple[Intervention, ...]

    @property
    def phase(self) -> Phase | None:
        """The first phase that is not over."""
        return next((one for one in self.phases if one.status not in ("completed", "skipped")), None)


def resumption(present: Present, run: str) -> Resumption:
    """Where a run stands; raises NotFound. That the dead are interrupted first is for the caller."""
    tries = of(present, Execution, run)
    saved = of(present, Checkpoint, run)
    last = max(saved, key=lambda one: one.number, default=None)
    done = [one for one in tries if one.status in (ExecutionStatus.FINISHED, ExecutionStatus.SKIPPED)]
    over = {(one.phase, one.step) for one in done}
    return Resumption(
        run_of(present, run),
        tuple(of(present, Phase, run)),
        frozenset(over),
        last,
        tuple(one for one in done if last is None or one.version > last.version),
        tuple(one for one in tries if one.status is ExecutionStatus.INTERRUPTED and (one.phase, one.step) not in over),
        tuple(one for one in of(present, Intervention, run) if one.status is InterventionStatus.PENDING),
    )


def recoverable(run: Run) -> bool:
    """Whether a run has not ended, so that it can be gone on with."""
    return bool(RUN_STEPS[run.status])
