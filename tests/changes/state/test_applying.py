"""Other policies for a store that is in use: followed at once, put off while runs are active, and always recorded."""

from dataclasses import replace
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.project.state.opening import StatePlace, place_at
from lamina.thought.upkeep.settings import CheckpointSettings, EventSettings, PersistenceSettings, StateSettings
from lamina.world.log import Sync, read


def place(location: Path, **sections: object) -> StatePlace:
    return place_at(location, replace(StateSettings(), **sections))  # type: ignore[arg-type]


def told(location: Path) -> list[str]:
    home = place_at(location).home
    assert home is not None
    return [event.type for event in read(home.log) if event.type.startswith("config.")]


def test_a_policy_is_followed_at_once(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    with opened(place(location), ticking(), pytest.fail) as store:
        store.create_run("r", "feature")
        assert store.apply(place(location, checkpoint=CheckpointSettings(keep=1))).verdict == "applied"
        for number in range(3):
            store.checkpoint("r", number)
        assert len(store.checkpoints("r")) == 1
        assert store.apply(place(location, checkpoint=CheckpointSettings(keep=1))).verdict == "unchanged"
    assert told(location) == ["config.applied"]


def test_another_way_of_writing_is_followed_at_once(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    grouped = PersistenceSettings(events=EventSettings(sync="group"))
    with opened(place(location), ticking(), pytest.fail) as store:
        store.create_run("r", "feature")
        assert store.apply(place(location, persistence=grouped)).verdict == "applied"
        assert store.settings.persistence.events.sync == Sync.GROUP
        store.move_run("r", "executing")
        assert store.run("r").status == "executing"


def test_h3_the_storage_is_not_moved_under_active_runs(tmp_path: Path) -> None:
    before, after = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    with opened(place(before), ticking(), pytest.fail) as store:
        store.create_run("r", "feature")
        decision = store.apply(place(after))
        assert decision.verdict == "deferred"
        assert decision.reason is not None
        assert decision.reason.startswith("a run is active, and the storage would be another")
        store.move_run("r", "executing")
        assert not after.exists()
        store.move_run("r", "completed")
        assert store.runs() == []
        store.create_run("s", "feature")
    assert told(before) == ["config.deferred"]
    assert told(after) == ["config.applied"]


def test_a_configuration_that_is_wrong_is_recorded_as_rejected(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    with opened(place(location), ticking(), pytest.fail) as store:
        store.reject("orchestrator has errors", commit="abc")
    assert told(location) == ["config.rejected"]
