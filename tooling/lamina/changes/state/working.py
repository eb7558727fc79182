"""A program at work on a run: steps that cannot be left open, and checkpoints at the moments that the policy names."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from lamina.changes.state.store import StateStore
from lamina.thought.upkeep.checkpoints import Forced, Progress, due, progress
from lamina.words.runs import Artifact, Checkpoint, Execution, Phase, Run, RunFinding


class Stopped(SystemExit):
    """SIGTERM while a program was at work: it ends with the status that a shell gives for it."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


class Step:
    """A try at a step; what is found and made belongs to it. `summary` is recorded when it ends."""

    def __init__(self, store: StateStore, execution: Execution) -> None:
        self._store, self.execution = store, execution
        self.summary: str | None = None

    @property
    def attempt(self) -> int:
        """Which try it is, from one."""
        return self.execution.attempt

    def finding(
        self, grade: str, title: str, *, detail: str | None = None, file: str | None = None, line: int | None = None
    ) -> RunFinding:
        """What is wrong, by its severity."""
        at = self.execution
        return self._store.record_finding(at.run, grade, title, execution=at.id, detail=detail, file=file, line=line)

    def artifact(self, name: str, data: bytes | BinaryIO | Path, format: str | None = None) -> Artifact:
        """What the step made, kept in the store."""
        at = self.execution
        return self._store.add_artifact(at.run, name, data, execution=at.id, format=format)


class Work:
    """The work on one run, in a `with`; `state` gives what the program needs to go on, whenever a checkpoint is due.

    On SIGTERM a checkpoint is made and the program ends; in any thread but the main one signals are left to the program.
    """

    def __init__(self, store: StateStore, run: str, state: Callable[[], object]) -> None:
        self._store, self._state = store, state
        self.run = run
        self.resumed = store.resume(run)
        self._done = set(self.resumed.done)
        self._progress = self._counted()
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    @property
    def saved(self) -> Any:
        """What the last checkpoint saved, as JSON gives it, or None where none was made yet."""
        return None if self.resumed.checkpoint is None else self._store.saved(self.run)

    def done(self, phase: int, step: str) -> bool:
        """Whether a step is finished or skipped already."""
        return (phase, step) in self._done

    def begin(self) -> Run:
        """The run, executing, whether it was planned, paused or under way."""
        run = self._store.run(self.run)
        return run if run.status == "executing" else self._store.move_run(self.run, "executing")

    def phase(self, number: int) -> Phase:
        """A phase, in progress, whether it was pending, failed or under way."""
        phase = self._store.phase(self.run, number)
        return phase if phase.status == "in_progress" else self._store.move_phase(self.run, number, "in_progress")

    @contextmanager
    def step(self, phase: int, step: str, agent: str | None = None) -> Iterator[Step]:
        """A try at a step: finished when the block is left, failed when it raises (which goes on being raised)."""
        one = Step(self._store, self._store.start_step(self.run, phase, step, agent=agent))
        try:
            yield one
        except Exception as fault:
            self._store.end_step(
                one.execution.id, "failed", error=f"{type(fault).__name__}: {fault}", summary=one.summary
            )
            raise
        except BaseException:  # told to stop: nobody knows how far it came
            self._store.end_step(one.execution.id, "interrupted", summary=one.summary)
            raise
        self._store.end_step(one.execution.id, "finished", summary=one.summary)
        self._done.add((phase, step))
        self._progress = self._progress.finished()
        self._save_if_due()

    def gate(self, phase: int, name: str, passed: bool, *, detail: str | None = None, by: str | None = None) -> bool:
        """That a gate let a phase pass, or not; the answer is `passed`."""
        self._store.gate(self.run, phase, name, passed, detail=detail, by=by)
        self._save_if_due(gate=passed)
        return passed

    def pause(self) -> Run:
        """The run, paused, after a checkpoint."""
        return self._end("paused", "paused")

    def fail(self, error: str) -> Run:
        """The run, failed, after a checkpoint."""
        return self._end("failed", "failed", error)

    def complete(self) -> Run:
        """The run, completed, after a checkpoint."""
        return self._end("completed", "ended")

    def save(self, reason: str = "asked") -> Checkpoint:
        """Make a checkpoint now."""
        made = self._store.checkpoint(self.run, self._state(), reason)
        self._progress = Progress(0, time.monotonic())
        return made

    def __enter__(self) -> "Work":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, _stop)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)
        if isinstance(fault, Stopped):
            self.save("stopped")

    def _end(self, status: str, forced: Forced, error: str | None = None) -> Run:
        self.save(forced)
        return self._store.move_run(self.run, status, error=error)

    def _save_if_due(self, gate: bool = False) -> None:
        reason = due(self._store.settings.checkpoint, self._progress, time.monotonic(), gate=gate)
        if reason is not None:
            self.save(reason)

    def _counted(self) -> Progress:
        run = self.resumed.run
        executions = self._store.executions(self.run)
        newest = max([run.updated, *(one.ended or one.started for one in executions)])
        return progress(executions, self._store.checkpoints(self.run), time.monotonic(), run.created, newest)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
