"""The numbers of runs, and that they are those that the log gives when it is counted without any record."""

from collections import Counter, defaultdict
from datetime import datetime
from statistics import median

from hypothesis import given
from hypothesis import strategies as st
from runs import Told

from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.statistics import Gates, Lengths, gates_of, statistics
from lamina.words.errors import Failure
from lamina.words.event import Event
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
    found = statistics(records, gates_of(told.events))
    assert counted(told.events) == {
        "runs": found.runs, "phases": found.phases, "executions": found.executions,
        "interventions": found.interventions, "step_retries": found.step_retries, "phase_retries": found.phase_retries,
        "findings": {grade: (one.open, one.resolved) for grade, one in found.findings.items()},
        "agents": {agent: (one.tries, one.finished, one.failed, one.interrupted) for agent, one in found.agents.items()},
        "gates": (found.gates.passed, found.gates.failed), "artifacts": (found.artifacts, found.artifact_bytes),
        "checkpoints": found.checkpoints,
        "lengths": (found.step_lengths.count, found.step_lengths.median, found.step_lengths.total),
    }  # fmt: skip


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


def counted(events: list[Event]) -> dict[str, object]:
    """The numbers by brute force: event by event, with no record of ours."""
    status: dict[str, dict[object, str]] = defaultdict(dict)
    turns, tries, agents, begun = Counter[object](), Counter[object](), {}, {}
    lengths, sizes, done = [], [], defaultdict(Counter)  # type: ignore[var-annotated]
    for event in events:
        data, what = event.data, event.type
        if what in ("run.created", "run.transitioned"):
            status["run"][event.run] = str(data.get("status", "planning"))
        elif what in ("phase.created", "phase.transitioned"):
            status["phase"][event.run, data["phase"]] = str(data.get("status", "pending"))
            turns[event.run, data["phase"]] += data.get("status") == "in_progress"
        elif what == "step.started":
            status["execution"][data["id"]] = "running"
            tries[event.run, data["phase"], data["step"]] += 1
            begun[data["id"]], agents[data["id"]] = datetime.fromisoformat(event.time), data.get("agent")
        elif what.startswith("step."):
            status["execution"][data["id"]] = what[5:]
            if what in ("step.finished", "step.failed"):
                lengths.append((datetime.fromisoformat(event.time) - begun[data["id"]]).total_seconds())
        elif what == "finding.recorded":
            status["finding"][data["id"]] = str(data["grade"])
        elif what == "finding.resolved":
            status["resolved"][data["id"]] = status["finding"].pop(data["id"])
        elif what == "artifact.recorded":
            sizes.append(data["size"])
        elif what in ("intervention.requested", "intervention.answered"):
            status["intervention"][data["id"]] = str(data.get("status", "pending"))
    for id, agent in agents.items():
        done[agent][status["execution"][id]] += 1
    kinds = Counter(event.type for event in events)
    return {
        "runs": _zeros("planning executing paused completed failed aborted", status["run"]),
        "phases": _zeros("pending in_progress completed failed skipped", status["phase"]),
        "executions": _zeros("running finished failed skipped interrupted", status["execution"]),
        "interventions": _zeros("pending approved rejected expired", status["intervention"]),
        "step_retries": sum(count - 1 for count in tries.values()),
        "phase_retries": sum(count - 1 for count in turns.values() if count),
        "findings": {
            grade: (list(status["finding"].values()).count(grade), list(status["resolved"].values()).count(grade))
            for grade in ("critical", "high", "medium", "low", "info")
        },
        "agents": {
            agent: (one.total(), one["finished"], one["failed"], one["interrupted"])
            for agent, one in done.items()
            if agent
        },
        "gates": (kinds["gate.passed"], kinds["gate.failed"]),
        "artifacts": (len(sizes), sum(sizes)),
        "checkpoints": kinds["checkpoint.made"],
        "lengths": (len(lengths), median(lengths) if lengths else None, sum(lengths)),
    }


def _zeros(known: str, found: dict[object, str]) -> dict[str, int]:
    return {one: list(found.values()).count(one) for one in known.split()}
