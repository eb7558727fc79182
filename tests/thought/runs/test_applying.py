"""What events make of records; a record as JSON and back."""

import json

from runs import Told

from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.applying import members, record
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Draft
from lamina.words.runs import KINDS


def busy() -> Told:
    """A run of every kind of record, and a second one."""
    told = Told()
    told.tell(acts.create_run(told.state, "r", "feature", environment="prod", labels={"team": "a b"}))
    told.tell(acts.create_run(told.state, "s", "release"))
    told.tell(acts.add_phase(told.state, "r", "plan", number=2, retries=2))
    told.tell(acts.add_phase(told.state, "r", "before", number=1))
    told.tell(acts.move_run(told.state, "r", "executing"))
    told.tell(acts.move_phase(told.state, "r", 2, "in_progress"))
    told.tell(steps.start_step(told.state, "r", 2, "draft", owner="me", agent="planner"))
    execution = str(told.events[-1].data["id"])
    digest = "sha256:" + "1" * 64
    told.tell(notes.record_artifact(told.state, "r", "plan.md", 3, digest, execution=execution))
    told.tell(notes.record_finding(told.state, "r", "low", "typo", execution=execution))
    told.tell(steps.end_step(told.state, execution, "finished", summary="ok"))
    told.tell(notes.request_intervention(told.state, "r", "approve", "look", phase=2, by="orchestrator"))
    told.tell(notes.gate(told.state, "r", 2, "review", True, by="ada"))
    told.tell(notes.make_checkpoint(told.state, "r", "on_gates", digest, 3, keep=3))
    return told


def everything(state: Replay) -> list[object]:
    return [one for kind in KINDS for one in state.every(kind)]


def test_phases_stand_by_number() -> None:
    assert [one.number for one in busy().state.of_run("phase", "r")] == [1, 2]  # type: ignore[union-attr]


def test_the_end_of_a_step_names_what_it_made() -> None:
    end = next(event for event in busy().events if event.type == "step.finished")
    assert end.data["artifacts"] == [{"name": "plan.md", "size": 3, "digest": "sha256:" + "1" * 64}]


def test_s7_a_replay_makes_the_same_records() -> None:
    told = busy()
    assert everything(Replay(told.events)) == everything(told.state)
    assert {type(one) for one in everything(told.state)} == set(KINDS.values())


def test_records_as_json_and_back() -> None:
    for one in everything(busy().state):
        assert record(json.loads(json.dumps(members(one)))) == one  # type: ignore[arg-type]


def test_a_run_that_is_carried_needs_no_event_before() -> None:
    told = busy()
    kept = [members(one) for kind in KINDS for one in told.state.of_run(kind, "r")]
    told.record(Draft("retention.dropped", None, {"runs": ["s"], "bytes": 0}))
    carried = told.record(Draft("run.carried", "r", {"records": kept}))
    assert everything(Replay([carried])) == everything(told.state)
    assert told.state.get("run", "s") is None
    assert told.state.of_run("phase", "s") == []


def test_s7_a_log_that_begins_anywhere_makes_the_same_records_once_runs_are_carried() -> None:
    told = busy()
    shortest = len(told.events)
    for run in ("r", "s"):
        kept = [members(one) for kind in KINDS for one in told.state.of_run(kind, run)]
        told.record(Draft("run.carried", run, {"records": kept}))
    told.tell(acts.move_run(told.state, "r", "completed"))
    for first in range(shortest + 1):
        assert everything(Replay(told.events[first:])) == everything(told.state)


def test_what_is_no_record_changes_nothing() -> None:
    told = busy()
    before = everything(told.state)
    told.record(Draft("config.applied", None, {"new": "x"}))
    assert everything(told.state) == before
