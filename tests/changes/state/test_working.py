"""A program at work on a run: steps are never left open, checkpoints come when the policy says, SIGTERM leaves a trace."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.changes.state.working import Stopped, Work
from lamina.project.state.opening import place_at
from lamina.thought.upkeep.settings import CheckpointSettings, StateSettings


def store_at(place: Path, checkpoint: CheckpointSettings | None = None) -> StateStore:
    settings = StateSettings(checkpoint=checkpoint or CheckpointSettings())
    return opened(place_at(place / "state.sqlite", settings), ticking(), pytest.fail)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StateStore]:
    with store_at(tmp_path) as made:
        prepare(made)
        yield made


def prepare(store: StateStore) -> None:
    store.create_run("r", "feature")
    store.add_phase("r", "plan", retries=1)


def begun(store: StateStore) -> Work:
    work = Work(store, "r", lambda: {"seen": len(store.executions("r"))})
    work.begin()
    work.phase(1)
    return work


def reasons(store: StateStore) -> list[str]:
    return [one.reason for one in store.checkpoints("r")]


def test_a_step_is_finished_when_its_block_is_left(store: StateStore) -> None:
    with begun(store) as work:
        with work.step(1, "draft", agent="planner") as step:
            step.artifact("plan.md", b"# plan\n")
            step.finding("low", "short")
            step.summary = "a plan"
        assert work.done(1, "draft")
    one = store.executions("r")[0]
    assert (one.status, one.summary, one.agent) == ("finished", "a plan", "planner")
    assert [made.execution for made in store.artifacts("r")] == [one.id]
    assert [found.execution for found in store.findings("r")] == [one.id]


def test_a_step_that_raises_has_failed(store: StateStore) -> None:
    with begun(store) as work:
        with pytest.raises(ValueError, match="no model"), work.step(1, "draft"):
            raise ValueError("no model")
        assert not work.done(1, "draft")
        with work.step(1, "draft") as step:
            assert step.attempt == 2
    assert [one.error for one in store.executions("r")] == ["ValueError: no model", None]
    assert store.retries("r") == 1


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (CheckpointSettings("every_step"), ["every_step"] * 4 + ["ended"]),
        (CheckpointSettings("every_n_steps", n=3), ["every_n_steps", "ended"]),
        (CheckpointSettings("on_gates"), ["on_gates", "ended"]),
        (CheckpointSettings("time_based", interval_seconds=3600), ["ended"]),
    ],
    ids=["every_step", "every_n_steps", "on_gates", "time_based"],
)
def test_p1_checkpoints_come_when_the_policy_says(
    policy: CheckpointSettings, expected: list[str], tmp_path: Path
) -> None:
    with store_at(tmp_path, policy) as store:
        prepare(store)
        with begun(store) as work:
            for name in ("a", "b", "c", "d"):
                with work.step(1, name):
                    pass
            work.gate(1, "review", True, by="ada")
            work.complete()
        assert reasons(store) == expected


def test_p1_steps_are_counted_on_after_a_restart(tmp_path: Path) -> None:
    policy = CheckpointSettings("every_n_steps", n=3)
    with store_at(tmp_path, policy) as store:
        prepare(store)
        with begun(store) as work:
            for name in ("a", "b"):
                with work.step(1, name):
                    pass
        assert reasons(store) == []
    with store_at(tmp_path, policy) as store, Work(store, "r", dict) as work:
        assert work.done(1, "b")
        with work.step(1, "c"):
            pass
        assert reasons(store) == ["every_n_steps"]
        assert store.checkpoints("r")[0].steps == 3


def test_p1_a_checkpoint_is_forced_when_a_run_is_paused_or_fails(store: StateStore) -> None:
    with begun(store) as work:
        assert work.pause().status == "paused"
        assert work.begin().status == "executing"
        failed = work.fail("no money left")
    assert (failed.status, failed.error) == ("failed", "no money left")
    assert reasons(store) == ["paused", "failed"]


def test_p1_sigterm_leaves_a_checkpoint_and_an_interrupted_step(store: StateStore) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped) as ended, begun(store) as work, work.step(1, "draft"):
        os.kill(os.getpid(), signal.SIGTERM)
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before
    assert [one.status for one in store.executions("r")] == ["interrupted"]
    assert reasons(store) == ["stopped"]
    assert store.saved("r") == {"seen": 1}
