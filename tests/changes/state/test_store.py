"""The store of run state: one suite for both formats, so that a program cannot tell which it has."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Any
from unittest import mock

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.store import NoLog, NoState, NothingKept, StateStore
from lamina.project.state.opening import StatePlace, held_state, place_at
from lamina.thought.runs.failures import AlreadyRecorded, BadRecord, Conflict, IllegalTransition, NotFound, StepDone
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import StateSettings, state_settings
from lamina.words.errors import Failure
from lamina.words.event import Draft
from lamina.words.event_line import BadName, TooLarge
from lamina.words.runs import KINDS
from lamina.world.log import CannotAppend, LostEvents, Tail, read
from lamina.world.store.failures import CannotStore
from lamina.world.store.home import NoStore

Opening = Callable[..., StateStore]


def repr_of(value: object) -> str:
    return type(value).__name__


def policies_at(location: Path, given: Mapping[str, Any]) -> StateSettings:
    kept = {"format": "sqlite", "location": str(location)}
    if location.suffix != ".sqlite":
        kept = {"format": "json", "location": f"{location}/"}
    return state_settings({**given, "persistence": kept | given.get("persistence", {})})


@pytest.fixture(params=["sqlite", "json"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / ("state.sqlite" if request.param == "sqlite" else "state")


@pytest.fixture
def opening(location: Path) -> Iterator[Opening]:
    """Opens the store of the location, again and again; `policies` are sections of the document."""
    stores: list[StateStore] = []

    def again(**policies: Any) -> StateStore:
        stores.append(opened(place_at(location, policies_at(location, policies)), ticking(), print))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


def begun(store: StateStore, run: str = "r") -> None:
    store.create_run(run, "feature")
    store.add_phase(run, "plan", retries=1)
    store.move_run(run, "executing")
    store.move_phase(run, 1, "in_progress")


def everything(store: StateStore) -> list[object]:
    return [one for kind in KINDS for one in store.records.every(kind)]


def test_create_read_update_list(opening: Opening) -> None:
    store = opening()
    begun(store)
    step = store.start_step("r", 1, "draft", agent="planner")
    artifact = store.add_artifact("r", "plan.md", b"# plan\n", execution=step.id)
    finding = store.record_finding("r", "high", "no tests", execution=step.id)
    asked = store.request_intervention("r", "approve", "look at it", phase=1)
    store.end_step(step.id, "finished", summary="done")
    assert [one.id for one in store.runs()] == ["r"]
    assert store.run("r").status == "executing"
    assert [one.name for one in store.phases("r")] == ["plan"]
    assert [one.status for one in store.executions("r")] == ["finished"]
    assert (artifact.size, store.artifacts("r")) == (7, [artifact])
    assert store.findings("r", unresolved=True) == [finding]
    assert store.findings_by_grade()["high"] == 1
    assert store.interventions(pending=True) == [asked]
    store.resolve_finding(finding.id, by="ada", resolution="written")
    store.answer_intervention(asked.id, "approved", by="ada")
    store.update_run("r", labels={"team": "platform"}, pinned=True)
    assert store.findings(unresolved=True) == []
    assert store.interventions(pending=True) == []
    assert (store.run("r").labels, store.run("r").pinned) == ({"team": "platform"}, True)
    current = store.current_phase("r")
    assert current is not None
    assert current.number == 1


def test_what_was_done_is_there_when_it_is_opened_again(opening: Opening) -> None:
    store = opening()
    begun(store)
    before = everything(store)
    store.close()
    assert everything(opening()) == before


def test_s7_the_records_are_those_of_the_log(opening: Opening, location: Path) -> None:
    store = opening()
    begun(store)
    store.checkpoint("r", {"at": 1})
    home = place_at(location).home
    assert home is not None
    replay = Replay(read(home.log))
    assert everything(store) == [one for kind in KINDS for one in replay.every(kind)]


def test_another_opening_sees_what_the_first_does(opening: Opening) -> None:
    first, second = opening(), opening()
    begun(first)
    assert second.run("r").status == "executing"
    second.move_run("r", "paused")
    assert first.run("r").status == "paused"


def test_s3_of_two_writers_one_is_late(opening: Opening) -> None:
    first, second = opening(), opening()
    begun(first)
    seen = second.run("r").version
    first.move_run("r", "paused", expected=seen)
    with pytest.raises(Conflict):
        second.move_run("r", "failed", expected=seen)


def test_s3_threads_lose_nothing(opening: Opening) -> None:
    store = opening()
    begun(store)

    def work(number: int) -> None:
        for turn in range(10):
            store.record_finding("r", "low", f"finding {number} {turn}")

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.findings("r")) == 80
    assert len({one.id for one in store.findings("r")}) == 80


def test_what_is_refused_leaves_no_event(opening: Opening, location: Path) -> None:
    store = opening()
    begun(store)
    home = place_at(location).home
    assert home is not None
    before = list(read(home.log))
    refused: list[tuple[type[Failure], Callable[[], object]]] = [
        (IllegalTransition, lambda: store.move_run("r", "planning")),
        (NotFound, lambda: store.move_run("other", "failed")),
        (BadName, lambda: store.create_run("../../x", "feature")),
        (TooLarge, lambda: store.move_run("r", "failed", error="x" * (10 << 20))),
        (Failure, lambda: store.checkpoint("r", {1, 2})),
    ]
    for failure, act in refused:
        with pytest.raises(failure):
            act()
    assert list(read(home.log)) == before


def test_what_is_no_word_of_ours_is_refused_by_name_and_leaves_no_event(opening: Opening, location: Path) -> None:
    store = opening()
    begun(store)
    run, step = store.run("r"), store.start_step("r", 1, "draft")
    home = place_at(location).home
    assert home is not None
    before = list(read(home.log))
    refused: list[tuple[str, Callable[[], object]]] = [
        ("'1' cannot be the number of a phase", lambda: store.move_phase("r", "1", "failed")),  # type: ignore[arg-type]
        ("'1' cannot be the number of a phase", lambda: store.start_step("r", "1", "a")),  # type: ignore[arg-type]
        ("True cannot be the number of a phase", lambda: store.gate("r", True, "tests", passed=True)),
        (r"Execution\(.* cannot be the id of the execution", lambda: store.end_step(step, "failed")),  # type: ignore[arg-type]
        (r"Run\(.* cannot be the id of the run", lambda: store.add_phase(run, "build")),  # type: ignore[arg-type]
        ("'done' cannot be the status of a run", lambda: store.runs(status=["done"])),
        ("'bad' cannot be the severity", lambda: store.findings(grade="bad")),
        ("'no' cannot be the answer of a gate", lambda: store.gate("r", 1, "tests", "no")),  # type: ignore[arg-type]
        ("'no' cannot be the pin of a run", lambda: store.update_run("r", pinned="no")),  # type: ignore[arg-type]
        (r"\['a'\] cannot be the labels", lambda: store.update_run("r", labels=["a"])),  # type: ignore[arg-type]
        ("'str' cannot be the content of an artifact", lambda: store.add_artifact("r", "a", "text")),  # type: ignore[arg-type]
    ]
    for message, act in refused:
        with pytest.raises(BadRecord, match=message):
            act()
    assert list(read(home.log)) == before
    assert store.runs(status="executing") == store.runs(status=["executing", "paused"]) == [run]


def test_a_finished_step_is_not_done_again_after_a_crash(opening: Opening) -> None:
    store = opening()
    begun(store)
    done = store.start_step("r", 1, "read")
    store.end_step(done.id, "finished")
    store.start_step("r", 1, "draft")
    store.checkpoint("r", {"page": 3})
    store.close()  # the lock of the owner goes, as with a process that was killed
    store = opening()
    resumed = store.resume("r")
    assert resumed.done == {(1, "read")}
    assert [one.step for one in resumed.interrupted] == ["draft"]
    assert store.saved("r") == {"page": 3}
    with pytest.raises(StepDone):
        store.start_step("r", 1, "read")
    assert store.start_step("r", 1, "draft").attempt == 2


def test_s6_all_runs_that_have_not_ended_are_recovered(opening: Opening) -> None:
    store = opening()
    for number in range(61):
        store.create_run(f"r{number}", "feature")
    store.move_run("r0", "aborted")
    assert len(store.recover()) == 60


def test_what_lives_is_not_interrupted(opening: Opening) -> None:
    first, second = opening(), opening()
    begun(first)
    first.start_step("r", 1, "draft")
    assert second.resume("r").interrupted == ()


def test_only_so_many_checkpoints_are_kept(opening: Opening) -> None:
    store = opening(checkpoint={"keep": 2})
    begun(store)
    for number in range(4):
        store.checkpoint("r", number)
    assert [one.number for one in store.checkpoints("r")] == [3, 4]
    assert store.saved("r") == 3
    store.create_run("s", "feature")
    with pytest.raises(NoState):
        store.saved("s")


@pytest.mark.parametrize("state", [object(), {"a": float("nan")}, [None, [float("inf")]], {"a": 2**64}], ids=repr_of)
def test_a_state_that_json_cannot_hold_is_refused(opening: Opening, state: object) -> None:
    store = opening()
    begun(store)
    with pytest.raises(BadRecord, match="cannot be the state of a checkpoint"):
        store.checkpoint("r", state)
    assert store.checkpoints("r") == []
    store.checkpoint("r", {"a": None, "b": ["null"]})
    assert store.saved("r") == {"a": None, "b": ["null"]}


def test_questions_with_words_that_cannot_be_are_refused(opening: Opening) -> None:
    store = opening()
    with pytest.raises(BadRecord, match="'runing' cannot be the status of a run"):
        store.runs(status=["runing"])
    with pytest.raises(BadRecord, match="'grave' cannot be the severity"):
        store.findings(grade="grave")


def test_p2_a_change_of_format_takes_the_state_along(tmp_path: Path) -> None:
    with opened(place_at(tmp_path / "state.sqlite"), ticking(), pytest.fail) as store:
        begun(store)
        before = everything(store)
    with opened(place_at(tmp_path / "state"), ticking(), pytest.fail) as store:
        assert everything(store) == before
        store.move_run("r", "paused")
    with opened(place_at(tmp_path / "state.sqlite"), ticking(), pytest.fail) as store:
        assert store.run("r").status == "paused"


def test_a_projection_that_is_gone_is_made_anew(opening: Opening, location: Path) -> None:
    store = opening()
    begun(store)
    before = everything(store)
    store.close()
    for one in (*location.parent.glob("state.sqlite*"), *location.parent.glob("state/records/*")):
        one.unlink()
    with held_state(place_at(location)) as held:
        assert everything_of(held.reader.records) == before
    assert everything(opening()) == before


def everything_of(records: object) -> list[object]:
    return [one for kind in KINDS for one in records.every(kind)]  # type: ignore[attr-defined]


def test_a_log_that_lacks_what_was_acknowledged_is_refused(opening: Opening, location: Path) -> None:
    store = opening()
    begun(store)
    store.close()
    home = place_at(location).home
    assert home is not None
    segment = next(home.log.glob("0*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(LostEvents, match="was acknowledged, but the log ends with event"):
        opening()


def test_e12_without_events_state_and_resume_still_work(opening: Opening, location: Path) -> None:
    policies = {"persistence": {"events": {"enabled": False}}}
    store = opening(**policies)
    begun(store)
    store.start_step("r", 1, "draft")
    store.close()
    store = opening(**policies)
    assert [one.step for one in store.resume("r").interrupted] == ["draft"]
    home = place_at(location).home
    assert home is not None
    assert not home.log.exists()


def test_events_that_are_switched_on_take_up_what_was_kept_without(opening: Opening, location: Path) -> None:
    without = opening(persistence={"events": {"enabled": False}})
    begun(without)
    before = of_a_run(without.records, "r")
    without.close()
    store = opening()
    assert of_a_run(store.records, "r") == before
    home = place_at(location).home
    assert home is not None
    assert of_a_run(Replay(read(home.log)), "r") == before
    assert [event.type for event in read(home.log)][1:3] == ["log.gap", "run.carried"]
    store.close()
    again = opening(persistence={"events": {"enabled": False}})
    again.move_run("r", "paused")
    again.close()
    assert opening().run("r").status == "paused"


def test_p3_where_nothing_is_kept_nothing_is_written(tmp_path: Path) -> None:
    place = StatePlace(state_settings({"persistence": {"enabled": False}}), None)
    store = opened(place, ticking(), pytest.fail)
    begun(store)
    step = store.start_step("r", 1, "draft")
    store.end_step(step.id, "finished")
    assert store.checkpoint("r", {"a": 1}).steps == 1
    with pytest.raises(NothingKept, match="nothing to resume from"):
        store.resume("r")
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_events_that_concern_no_run(opening: Opening, location: Path) -> None:
    store = opening()
    store.note(Draft("config.applied", None, {"new": "abc"}))
    home = place_at(location).home
    assert home is not None
    lines = [json.loads(line) for line in next(home.log.glob("0*.jsonl")).read_text().splitlines()]
    assert lines[-1]["type"] == "config.applied"


def test_a_run_is_taken_over_from_its_export(opening: Opening, tmp_path: Path) -> None:
    store = opening()
    begun(store)
    step = store.start_step("r", 1, "draft")
    store.end_step(step.id, "finished")
    records = of_a_run(store.records, "r")
    exported = json.loads(json.dumps(store.export("r")))
    assert store.statistics().runs["executing"] == 1
    with pytest.raises(AlreadyRecorded):
        store.take_over(exported)
    with opened(place_at(tmp_path / "other.sqlite"), ticking(), pytest.fail) as other:
        other.take_over(exported)
        assert of_a_run(other.records, "r") == records
        other.rebuild()
        assert of_a_run(other.records, "r") == records


def test_rebuild_makes_the_same_records(opening: Opening) -> None:
    store = opening()
    begun(store)
    before = everything(store)
    assert store.rebuild() > 4
    assert everything(store) == before
    with pytest.raises(NoLog):
        opening(persistence={"events": {"enabled": False}}).rebuild()


def test_vacuum_changes_nothing(opening: Opening) -> None:
    store = opening()
    begun(store)
    before = everything(store)
    store.vacuum()
    assert everything(store) == before


def test_a_failing_log_stops_the_work_or_leaves_a_gap(location: Path, opening: Opening) -> None:
    strict = opening()
    begun(strict)

    def full(*_: object) -> None:
        raise CannotAppend(location, OSError(28, "No space left on device"))

    with mock.patch.object(Tail, "write", full):
        with pytest.raises(CannotAppend):
            strict.move_run("r", "paused")
        assert strict.run("r").status == "executing"
    strict.close()
    lenient = opening(persistence={"events": {"on_error": "degrade"}})
    with mock.patch.object(Tail, "write", full):
        assert lenient.move_run("r", "paused").status == "paused"
        lenient.record_finding("r", "high", "the disk is full")
    lenient.move_run("r", "executing")
    before = everything(lenient)
    home = place_at(location).home
    assert home is not None
    assert "log.gap" in [event.type for event in read(home.log)]
    lenient.rebuild()
    assert everything(lenient) == before


def test_what_the_log_has_is_a_fact_though_the_disk_is_full_for_the_records(location: Path, opening: Opening) -> None:
    store = opening()
    begun(store)
    projection = type(store.records)

    def full(*_: object, **__: object) -> None:
        raise CannotStore(location, "No space left on device")

    with mock.patch.object(projection, "apply", full):
        assert store.move_run("r", "paused").status == "paused"
        with pytest.raises(CannotStore):  # nothing is judged by records that are behind
            store.move_run("r", "executing")
    assert store.move_run("r", "executing").status == "executing"
    home = place_at(location).home
    assert home is not None
    moves = [event.data["status"] for event in read(home.log) if event.type == "run.transitioned"]
    assert moves == ["executing", "paused", "executing"]


def test_a_marker_that_is_gone_is_told(location: Path, opening: Opening) -> None:
    opening().close()
    home = place_at(location).home
    assert home is not None
    home.marker.unlink()
    with pytest.raises(NoStore, match=r"holds a log, but its store\.json is gone"), held_state(place_at(location)):
        pass
