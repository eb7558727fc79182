"""What is read of a store while programs write to it: always what the log says of one moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event as Flag

import pytest

import lamina.state
from lamina.project.state.opening import place_at
from lamina.project.state.showing import exported_run, run_lines
from lamina.project.state.telling import events_of_run, timeline_of_run
from lamina.thought.runs.exporting import records_of
from lamina.thought.runs.replaying import Replay
from lamina.words.runs import KINDS, Record
from lamina.world.log import read


def write(location: Path, done: Flag) -> None:
    """Steps, findings and what resolves them, until it is enough."""
    with lamina.state.open_at(location) as store:
        for number in count():
            if done.is_set():
                return
            execution = store.start_step("r", 1, f"step{number}", agent="coder")
            finding = store.record_finding("r", "low", "a remark", execution=execution.id)
            store.end_step(execution.id, "finished")
            store.resolve_finding(finding.id)


@pytest.mark.parametrize("form", ["state.sqlite", "state"])
def test_s9_an_export_is_of_one_moment(form: str, tmp_path: Path) -> None:
    location, done = tmp_path / form, Flag()
    place = place_at(location)
    assert place.home is not None
    with lamina.state.open_at(location) as store:
        store.create_run("r", "feature")
        store.add_phase("r", "build")
        store.move_run("r", "executing")
        store.move_phase("r", 1, "in_progress")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, location, done)
        try:
            seen: dict[int, list[Record]] = {}
            while len(seen) < 12:
                records = records_of(json.loads(exported_run(place, "r", None, "json")))
                seen[max(one.version for one in records)] = records
        finally:
            done.set()
        writing.result()
    for moment, records in seen.items():
        then = Replay(read(place.home.log, upto=moment))
        assert records == [one for kind in KINDS for one in then.of_run(kind, "r")]


def test_e9_history_and_timeline_outlive_all_but_the_log(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    place = place_at(location)
    assert place.home is not None
    with lamina.state.open_at(location) as store:
        store.create_run("r", "feature")
        store.add_phase("r", "build")
        store.move_run("r", "executing")
        store.move_phase("r", 1, "in_progress")
        store.checkpoint("r", {"at": 1})
    before = events_of_run(place, "r"), timeline_of_run(place, "r"), run_lines(place)
    for file in [one for one in tmp_path.rglob("*") if one.is_file() and place.home.log not in one.parents]:
        if file != place.home.marker:
            file.unlink()
    assert (events_of_run(place, "r"), timeline_of_run(place, "r"), run_lines(place)) == before
    place.home.marker.unlink()
    assert (events_of_run(place, "r"), timeline_of_run(place, "r")) == before[:2]


def test_a_run_that_was_taken_over_from_elsewhere_has_a_timeline(tmp_path: Path) -> None:
    here, there = place_at(tmp_path / "a.sqlite"), place_at(tmp_path / "b.sqlite")
    with lamina.state.open_at(tmp_path / "a.sqlite") as store:
        store.create_run("r", "feature")
        store.add_phase("r", "build")
        store.move_run("r", "executing")
        store.move_phase("r", 1, "in_progress")
        store.end_step(store.start_step("r", 1, "compile", agent="coder").id, "finished")
    with lamina.state.open_at(tmp_path / "b.sqlite") as store:
        store.take_over(json.loads(exported_run(here, "r", None, "json")))
        store.end_step(store.start_step("r", 1, "test").id, "finished")
    found = timeline_of_run(there, "r")
    assert not found.whole
    assert [(one.name, one.last.status) for one in found.phases[0].steps] == [
        ("compile", "finished"),
        ("test", "finished"),
    ]
    first = timeline_of_run(here, "r")
    assert found.phases[0].steps[0].last.span.start == first.phases[0].steps[0].last.span.start
