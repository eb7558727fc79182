"""What happened, by the log alone."""

from pathlib import Path

import pytest
from example_state import FOLDER
from runs import START

from lamina.project.state.opening import StatePlace, place_at
from lamina.project.state.telling import NoLog, events_of_run, gate_events, timeline_of_run
from lamina.thought.timeline import NoSuchRun
from lamina.words.event import Draft
from lamina.world.log import EventLog
from lamina.world.store.failures import StoreLink


@pytest.fixture
def place(tmp_path: Path) -> StatePlace:
    """A store of which nothing is left but its log."""
    drafts = [
        Draft("run.created", "r", {"workflow": "w"}),
        Draft("run.created", "s", {"workflow": "w"}),
        Draft("audit.odd", "s", {"a": 1, "type": "x", "run": "r", "data": {}}),
        Draft("gate.passed", "r", {"phase": 1, "gate": "g"}),
        Draft("retention.ran", None, {"dropped": 0}),
    ]
    place = place_at(tmp_path / "state.sqlite")
    assert place.home is not None
    place.home.folder.mkdir()
    with EventLog.open(place.home.log, lambda: START, store="x") as log:
        log.append(drafts)
    return place


def test_the_events_of_a_run_and_of_no_other(place: StatePlace) -> None:
    assert [one.type for one in events_of_run(place, "r")] == ["run.created", "gate.passed"]
    assert [one.type for one in events_of_run(place, "s")] == ["run.created", "audit.odd"]
    assert [one.data["gate"] for one in gate_events(place)] == ["g"]


@pytest.mark.parametrize("run", ["t", "", "../r", 'r","data":{', "\ud800", "r\n"])
def test_a_run_that_is_not_there(run: str, place: StatePlace) -> None:
    with pytest.raises(NoSuchRun):
        timeline_of_run(place, run)


def test_where_no_log_is_kept(tmp_path: Path) -> None:
    with pytest.raises(NoLog, match="there is no log of events in"):
        events_of_run(place_at(tmp_path / "state.sqlite"), "r")
    assert list(gate_events(place_at(tmp_path))) == []
    assert list(tmp_path.iterdir()) == []


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/log").symlink_to(FOLDER / "log")
    with pytest.raises(StoreLink):
        events_of_run(place_at(tmp_path / "state.sqlite"), "feature-118")
