"""Other policies for a store that is in use: followed at once, put off while runs are active, and always recorded."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state import policy
from lamina.changes.state.journal import Logged
from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import StatePlace, place_at
from lamina.thought.upkeep.settings import CheckpointSettings, EventSettings, PersistenceSettings, StateSettings
from lamina.world.log import Sync, read
from lamina.world.store.failures import CannotStore


def place(location: Path, **sections: object) -> StatePlace:
    return place_at(location, replace(StateSettings(), **sections))  # type: ignore[arg-type]


def told(location: Path) -> list[str]:
    home = place_at(location).home
    assert home is not None
    return [event.type for event in read(home.log) if event.type.startswith("config.")]


def sync_of(store: StateStore) -> Sync:
    journal = store._parts.journal
    assert isinstance(journal, Logged)
    return journal._log.sync


def test_a_policy_is_followed_at_once(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    with opened(place(location), ticking(), pytest.fail) as store:
        store.create_run("r", "feature")
        assert store.apply(place(location, checkpoint=CheckpointSettings(keep=1))).verdict == "applied"
        for number in range(3):
            store.checkpoint("r", number)
        assert len(store.checkpoints("r")) == 1
        assert store.apply(place(location, checkpoint=CheckpointSettings(keep=1))).verdict == "unchanged"
    assert told(location) == ["config.applied", "config.applied"]  # when it was opened, and the other policy


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
    assert told(before) == ["config.applied", "config.deferred"]
    assert told(after) == ["config.applied"]


def test_a_configuration_that_is_wrong_is_recorded_as_rejected(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    with opened(place(location), ticking(), pytest.fail) as store:
        store.reject("orchestrator has errors", commit="abc")
    assert told(location) == ["config.applied", "config.rejected"]


def test_h4_what_is_applied_is_recorded_once_with_both_digests(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    other = place(location, checkpoint=CheckpointSettings(keep=1))
    for one in (place(location), place(location), other):
        opened(one, ticking(), pytest.fail).close()
    home = place_at(location).home
    assert home is not None
    first, second = [event.data for event in read(home.log) if event.type == "config.applied"]
    assert "old" not in first
    assert second["old"] == first["new"] != second["new"]


def test_of_two_programs_with_other_policies_the_more_careful_is_heeded(tmp_path: Path) -> None:
    location = tmp_path / "state.sqlite"
    careless = PersistenceSettings(events=EventSettings(durability="best_effort", sync="never"))
    warnings: list[str] = []
    with (
        opened(place(location), ticking(), pytest.fail),
        opened(place(location, persistence=careless), ticking(), warnings.append) as second,
    ):
        second.create_run("r", "feature")
        assert sync_of(second) is Sync.ALWAYS
    assert len(warnings) == 1
    assert warnings[0].startswith("another program follows other policies here (persistence.events.durability")
    with opened(place(location, persistence=careless), ticking(), pytest.fail) as alone:
        assert sync_of(alone) is Sync.NEVER


def test_policies_that_cannot_be_noted_are_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    location = place(tmp_path / "state.sqlite")
    with monkeypatch.context() as failing:
        failing.setattr(policy, "write_file", refused)
        with pytest.raises(CannotStore, match="Input/output error"):
            opened(location, ticking(), pytest.fail)
    with monkeypatch.context() as failing, opened(location, ticking(), pytest.fail):
        failing.setattr(Path, "unlink", refused)
