"""Restoring: byte for byte, to any snapshot, event or time; and nothing is put in place that is not proved."""

import shutil
from pathlib import Path

import pytest
from archived import Keeper
from githistory import git

from lamina.changes.archiving.placing import StillInUse
from lamina.changes.archiving.restoring import NotProved
from lamina.project.state.opening import held_state
from lamina.project.state.snapshots import NoSnapshots, SeveralStores
from lamina.thought.anchors.walking import walk
from lamina.thought.archiving.snapshots import NoSuchSnapshot
from lamina.words.runs import KINDS
from lamina.world import log
from lamina.world.disk import AlreadyThere
from lamina.world.store import home as homes


def state(keeper: Keeper, location: Path) -> list[object]:
    with held_state(keeper.place_of(location).state) as held:
        return [one for kind in KINDS for one in held.reader.records.every(kind)]


def lines(folder: Path, upto: int | None = None) -> list[bytes]:
    return list(log.lines(folder / "log", 0, upto))


def test_every_snapshot_is_restored_byte_for_byte(keeper: Keeper, tmp_path: Path) -> None:
    states = {}
    for number in range(4):
        keeper.work(f"r{number % 2}", f"step{number}")
        states[keeper.made().snapshot.seq] = state(keeper, keeper.location)
    for seq, before in states.items():
        into = tmp_path / f"into{seq}{keeper.location.suffix}"
        done = keeper.restore(f"@{seq}", into)
        assert done.seq == seq
        assert lines(done.home, seq) == lines(keeper.home.folder, seq)
        assert state(keeper, into) == before
        # What was saved is there too.
        with held_state(keeper.place_of(into).state) as held:
            assert held.reader.runs()[0].id in ("r0", "r1")
        [*_, last] = log.read(done.home / "log")
        assert (last.type, last.data["seq"]) == ("archive.restored", seq)


def test_an_event_and_a_time_are_restored_too(plain: Keeper, tmp_path: Path) -> None:
    plain.work("r1")
    plain.made()
    events = list(log.read(plain.home.log))
    done = plain.restore("5", tmp_path / "five.sqlite")
    assert (done.seq, done.events) == (5, 5)
    done = plain.restore(events[6].time, tmp_path / "time.sqlite")
    assert done.seq == 7
    with pytest.raises(NoSuchSnapshot):
        plain.restore("99", tmp_path / "none.sqlite")
    assert not (tmp_path / "none").exists()


def test_in_place_what_was_there_is_kept_and_work_goes_on(keeper: Keeper) -> None:
    keeper.work("r1")
    keeper.made()
    keeper.work("r2")
    before = lines(keeper.home.folder)
    done = keeper.restore()
    assert not done.renamed
    assert done.kept is not None
    assert lines(done.kept) == before
    assert homes.marker(homes.home(done.kept)).store == done.store
    keeper.work("r3")
    assert keeper.made().snapshot.store == done.store
    keeper.push()
    assert keeper.verify().faults == ()


def test_a_store_that_goes_back_gets_a_name_of_its_own(keeper: Keeper) -> None:
    keeper.work("r1")
    first = keeper.made()
    keeper.work("r2")
    keeper.made()
    keeper.push()
    done = keeper.restore(f"@{first.snapshot.seq}")
    assert done.renamed
    assert done.store.startswith("prod-")
    # An audit knows whose log it is now, and asks for no anchor of what the other store pushed.
    walked = walk(lambda: [("log", log.lines(done.home / "log"))], done.store, [])
    assert (walked.flaws, walked.pushed) == ((), 0)
    assert [one.kind for one in walk(lambda: [("log", log.lines(done.home / "log"))], "other", []).flaws] == [
        "foreign-log"
    ]
    keeper.work("r4")
    made = keeper.made()
    assert made.snapshot.store == done.store != first.snapshot.store
    assert keeper.push().snapshots == (made.snapshot,)
    assert keeper.verify().faults == ()


def test_a_copy_beside_the_store_gets_a_name_of_its_own(plain: Keeper, tmp_path: Path) -> None:
    plain.work("r1")
    plain.made()
    assert plain.restore("latest", tmp_path / "copy.sqlite").renamed
    with pytest.raises(AlreadyThere):
        plain.restore("latest", tmp_path / "copy.sqlite")


def test_all_is_lost_and_comes_back_from_the_remote(keeper: Keeper, tmp_path: Path) -> None:
    for number in range(3):
        keeper.work(f"r{number}")
        keeper.made()
    keeper.push()
    before, had = state(keeper, keeper.location), lines(keeper.home.folder, keeper.snapshots[-1].snapshot.seq)
    shutil.rmtree(keeper.home.folder)
    keeper.home.database.unlink(missing_ok=True)
    with pytest.raises(NoSnapshots):
        keeper.restore()
    keeper.pull()
    done = keeper.restore()
    assert not done.renamed
    assert done.kept is None
    assert state(keeper, keeper.location) == before
    assert lines(keeper.home.folder, done.seq) == had
    keeper.work("r9")
    keeper.made()
    assert len(keeper.push().snapshots) == 1
    assert keeper.verify().faults == ()


def test_of_several_stores_one_is_named(plain: Keeper, tmp_path: Path) -> None:
    other = Keeper(tmp_path / "other.sqlite", plain.server)
    for one in (plain, other):
        one.work("r1")
        one.made()
        one.push()
    fresh = Keeper(tmp_path / "fresh.sqlite", plain.server)
    fresh.pull()
    with pytest.raises(SeveralStores):
        fresh.restore()


def test_a_store_that_is_in_use_is_left_alone(plain: Keeper) -> None:
    plain.work("r1")
    plain.made()
    with plain.store(), pytest.raises(StillInUse):
        plain.restore()


def forged(keeper: Keeper, tmp_path: Path, pattern: str, old: str, new: str) -> None:
    """Change a file of the newest snapshot in the archive, as one who may push there could."""
    work = tmp_path / "forging"
    git(tmp_path, "clone", "-q", "-b", "state-archive", str(keeper.home.archive), str(work))
    [path] = work.glob(pattern)
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    git(work, "commit", "-q", "--all", "--amend", "--no-edit")
    git(keeper.home.archive, "fetch", "-q", "-u", "-f", str(work), "state-archive:state-archive")


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("v1/*/runs/*/*/r1/run.json", "executing", "completed"),
        ("v1/*/runs/*/*/r1/findings.json", "high", "low"),
        ("v1/*/events/*/*.jsonl", "is slow", "is fast"),
        ("v1/*/head.json", '"hash": "', '"hash": "0'),
        ("v1/*/blobs/*/*", "build", "built"),
    ],
    ids=["run", "findings", "events", "head", "blob"],
)
def test_a_forged_snapshot_is_told_and_not_restored(
    plain: Keeper, tmp_path: Path, pattern: str, old: str, new: str
) -> None:
    plain.work("r1")
    plain.made()
    forged(plain, tmp_path, pattern, old, new)
    assert len(plain.verify().faults) >= 1
    if "head" not in pattern:
        with pytest.raises(NotProved):
            plain.restore("latest", tmp_path / "into.sqlite")
        assert not (tmp_path / "into").exists()
        assert not (tmp_path / "into.sqlite").exists()
