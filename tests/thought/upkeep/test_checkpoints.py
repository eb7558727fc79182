"""Checkpoints: when one is due in each mode, also after a restart in the middle, and which are dropped."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.upkeep.checkpoints import Forced, Progress, dropped, due, progress, steps_finished
from lamina.thought.upkeep.settings import CheckpointSettings
from lamina.words.runs import Checkpoint, Execution, ExecutionStatus

EVERY_STEP = CheckpointSettings()
EVERY_THIRD = CheckpointSettings("every_n_steps", n=3)
ON_GATES = CheckpointSettings("on_gates")
EVERY_MINUTE = CheckpointSettings("time_based", interval_seconds=60)
MODES = {"every_step": EVERY_STEP, "every_n_steps": EVERY_THIRD, "on_gates": ON_GATES, "time_based": EVERY_MINUTE}


def executed(number: int, status: ExecutionStatus = ExecutionStatus.FINISHED) -> Execution:
    return Execution(f"e{number}", "r", 1, f"step-{number}", status, 1, stamp(number))


def checkpoint(number: int, steps: int, made: str = "2026-11-21T10:00:00.000000Z") -> Checkpoint:
    return Checkpoint(f"c{number}", "r", number, "every_n_steps", "0" * 64, 10, steps, made)


def stamp(second: int) -> str:
    return f"2026-11-21T10:{second // 60:02}:{second % 60:02}.000000Z"


# Whether one is due after: nothing, one step, three steps, a gate, a minute.
DUE = {
    "every_step": (False, True, True, False, False),
    "every_n_steps": (False, False, True, False, False),
    "on_gates": (False, False, False, True, False),
    "time_based": (False, False, False, False, True),
}


@pytest.mark.parametrize("mode", DUE)
def test_p1_each_mode_has_its_own_moment(mode: str) -> None:
    settings = MODES[mode]
    moments = (
        due(settings, Progress(0, 100.0), 100.0),
        due(settings, Progress(1, 100.0), 101.0),
        due(settings, Progress(3, 100.0), 103.0),
        due(settings, Progress(0, 100.0), 100.0, gate=True),
        due(settings, Progress(0, 100.0), 160.0),
    )
    assert moments == tuple(mode if expected else None for expected in DUE[mode])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("forced", get_args(Forced))
def test_p1_a_pause_a_failure_an_end_and_a_stop_force_one_in_every_mode(mode: str, forced: Forced) -> None:
    assert due(MODES[mode], Progress(0, 100.0), 100.0, forced=forced) == forced


@given(st.lists(st.booleans(), max_size=40))
def test_p1_n_continues_over_restarts(restarts: list[bool]) -> None:
    """After any step another program may take over with the records alone: the checkpoints are the same."""
    executions: list[Execution] = []
    saved: list[Checkpoint] = []
    done = progress([], [], 0.0, stamp(0), stamp(0))
    for step, restarted in enumerate(restarts, 1):
        executions.append(executed(step))
        done = done.finished()
        if restarted:
            done = progress(executions, saved, 1000.0, stamp(0), stamp(step))
        if due(EVERY_THIRD, done, 1000.0):
            saved.append(checkpoint(len(saved) + 1, steps_finished(executions)))
            done = Progress(0, 1000.0)
    assert [one.steps for one in saved] == list(range(3, len(restarts) + 1, 3))


def test_tapps_10_a_restart_does_not_lose_the_steps_that_were_counted() -> None:
    """There the counter was in memory alone, so that n drifted with every resume."""
    executions = [executed(number) for number in range(1, 6)]
    assert progress(executions, [checkpoint(1, 3)], 0.0, stamp(0), stamp(5)).steps == 2


def test_what_did_not_finish_is_no_step() -> None:
    others = [status for status in ExecutionStatus if status is not ExecutionStatus.FINISHED]
    assert steps_finished([executed(n, status) for n, status in enumerate(others)]) == 0


def test_tapps_10_time_is_that_of_a_monotonic_clock() -> None:
    """There it was the wall clock's, which jumps: an hour back made no checkpoint for an hour."""
    done = Progress(1, since=5000.0)
    assert due(EVERY_MINUTE, done, 5059.9) is None
    assert due(EVERY_MINUTE, done, 5060.0) == "time_based"


def test_p1_time_worked_before_a_restart_counts_and_the_time_between_does_not() -> None:
    """40 seconds of work after the checkpoint, a night switched off, then a new clock that begins at 7."""
    done = progress([], [checkpoint(1, 0, stamp(0))], 7.0, stamp(0), stamp(40))
    assert due(EVERY_MINUTE, done, 7.0 + 19.9) is None
    assert due(EVERY_MINUTE, done, 7.0 + 20.0) == "time_based"


def test_a_clock_that_went_back_before_a_restart_counts_nothing() -> None:
    done = progress([], [checkpoint(1, 0, stamp(50))], 7.0, stamp(0), stamp(10))
    assert done == Progress(0, 7.0)


def test_the_newest_are_kept_whatever_their_order() -> None:
    saved = [checkpoint(number, number) for number in (4, 10, 9, 2)]
    assert [one.number for one in dropped(saved, 2)] == [2, 4]
    assert dropped(saved, 4) == dropped(saved, 20) == dropped([], 1) == ()


def test_the_newest_good_state_is_never_dropped() -> None:
    assert [one.number for one in dropped([checkpoint(1, 1), checkpoint(2, 2)], 0)] == [1]
