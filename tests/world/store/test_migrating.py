"""A SQLite file of an older schema becomes one of today's; a crash or a full disk in the middle leaves the old or the new.

LAMINA_TORTURE=1 takes every act, not some.
"""

import errno
import shutil
from pathlib import Path

import apsw
import pytest
from world.store import records as some
from world.store.dying import counted_files, killed, moments
from world.store.records import head

from lamina.words.runs import KINDS, Record
from lamina.world.store import tables
from lamina.world.store.failures import Busy, CannotStore, Damaged, NewerSchema
from lamina.world.store.sqlite import SqliteProjection

HELD: list[Record] = [some.run(), some.phase(), some.execution(), some.finding(), some.run("r2")]
NEXT = tables.VERSION + 1
STEP = (
    "CREATE TABLE note (id TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT",
    "INSERT INTO note SELECT id, workflow FROM run",
    "CREATE INDEX note_text ON note (text)",
)


def opened(place: Path) -> SqliteProjection:
    """The projection of a place."""
    return SqliteProjection.open(place / "x.sqlite", place / "lock")


def content(one: SqliteProjection) -> list[Record]:
    """All that it holds."""
    return [record for kind in KINDS for record in one.every(kind)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a file of today's schema lies."""
    made = tmp_path / "state"
    made.mkdir()
    one = opened(made)
    one.apply(head(5), HELD)
    one.close()
    return made


@pytest.fixture
def later(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's schema is an old one, since there is a next."""
    monkeypatch.setattr(tables, "VERSION", NEXT)
    monkeypatch.setattr(tables, "MIGRATIONS", {NEXT: STEP})


def state(place: Path) -> tuple[int, bool, list[Record]]:
    """The version of a file as it lies there, whether the step was made, and what it holds."""
    database = apsw.Connection(str(place / "x.sqlite"))
    made = database.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'note%'").fetchall()[0][0]
    held = database.execute("SELECT id FROM run ORDER BY id").fetchall()
    assert held == [("r1",), ("r2",)]
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    version = database.pragma("user_version")
    database.close()
    return version, made > 0, []


@pytest.mark.usefixtures("later")
def test_s8_an_older_file_is_migrated_and_keeps_all_that_it_holds(place: Path) -> None:
    one = opened(place)
    assert content(one) == HELD[:1] + HELD[4:] + HELD[1:4]
    assert one.applied == head(5)
    assert state(place)[:2] == (NEXT, True)
    assert one.faults() == []
    assert (place / "x.sqlite").stat().st_mode & 0o777 == 0o600
    one.apply(head(6), [some.run("r3")])
    assert sorted(file.name for file in place.iterdir() if file.name.startswith(".")) == []


@pytest.mark.usefixtures("later")
def test_s8_a_file_that_others_have_open_is_migrated_and_they_turn_to_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tables, "VERSION", NEXT - 1)
        old = opened(place)
        old.apply(head(6), [some.run()])
    new = opened(place)
    new.apply(head(7), [some.run("r3")])
    with monkeypatch.context() as patch:
        patch.setattr(tables, "VERSION", NEXT - 1)
        with pytest.raises(NewerSchema):
            old.apply(head(8), [some.run("r4")])
    old.close()
    assert [run.id for run in new.runs()] == ["r3", "r2", "r1"]
    assert new.faults() == []


@pytest.mark.usefixtures("later")
def test_s8_while_somebody_reads_it_stays_as_it_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lamina.world.store import opening

    with monkeypatch.context() as patch:
        patch.setattr(tables, "VERSION", NEXT - 1)
        old, writer = opened(place), opened(place)
    monkeypatch.setattr(opening, "_PATIENCE_MILLISECONDS", 50)
    with old.reading():
        with monkeypatch.context() as patch:
            patch.setattr(tables, "VERSION", NEXT - 1)
            writer.apply(head(6), [some.run()])
        with pytest.raises(Busy):
            opened(place)
        assert old.get("run", "r1") == some.run()
    assert opened(place).applied == head(6)


def test_s8_where_no_way_leads_the_file_is_left_as_it_was(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (place / "x.sqlite").read_bytes()
    monkeypatch.setattr(tables, "VERSION", NEXT)
    with pytest.raises(Damaged, match="no way leads"):
        opened(place)
    monkeypatch.setattr(tables, "MIGRATIONS", {NEXT: ("CREATE TABLE half (a)", "CREATE TABLE broken (")})
    with pytest.raises(Damaged):
        opened(place)
    assert (place / "x.sqlite").read_bytes() == before
    assert [file.name for file in place.iterdir() if file.name.startswith(".")] == []


@pytest.mark.usefixtures("later")
def test_s8_a_kill_at_any_act_leaves_the_old_or_the_new(place: Path, tmp_path: Path) -> None:
    outcomes = []
    for number in moments():
        here = Path(shutil.copytree(place, tmp_path / "here"))
        died = killed(lambda here=here: opened(here), number)
        found = state(here)[:2]
        assert found in ((NEXT - 1, False), (NEXT, True))
        outcomes.append(found[0])
        one = opened(here)
        assert content(one) == HELD[:1] + HELD[4:] + HELD[1:4]
        assert state(here)[:2] == (NEXT, True)
        assert [file.name for file in here.iterdir() if file.name.startswith(".")] == []
        one.close()
        shutil.rmtree(here)
        if not died:
            break
    assert outcomes == sorted(outcomes)
    assert outcomes[0] == NEXT - 1
    assert outcomes[-1] == NEXT
    assert len(outcomes) > 10


# What SQLite could not raise, as it was rolling back or closing.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_s8_a_full_disk_leaves_the_old_or_the_new(place: Path, tmp_path: Path, error: int) -> None:
    refused = 0
    for number in moments():
        here = Path(shutil.copytree(place, tmp_path / "here"))
        left = [number]

        def count(act: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise apsw.FullError() if error == errno.ENOSPC and act == "write" else apsw.IOError()

        with counted_files(count):
            try:
                opened(here).close()
            except (CannotStore, Busy):
                refused += 1
        assert state(here)[:2] in ((NEXT - 1, False), (NEXT, True))
        assert content(opened(here)) == HELD[:1] + HELD[4:] + HELD[1:4]
        shutil.rmtree(here)
        if left[0] >= 0:
            break
    assert refused > 5
