"""Clean-up by the store that a program has open, when it starts, and with nothing kept."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Builder

import lamina.state
from lamina.changes.state.opening import opened
from lamina.changes.state.store import NothingKept, StateStore
from lamina.changes.state.tidying import cleaned_up
from lamina.project.state.opening import NoStateKept, StatePlace, place_at
from lamina.thought.upkeep.settings import state_settings
from lamina.world.log import read
from lamina.world.store.home import NoStore

START = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Calendar:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


def ran(store: StateStore, id: str) -> None:
    store.create_run(id, "feature")
    store.move_run(id, "executing")
    store.checkpoint(id, {"run": id})
    store.move_run(id, "completed")


def place_in(folder: Path, enabled: bool = True) -> StatePlace:
    location = folder / "state.sqlite"
    kept = {"enabled": enabled, "location": str(location)}
    policies = state_settings({"persistence": kept, "cleanup": {"keep_latest": 1}})
    return place_at(location, policies) if enabled else StatePlace(policies, None)


def test_a_program_cleans_up_when_the_time_has_come(tmp_path: Path, calendar: Calendar) -> None:
    with opened(place_in(tmp_path), calendar, pytest.fail) as store:
        # A new store has nothing to catch up with.
        assert store.clean_up(if_due=True) is None
        ran(store, "old")
        calendar.now += timedelta(days=40)
        ran(store, "new")
        found = store.clean_up(if_due=True)
        assert found is not None
        assert found.plan.dropped == (("old", "age"),)
        assert [run.id for run in store.runs()] == ["new"]
        assert store.saved("new") == {"run": "new"}
        assert store.clean_up(if_due=True) is None
        # Between two times of the schedule not even the log is looked at.
        (tmp_path / "state" / "log").rename(tmp_path / "state" / "away")
        assert store.clean_up(if_due=True) is None
        (tmp_path / "state" / "away").rename(tmp_path / "state" / "log")
        calendar.now += timedelta(days=1)
        assert store.clean_up(if_due=True) is not None


def test_a_changed_schedule_is_followed_at_once(tmp_path: Path, calendar: Calendar) -> None:
    place = place_in(tmp_path)
    assert place.home is not None
    with opened(place, calendar, pytest.fail) as store:
        calendar.now += timedelta(hours=5)
        assert store.clean_up(if_due=True) is None
        hourly = state_settings(
            {"persistence": {"location": place.settings.persistence.location}, "cleanup": {"schedule": "@hourly"}}
        )
        assert store.apply(place_at(place.home.database, hourly)).verdict == "applied"
        found = store.clean_up(if_due=True)
        assert found is not None
        assert found.scheduled == START.replace(hour=17)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, calendar: Calendar) -> None:
    with pytest.raises(NoStore):
        cleaned_up(place_in(tmp_path), calendar, pytest.fail, dry_run=False, if_due=False)
    assert list(tmp_path.iterdir()) == []


def test_p3_with_persistence_off_nothing_is_written_and_there_is_nothing_to_clean(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoStateKept):
        cleaned_up(place_in(tmp_path, enabled=False), calendar, pytest.fail, dry_run=False, if_due=False)
    with opened(place_in(tmp_path, enabled=False), calendar, pytest.fail) as store:
        store.create_run("r", "feature")
        store.checkpoint("r", {})
        with pytest.raises(NothingKept, match=r"persistence\.enabled is false"):
            store.resume("r")
        with pytest.raises(NothingKept):
            store.clean_up()
    assert list(tmp_path.iterdir()) == []


SCHEMA = "type: object\nadditionalProperties: true\n"
DOCUMENT = "persistence: {{location: {location}}}\ncleanup: {{keep_latest: 1, on_startup: {startup}}}\n"


@pytest.mark.parametrize(("startup", "days", "left"), [("true", 40.1, 1), ("false", 40.1, 1), ("false", 0.1, 3)])
def test_tapps_7_starting_cleans_up_where_the_policy_says_so_or_the_schedule_is_behind(
    startup: str, days: float, left: int, repository: Builder, tmp_path: Path, calendar: Calendar
) -> None:
    files = {"environments/prod/orchestrator.yaml": DOCUMENT.format(location=tmp_path / "s.sqlite", startup=startup)}
    root = repository({**files, "schemas/orchestrator/v1.schema.yaml": SCHEMA})
    with lamina.state.open(root, "prod", clock=calendar) as store:
        for number in range(3):
            ran(store, f"r{number}")
    calendar.now += timedelta(days=days)
    with lamina.state.open(root, "prod", clock=calendar) as store:
        assert len(store.runs()) == left
        told = [one.type for one in read(tmp_path / "s" / "log")]
    assert ("retention.ran" in told) == (startup == "true" or left == 1)


def test_what_hinders_a_clean_up_at_the_start_is_a_warning(
    repository: Builder, tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"environments/prod/orchestrator.yaml": DOCUMENT.format(location=tmp_path / "s.sqlite", startup="true")}
    root = repository({**files, "schemas/orchestrator/v1.schema.yaml": SCHEMA})

    def refused(*_: object, **__: object) -> None:
        raise NothingKept

    monkeypatch.setattr(StateStore, "clean_up", refused)
    with pytest.warns(RuntimeWarning, match="old state was not removed: no state is kept"):
        lamina.state.open(root, "prod", clock=calendar).close()


def test_a_clean_up_that_the_log_cannot_tell_of_removes_nothing(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lamina.changes.state.cleanup import CannotCleanUp

    location = tmp_path / "state.sqlite"
    kept = {"location": str(location), "events": {"on_error": "degrade"}}
    place = place_at(location, state_settings({"persistence": kept, "cleanup": {"keep_latest": 1}}))
    with opened(place, calendar, pytest.fail) as store:
        ran(store, "old")
        calendar.now += timedelta(days=40)
        ran(store, "new")
        monkeypatch.setattr(os, "write", full(tmp_path / "state" / "log"))
        with pytest.raises(CannotCleanUp):
            store.clean_up()
        monkeypatch.undo()
        blobs = [one for one in (tmp_path / "state" / "blobs").rglob("*") if one.is_file()]
        assert len(blobs) == 2


def full(folder: Path) -> Callable[[int, bytes], int]:
    """`os.write` as it is while there is no room for the files of a folder."""
    write = os.write

    def refused(file: int, data: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{file}").startswith(str(folder)):
            raise OSError(28, "No space left on device")
        return write(file, data)

    return refused
