"""SIGTERM in the middle of an act, after any of its system calls: nothing hangs, nothing is lost, a checkpoint is made.

LAMINA_TORTURE=1 takes every call, else every eleventh.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.changes.state.working import Stopped, Work
from lamina.project.state.opening import place_at
from lamina.world.log import check, read

EACH = 1 if os.environ.get("LAMINA_TORTURE") == "1" else 11
CALLS: tuple[tuple[Any, str], ...] = (
    (os, "open"),
    (os, "write"),
    (os, "fdatasync"),
    (os, "fsync"),
    (os, "close"),
    (fcntl, "flock"),
)


class Calls:
    """Counts system calls, and sends SIGTERM after one of them."""

    def __init__(self, fatal: int | None) -> None:
        self.made, self.fatal = 0, fatal

    def counted(self, call: Callable[..., object]) -> Callable[..., object]:
        def made(*words: object, **named: object) -> object:
            found = call(*words, **named)
            self.made += 1
            if self.made == self.fatal:
                os.kill(os.getpid(), signal.SIGTERM)
            return found

        return made

    @contextmanager
    def watching(self) -> Iterator[None]:
        patches = [mock.patch.object(module, name, self.counted(getattr(module, name))) for module, name in CALLS]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


def opening(location: Path) -> StateStore:
    return opened(place_at(location), ticking(), pytest.fail)


def work_at(store: StateStore, calls: Calls) -> None:
    """Both steps of a run, as far as they are not done, and its end."""
    with Work(store, "r", dict) as work, calls.watching():
        if store.run("r").ended:
            return
        work.begin()
        while phase := store.current_phase("r"):
            work.phase(phase.number)
            for name in ("draft", "check"):
                if not work.done(phase.number, name):
                    with work.step(phase.number, name) as step:
                        step.finding("low", name)
                        step.artifact(name, name.encode())
            store.move_phase("r", phase.number, "completed")
        work.complete()


def stopped(location: Path, fatal: int | None) -> int:
    """A run that is stopped after a call, and gone on with; how many calls there were."""
    with opening(location) as store:
        store.create_run("r", "feature")
        store.add_phase("r", "plan")
    calls = Calls(fatal)
    with opening(location) as store:
        if fatal is None:
            work_at(store, calls)
        else:
            with pytest.raises(Stopped):
                work_at(store, calls)
            assert store.checkpoints("r")[-1].reason == "stopped"
    check(location.with_name("state") / "log")
    with opening(location) as store:
        before = {(one.phase, one.step): one.id for one in store.executions("r") if one.status == "finished"}
        work_at(store, Calls(None))
        after = {(one.phase, one.step): one.id for one in store.executions("r") if one.status == "finished"}
        assert store.run("r").status == "completed"
        assert (len(after), after | before) == (2, after)
    events = [one.type for one in read(location.with_name("state") / "log")]
    assert events.count("step.finished") == 2
    return calls.made


@pytest.fixture
def patient() -> Iterator[None]:
    """What hangs is told where, and fails."""

    def hangs(number: int, frame: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", ["state.sqlite", "state"])
@pytest.mark.usefixtures("patient")
def test_p1_sigterm_after_any_call_loses_nothing(name: str, memory: Path) -> None:
    (memory / "whole").mkdir()
    calls = stopped(memory / "whole" / name, None)
    places = range(1, calls + 1, EACH)
    for fatal in places:
        (memory / str(fatal)).mkdir()
        signal.alarm(60)
        stopped(memory / str(fatal) / name, fatal)
    assert len(places) > 10
    print(f"{name}: stopped after {len(places)} of {calls} calls, nothing lost")
