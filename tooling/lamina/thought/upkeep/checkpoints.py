"""Checkpoints of a run: when one is due, and which are dropped.

What was done since the last one is counted from the records, never in memory alone: a program that was cut off in the middle
goes on counting where it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from lamina.thought.upkeep.settings import CheckpointSettings
from lamina.words.runs import Checkpoint, Execution, ExecutionStatus
from lamina.words.values import dataclass

# What asks for a checkpoint whatever the mode: the run is paused, failed or ended, or the program is told to stop (SIGTERM).
Forced = Literal["paused", "failed", "ended", "stopped"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done since the last checkpoint: the steps that finished, and the moment on a monotonic clock to count from."""

    steps: int
    since: float

    def finished(self) -> "Progress":
        """With one step more."""
        return replace(self, steps=self.steps + 1)


def progress(
    executions: Iterable[Execution], checkpoints: Sequence[Checkpoint], clock: float, begun: str, newest: str
) -> Progress:
    """The progress of a run as its records say, `clock` being the monotonic clock's now.

    `begun` and `newest` are the times of the run's first and newest event: a monotonic clock does not survive a restart, so
    the time before it counts by these, and the time in which nothing ran does not count. Clocks that went back count nothing.
    """
    last = max(checkpoints, key=lambda one: one.number, default=None)
    steps = steps_finished(executions) - (last.steps if last else 0)
    worked = _moment(newest) - _moment(last.made if last else begun)
    return Progress(max(steps, 0), clock - max(worked.total_seconds(), 0.0))


def steps_finished(executions: Iterable[Execution]) -> int:
    """How many steps are finished: what a checkpoint records as its `steps`."""
    return sum(one.status is ExecutionStatus.FINISHED for one in executions)


def due(
    settings: CheckpointSettings, done: Progress, clock: float, *, gate: bool = False, forced: Forced | None = None
) -> str | None:
    """Why a checkpoint is due, or None; `gate` when one was just passed, `clock` the monotonic clock's now."""
    if forced is not None:
        return forced
    match settings.mode:
        case "every_step":
            wanted = done.steps >= 1
        case "every_n_steps":
            wanted = settings.n is not None and done.steps >= settings.n
        case "on_gates":
            wanted = gate
        case "time_based":
            wanted = settings.interval_seconds is not None and clock - done.since >= settings.interval_seconds
    return settings.mode if wanted else None


def dropped(checkpoints: Iterable[Checkpoint], keep: int) -> tuple[Checkpoint, ...]:
    """The checkpoints of a run that go, the oldest first: all but the newest `keep`, and never the newest."""
    ordered = sorted(checkpoints, key=lambda one: one.number)
    return tuple(ordered[: -max(keep, 1)])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
