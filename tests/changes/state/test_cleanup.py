"""Clean-up carried out on stores: what goes, what every crash leaves, and that a dry run is the real one."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from conftest import Counted

from lamina.changes.state.cleanup import Cleanup, Upkeep
from lamina.changes.state.journal import Logged, Unlogged, done, noted
from lamina.changes.state.opening import journal_of
from lamina.project.state.opening import projection_of
from lamina.thought.anchors.tree import Edge, grown
from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.applying import members
from lamina.thought.runs.present import Present, Wish
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import StateSettings, state_settings
from lamina.words.event import Draft
from lamina.words.runs import KINDS, Checkpoint
from lamina.world.log import EventLog, check, lines, read, segments
from lamina.world.store.blobs import Blobs
from lamina.world.store.home import home

TORTURE = os.environ.get("LAMINA_TORTURE") == "1"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Kept:
    """A store on the disk whose clock the test sets; segments are short, so that there are many."""

    location: Path
    cleanup: dict[str, Any] = field(default_factory=dict)
    artifact_days: int = 90
    events: bool = True
    now: datetime = NOW - 400 * DAY

    def __post_init__(self) -> None:
        self.home = home(self.location)
        self.home.folder.mkdir(parents=True, exist_ok=True)
        self.open()

    @property
    def settings(self) -> StateSettings:
        kept: dict[str, Any] = {"format": "sqlite", "location": str(self.location), "events": {"enabled": self.events}}
        if self.location.suffix != ".sqlite":
            kept |= {"format": "json", "location": f"{self.location}/"}
        found = state_settings({"persistence": kept, "artifacts": {"retention_days": self.artifact_days}})
        return replace(found, cleanup=replace(found.cleanup, **{"keep_latest": 1, **self.cleanup}))

    def open(self) -> None:
        self.projection = projection_of(self.settings, self.home)
        self.blobs = Blobs(self.home.blobs)
        self.journal: Logged | Unlogged
        if self.events:
            log = EventLog.open(self.home.log, self.clock, store="test", segment_events=20)
            self.journal = Logged(log, self.projection, self.clock, False)
        else:
            found = journal_of(self.settings, self.home, "test", self.projection, self.clock)
            assert isinstance(found, Unlogged)
            self.journal = found

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def close(self) -> None:
        self.journal.close()
        self.projection.close()

    def act(self, wishing: Callable[[Present], Wish[Any]]) -> Any:
        return done(self.journal, wishing)

    @property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.home, self.settings, self.journal, self.projection, self.blobs, self.clock)

    def cleaned(self, **how: bool) -> Cleanup:
        found = self.upkeep.clean_up(**how)
        assert found is not None
        return found

    def store(self, data: bytes) -> str:
        digest, _ = self.blobs.add(data)
        digits = digest.partition(":")[2]
        os.utime(self.home.blobs / digits[:2] / digits, (self.now.timestamp(),) * 2)
        return digest

    def run(self, id: str, days: float, *, ends: str | None = "completed", size: int = 100, tries: int = 3) -> None:
        """A run that ended so many days before NOW, with a checkpoint and an artifact of a size."""
        self.now = NOW - days * DAY
        self.act(lambda present: acts.create_run(present, id, "feature"))
        self.act(lambda present: acts.add_phase(present, id, "plan"))
        self.act(lambda present: acts.move_run(present, id, "executing"))
        self.act(lambda present: acts.move_phase(present, id, 1, "in_progress"))
        for number in range(tries):
            step = self.act(lambda present: steps.start_step(present, id, 1, f"s{number}", owner="me"))  # noqa: B023
            self.act(lambda present: steps.end_step(present, step.id, "finished", summary="x" * 50))  # noqa: B023
        state, made = json.dumps({"run": id}).encode(), id.encode() * (size // len(id))
        saved, digest = self.store(state), self.store(made)
        self.act(lambda present: notes.make_checkpoint(present, id, "every_step", saved, len(state), 20))
        where = f"blobs/{digest[7:9]}/{digest[7:]}"
        self.act(lambda present: notes.record_artifact(present, id, "a.txt", len(made), digest, location=where))
        if ends:
            self.act(lambda present: acts.move_run(present, id, ends))

    def runs(self) -> list[str]:
        return sorted(one.id for one in self.projection.runs())

    def everything(self) -> list[dict[str, object]]:
        return [members(one) for kind in KINDS for one in self.projection.every(kind)]

    def demand_sound(self) -> None:
        """All that is listed can be had, the log holds and makes the same records."""
        for kind in ("checkpoint", "artifact"):
            for one in self.projection.every(kind):
                if isinstance(one, Checkpoint) or one.location:  # type: ignore[union-attr]
                    assert self.blobs.read(one.digest)  # type: ignore[union-attr]
        assert self.projection.faults() == []
        if self.events:
            assert check(self.home.log).fault is None
            rebuilt = Replay(read(self.home.log))
            assert [members(one) for kind in KINDS for one in rebuilt.every(kind)] == self.everything()
            # Wherever the log begins, it says so itself, with the tree over what is gone.
            first = segments(self.home.log)[0].first
            told = [one.data for one in read(self.home.log) if one.type == "retention.dropped"]
            assert first == 1 or any(one.get("first") == first and "edge" in one for one in told)


@pytest.fixture(params=["sqlite", "json"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / ("state.sqlite" if request.param == "sqlite" else "state")


@contextmanager
def kept(place: Path, **more: Any) -> Iterator[Kept]:
    store = Kept(place, **more)
    yield store
    store.close()


def test_p4_by_age(place: Path) -> None:
    with kept(place, cleanup={"retention_days": 30}) as store:
        store.run("old", 40)
        store.run("works", 39, ends=None)
        store.run("failed", 35, ends="failed")
        store.run("young", 10)
        store.run("new", 5)
        store.now = NOW
        found = store.cleaned()
        assert found.plan.dropped == (("old", "age"), ("failed", "age"))
        assert store.runs() == ["new", "works", "young"]
        store.demand_sound()


def test_p4_by_size_the_store_really_ends_below(place: Path) -> None:
    with kept(place, cleanup={"max_size_mib": 4}) as store:
        for number in range(12):
            store.run(f"r{number:02}", 20 - number, size=700_000)
        store.now = NOW
        found = store.cleaned()
        assert found.plan.fits
        assert found.size <= 4 << 20
        dropped = [run for run, _ in found.plan.dropped]
        assert dropped == [f"r{number:02}" for number in range(len(dropped))]
        assert 0 < len(dropped) < 11
        on_disk = sum(one.stat().st_size for one in place.parent.rglob("*") if one.is_file())
        assert on_disk <= 4 << 20
        store.demand_sound()


def test_p4_what_must_stay_may_be_too_large_and_it_is_said(place: Path) -> None:
    with kept(place, cleanup={"max_size_mib": 1}) as store:
        store.run("a", 3, ends=None, size=900_000)
        store.run("b", 2, size=900_000)
        store.now = NOW
        found = store.cleaned()
        assert not found.plan.fits
        assert store.runs() == ["a", "b"]


def test_p4_pinned_runs_and_what_the_archive_lacks_stay(place: Path) -> None:
    with kept(place) as store:
        store.run("loved", 90)
        store.act(lambda present: acts.update_run(present, "loved", pinned=True))
        store.run("in", 80)
        head = store.projection.applied.seq
        noted(store.journal, lambda _: [Draft("archive.pushed", None, {"snapshot": f"test@{head}", "seq": head})])
        store.run("out", 70)
        store.run("new", 1)
        store.now = NOW
        assert store.cleaned().plan.dropped == (("in", "age"),)
        assert store.runs() == ["loved", "new", "out"]
        store.demand_sound()


def test_p4_deleting_is_recorded(place: Path) -> None:
    with kept(place) as store:
        store.run("old", 40)
        store.run("new", 1)
        store.now = NOW
        found = store.cleaned()
        told = [one for one in read(store.home.log) if one.type.startswith("retention.")]
        assert [one.type for one in told] == ["retention.dropped", "retention.ran"]
        assert told[0].data == {"runs": ["old"], "blobs": 1, "bytes": found.plan.before - found.plan.size}
        assert told[1].data == {"dropped": 1}


def test_p4_old_segments_go_and_what_stays_is_carried(place: Path) -> None:
    with kept(place, cleanup={"keep_latest": 2}) as store:
        for number in range(11):
            store.run(f"r{number:02}", 60 - number)
        store.run("r11", 45, tries=1)
        store.run("r00-again", 3, tries=20)
        before, written = store.everything(), list(lines(store.home.log))
        store.now = NOW
        found = store.cleaned()
        first = segments(store.home.log)[0].first
        assert first == found.plan.first > 100
        # The tree over what is gone, from which an audit goes on.
        told = next(one.data for one in read(store.home.log) if one.data.get("first") == first)
        assert told["edge"] == [hash.hex() for hash in grown(Edge(), written[: first - 1]).hashes]
        assert "r11" in found.plan.carried
        assert store.everything() == [one for one in before if one.get("run", one["id"]) in ("r11", "r00-again")]
        store.demand_sound()


def test_p4_a_dry_run_changes_nothing_and_is_what_then_happens(place: Path) -> None:
    with kept(place, cleanup={"retention_days": 20}) as store:
        for number in range(10):
            store.run(f"r{number}", 30 - 2 * number)
        store.now = NOW
        before, lying = store.everything(), sorted(place.parent.rglob("*"))
        end = store.projection.applied
        dry = store.cleaned(dry_run=True)
        assert (store.everything(), sorted(place.parent.rglob("*")), store.projection.applied) == (before, lying, end)
        assert dry.plan.dropped
        store.now = NOW
        assert store.cleaned().plan == dry.plan


def test_a_second_clean_up_finds_nothing(place: Path) -> None:
    with kept(place) as store:
        for number in range(10):
            store.run(f"r{number}", 60 - number)
        store.now = NOW
        store.cleaned()
        again = store.cleaned()
        assert (again.plan.dropped, again.plan.blobs) == ((), ())


def test_artifacts_go_when_their_own_time_is_over(place: Path) -> None:
    with kept(place, artifact_days=7) as store:
        store.run("young", 20)
        store.run("new", 1)
        store.now = NOW
        found = store.cleaned()
        [one] = store.projection.of_run("artifact", "young")
        assert found.plan.expired == (one.id,)
        assert (one.location, store.blobs.has(one.digest)) == (None, False)  # type: ignore[union-attr]
        store.demand_sound()


def test_tapps_6_nothing_that_resuming_needs_goes_and_history_does(place: Path) -> None:
    """There the clean-up took the pointers to the newest state with it, and never what made the store large."""
    with kept(place, cleanup={"max_size_mib": 3}) as store:
        for number in range(30):
            store.run(f"r{number:02}", 40 - number, size=100_000)
        store.run("works", 1, ends=None)
        store.now = NOW
        found = store.cleaned()
        assert found.size <= 3 << 20
        store.close()
        store.open()
        assert store.projection.get("run", "works") is not None
        store.demand_sound()


def test_without_a_log_it_works_as_well(place: Path) -> None:
    with kept(place, events=False) as store:
        store.run("old", 40)
        store.run("new", 1)
        store.now = NOW
        assert store.cleaned(if_due=True).plan.dropped == (("old", "age"),)
        assert store.upkeep.clean_up(if_due=True) is None
        assert store.runs() == ["new"]
        assert not store.home.log.exists()
        store.demand_sound()


def test_p5_a_schedule_is_served_once_a_period_also_after_a_restart(place: Path) -> None:
    with kept(place) as store:
        store.run("new", 1)
        store.now = NOW
        assert store.cleaned(if_due=True).scheduled == NOW.replace(hour=0)
        assert store.upkeep.clean_up(if_due=True) is None
        store.close()
        store.open()
        assert store.upkeep.clean_up(if_due=True) is None
        # One that is asked for by hand is no part of it.
        store.cleaned()
        store.now = NOW + 5 * DAY
        assert store.cleaned(if_due=True).scheduled == NOW.replace(hour=0) + 5 * DAY
        assert store.upkeep.clean_up(if_due=True) is None
        # A clock that goes back serves nothing again.
        store.now = NOW + 4 * DAY
        assert store.upkeep.clean_up(if_due=True) is None


def test_a_policy_that_removes_nothing_is_never_due(place: Path) -> None:
    with kept(place, cleanup={"enabled": False}) as store:
        assert store.upkeep.clean_up(if_due=True) is None


def test_p5_eight_processes_serve_a_period_once(place: Path) -> None:
    with kept(place) as store:
        store.run("old", 40)
        store.run("new", 1)
    children = []
    for _ in range(8):
        if (child := os.fork()) == 0:
            status = 1
            try:
                mine = Kept(place, now=NOW)
                status = 0 if mine.upkeep.clean_up(if_due=True) is None else 2
            finally:
                os._exit(status)
        children.append(child)
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(ended) == [0] * 7 + [2]
    with kept(place) as store:
        assert [one.type for one in read(store.home.log)].count("retention.ran") == 1
        assert store.runs() == ["new"]


# What changes the disk: at each call of one of these a clean-up is cut off.
CALLS = ("unlink", "fsync", "fdatasync", "write", "ftruncate", "replace", "rename", "fchmod")


def cut_off(place: Path, at: int) -> bool:
    """Whether a clean-up that dies at its n-th change of the disk gets as far as to die."""
    if (child := os.fork()) == 0:
        status, count = 1, 0

        def dying(call: Callable[..., Any]) -> Callable[..., Any]:
            def die(*words: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count == at:
                    os._exit(9)
                return call(*words, **named)

            return die

        try:
            mine = Kept(place, now=NOW)
            with mock.patch.multiple(os, **{name: dying(getattr(os, name)) for name in CALLS}):
                mine.upkeep.clean_up()
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


def test_g14_killed_at_every_step_all_that_is_listed_stays_restorable(place: Path, counted: Counted) -> None:
    with kept(place) as store:
        for number in range(8 if TORTURE else 5):
            store.run(f"r{number}", 60 - number)
        store.run("works", 10, ends=None)
        store.run("new", 1)
    whole = place.parent / "whole"
    whole.mkdir()
    for one in place.parent.iterdir():
        if one != whole:
            one.rename(whole / one.name)
    steps_taken = 0
    ends = set()
    while True:
        steps_taken += 1
        trial = place.parent / f"t{steps_taken}"
        shutil.copytree(whole, trial, copy_function=shutil.copy2)
        died = cut_off(trial / place.name, steps_taken)
        with kept(trial / place.name, now=NOW) as store:
            listed = store.runs()
            assert {"new", "works"} <= set(listed)
            store.demand_sound()
            store.cleaned()
            store.demand_sound()
            ends.add((tuple(store.runs()), segments(store.home.log)[0].first))
            # Content that nobody names goes at once where there is no room, and else when the time of artifacts is over.
            store.now = NOW + 200 * DAY
            store.cleaned()
            assert {one for one, _ in store.blobs.every()} == {
                one.digest  # type: ignore[union-attr]
                for kind in ("checkpoint", "artifact")
                for one in store.projection.every(kind)
            }
        shutil.rmtree(trial)
        if not died:
            break
    counted("G14", "retention killed at a step", steps_taken - 1)
    assert steps_taken > 15
    assert len(ends) == 1


# 351 and 385: artifacts whose time is over, of runs that are carried by the same clean-up.
@pytest.mark.parametrize("seed", range(500) if TORTURE else [*range(12), 351, 385])
def test_g14_random_policies_on_a_disk(seed: int, tmp_path: Path, counted: Counted) -> None:
    chance = random.Random(seed)
    place = tmp_path / chance.choice(["state.sqlite", "state"])
    policy = {
        "retention_days": chance.randint(1, 40),
        "max_size_mib": chance.randint(1, 4),
        "keep_latest": chance.randint(1, 4),
    }
    with kept(place, cleanup=policy, artifact_days=chance.randint(1, 40)) as store:
        for number in range(chance.randint(1, 14)):
            ends = chance.choice(["completed", "completed", "failed", "aborted", None])
            store.run(f"r{number:02}", chance.uniform(0.1, 50), ends=ends, size=chance.randint(50, 500_000), tries=2)
            if chance.random() < 0.1:
                store.act(lambda present: acts.update_run(present, f"r{number:02}", pinned=True))  # noqa: B023
            if chance.random() < 0.1:
                head = store.projection.applied.seq
                noted(store.journal, lambda _: [Draft("archive.pushed", None, {"seq": head})])  # noqa: B023
        before = {str(one["id"]): one for one in store.everything()}
        store.now = NOW
        dry = store.cleaned(dry_run=True).plan
        store.now = NOW
        found = store.cleaned()
        assert found.plan == dry
        assert store.runs() == sorted(run for run, _ in found.plan.kept)
        for one in store.everything():
            if one["id"] not in found.plan.expired:
                assert one == before[str(one["id"])]
        assert found.size <= policy["max_size_mib"] << 20 or not found.plan.fits
        store.demand_sound()
        counted("G14", "retention by a random policy", 1)
