"""The numbers of runs, and that they are those that the log gives when it is counted without any record."""

import counting
from hypothesis import given
from hypothesis import strategies as st
from runs import Told

from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.statistics import Gates, Lengths, gates_of, statistics
from lamina.words.errors import Failure
from lamina.words.runs import KINDS, Execution, ExecutionStatus, Record, Run, RunStatus

AT = "2026-11-21T12:00:{:02}.000000Z"


def execution(number: int, seconds: int, step: str = "s", status: str = "finished", **more: str) -> Execution:
    ended = AT.format(seconds)
    return Execution(f"e{number}", "r", 1, step, ExecutionStatus(status), number, AT.format(0), ended=ended, **more)


def test_of_nothing_all_is_zero() -> None:
    found = statistics([])
    assert found.runs == dict.fromkeys(RunStatus, 0)
    assert (found.run_lengths, found.step_lengths, found.agents) == (Lengths(0), Lengths(0), {})
    assert found.gates == Gates(0, 0)


def test_lengths_are_those_of_what_has_an_end_that_is_known() -> None:
    records = [execution(number, number) for number in range(1, 11)]
    records += [execution(11, 50, status="interrupted"), execution(12, 50, status="skipped")]
    assert statistics(records).step_lengths == Lengths(10, 5.5, 9.0, 55.0)
    assert statistics([execution(1, 7)]).step_lengths == Lengths(1, 7.0, 7.0, 7.0)


def test_a_run_whose_clock_was_set_back_lasts_no_time() -> None:
    run = Run("r", "w", RunStatus.FAILED, AT.format(9), AT.format(3), ended=AT.format(3))
    assert statistics([run]).run_lengths == Lengths(1, 0.0, 0.0, 0.0)


def test_agents_that_did_most_stand_first() -> None:
    records = [execution(1, 1, agent="b"), execution(2, 1, agent="a"), execution(3, 3, agent="b", status="failed")]
    found = statistics(records).agents
    assert list(found) == ["b", "a"]
    assert (found["b"].tries, found["b"].finished, found["b"].failed, found["b"].lengths.median) == (2, 1, 1, 2.0)


def test_the_shape_for_json() -> None:
    shape = statistics([execution(1, 2, agent="a")], Gates(1, 0)).shape()
    assert shape["executions"] == {"running": 0, "finished": 1, "failed": 0, "skipped": 0, "interrupted": 0}
    assert shape["agents"] == {
        "a": {
            "tries": 1, "finished": 1, "failed": 0, "interrupted": 0,
            "lengths": {"count": 1, "median": 2.0, "p90": 2.0, "total": 2.0},
        },
    }  # fmt: skip
    assert shape["gates"] == {"passed": 1, "failed": 0}


DIGEST = "sha256:" + "0" * 64
choices = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5)), max_size=60)


@given(choices)
def test_s10_the_numbers_are_those_of_the_log(moves: list[tuple[int, int]]) -> None:
    told = workflow(moves)
    records: list[Record] = [one for kind in KINDS for one in told.state.every(kind)]
    assert counting.counted(told.events) == counting.told(statistics(records, gates_of(told.events)))


def workflow(moves: list[tuple[int, int]]) -> Told:
    """What comes of any moves in two runs; those that are refused change nothing."""
    told = Told()
    for run in ("r", "s"):
        told.tell(acts.create_run(told.state, run, "w"))
        for name in ("a", "b"):
            told.tell(acts.add_phase(told.state, run, name, retries=2))
        told.tell(acts.move_run(told.state, run, "executing"))
        told.tell(acts.move_phase(told.state, run, 1, "in_progress"))
    for move, choice in moves:
        try:
            told.tell(_wish(told, move, choice))
        except Failure:
            continue
    return told


def _wish(told: Told, move: int, choice: int):  # type: ignore[no-untyped-def]  # of many kinds
    state, run, phase = told.state, "rs"[choice % 2], 1 + choice // 2 % 2
    ids = {kind: [one.id for one in state.of_run(kind, run)] for kind in KINDS}
    last = {kind: (held or ["none"])[-1 - choice % max(len(held), 1)] for kind, held in ids.items()}
    wishes = (
        lambda: steps.start_step(
            state, run, phase, f"step{choice % 3}", owner="me", agent=(None, "x", "y")[choice % 3]
        ),
        lambda: steps.start_step(state, run, phase, f"step{choice % 3}", owner="me", agent="x"),
        lambda: steps.end_step(state, last["execution"], ("finished", "failed", "skipped")[choice % 3]),
        lambda: steps.end_step(state, last["execution"], ("finished", "failed")[choice % 2]),
        lambda: acts.move_phase(state, run, phase, ("in_progress", "failed", "completed")[choice % 3]),
        lambda: acts.move_run(state, run, ("paused", "executing", "failed")[choice % 3]),
        lambda: notes.record_finding(state, run, ("low", "high")[choice % 2], "t", phase=phase),
        lambda: notes.resolve_finding(state, last["finding"]),
        lambda: notes.record_artifact(state, run, "n", choice, DIGEST),
        lambda: notes.gate(state, run, phase, "g", choice % 2 == 0),
        lambda: notes.request_intervention(state, run, "k", "why"),
        lambda: notes.answer_intervention(state, last["intervention"], "approved"),
    )
    return wishes[move]()
