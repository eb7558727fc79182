"""The projection in SQLite: what holds against raw SQL, many processes, damage, and other programs' files."""

import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import apsw
import pytest
from world.store import records as some
from world.store.dying import counted_files
from world.store.records import head
from world.unprivileged import bound

from lamina.words.event import Head
from lamina.words.runs import (
    EXECUTION_STEPS,
    INTERVENTION_STEPS,
    KINDS,
    PHASE_STEPS,
    RUN_STEPS,
    PhaseStatus,
    Record,
    Run,
    RunStatus,
)
from lamina.world.store import opening
from lamina.world.store.connections import Forked
from lamina.world.store.failures import Busy, CannotStore, Damaged, ForeignFile, NewerSchema, ReadOnly, StoreLink
from lamina.world.store.rows import row
from lamina.world.store.sqlite import SqliteProjection
from lamina.world.store.tables import APPLICATION, VERSION, columns, upsert

HELD: list[Record] = [some.run(), some.phase(), some.execution(), some.finding(execution="e1"), some.run("r2")]
STEPS = {"run": RUN_STEPS, "phase": PHASE_STEPS, "execution": EXECUTION_STEPS, "intervention": INTERVENTION_STEPS}
MADE: dict[str, Callable[[str], Record]] = {
    "run": lambda status: some.run(status=status),
    "phase": lambda status: some.phase(status=status),
    "execution": lambda status: some.execution(status=status),
    "intervention": lambda status: some.intervention(status=status, phase=None),
}


def opened(place: Path, durable: bool = False) -> SqliteProjection:
    """The projection of a place."""
    return SqliteProjection.open(place / "x.sqlite", place / "lock", durable=durable)


def content(one: SqliteProjection) -> list[Record]:
    """All that it holds."""
    return [record for kind in KINDS for record in one.every(kind)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where some records lie."""
    one = opened(tmp_path)
    one.apply(head(5), HELD)
    one.close()
    return tmp_path


def raw(place: Path) -> apsw.Connection:
    """What anybody else may open; no setting is made."""
    return apsw.Connection(str(place / "x.sqlite"))


def inserted(kind: str, how: str, record: Record) -> tuple[str, tuple[object, ...]]:
    """A statement that inserts a record."""
    names = ", ".join(f'"{name}"' for name in columns(kind))
    return f'INSERT {how} INTO "{kind}" ({names}) VALUES ({", ".join("?" * len(columns(kind)))})', row(record)


def ways(kind: str, record: Record) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The statements by which raw SQL could give a record another status."""
    yield f'UPDATE "{kind}" SET status = ? WHERE id = ?', (str(getattr(record, "status")), record.id)  # noqa: B009
    yield f'UPDATE OR REPLACE "{kind}" SET status = ? WHERE id = ?', (str(getattr(record, "status")), record.id)  # noqa: B009
    yield upsert(kind), row(record)
    yield inserted(kind, "OR REPLACE", record)


@pytest.mark.parametrize("way", range(4), ids=["update", "update or replace", "upsert", "insert or replace"])
@pytest.mark.parametrize("kind", STEPS)
def test_s1_raw_sql_makes_only_the_steps_of_the_table(tmp_path: Path, kind: str, way: int) -> None:
    opened(tmp_path).close()
    database, count = raw(tmp_path), 0
    for start in STEPS[kind]:
        for end in STEPS[kind]:
            database.execute("BEGIN")
            for other, record in {"run": some.run(), "phase": some.phase(), kind: MADE[kind](start)}.items():
                database.execute(*inserted(other, "", record))
            may = end == start or end in STEPS[kind][start]
            if (start, end) == (PhaseStatus.FAILED, PhaseStatus.SKIPPED):
                may = False
            statement = list(ways(kind, MADE[kind](end)))[way]
            if may:
                database.execute(*statement)
            else:
                with pytest.raises(apsw.ConstraintError, match="may not follow"):
                    database.execute(*statement)
            assert database.execute(f'SELECT status FROM "{kind}"').fetchall() == [(str(end if may else start),)]
            database.execute("ROLLBACK")
            count += 1
    assert count == len(STEPS[kind]) ** 2


def test_s1_raw_sql_skips_a_failed_phase_only_with_the_word_of_a_person(tmp_path: Path) -> None:
    opened(tmp_path).apply(head(2), [some.run(), some.phase(status=PhaseStatus.FAILED)])
    database = raw(tmp_path)
    with pytest.raises(apsw.ConstraintError):
        database.execute("UPDATE phase SET status = 'skipped'")
    database.execute(*inserted("intervention", "", some.intervention()))
    database.execute("UPDATE phase SET status = 'skipped'")


def test_defect_an_unknown_run_is_no_silent_success_and_no_status_goes_back(tmp_path: Path) -> None:
    one = opened(tmp_path)
    one.apply(head(1), [some.run(status=RunStatus.COMPLETED)])
    with pytest.raises(apsw.ConstraintError):
        raw(tmp_path).execute("UPDATE run SET status = 'planning'")
    assert one.get("run", "unknown") is None


def test_s4_defect_phases_of_no_run_and_a_number_twice_are_refused_also_to_raw_sql(place: Path) -> None:
    database = raw(place)
    database.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(apsw.ConstraintError, match="FOREIGN KEY"):
        database.execute(*inserted("phase", "", some.phase("nobody")))
    for again in (some.phase(), replace(some.phase(), id="other")):
        with pytest.raises(apsw.ConstraintError):
            database.execute(*inserted("phase", "", again))
    for how in ("", "OR REPLACE"):
        with pytest.raises(apsw.ConstraintError, match="CHECK"):
            database.execute(*inserted("phase", how, replace(some.phase(), id="other", number=2)))


def test_s4_defect_counters_are_computed_and_no_column_holds_one(place: Path) -> None:
    names = {name for kind in KINDS for name in columns(kind)}
    assert not {"phases", "total_phases", "completed_phases"} & names
    opened(place).apply(head(6), [some.phase(status=PhaseStatus.IN_PROGRESS)])
    for _ in range(3):
        opened(place).apply(head(6), [some.phase(status=PhaseStatus.COMPLETED)])
    assert [one.status for one in opened(place).of_run("phase", "r1") if hasattr(one, "status")] == ["completed"]


def test_s4_foreign_keys_and_the_rest_are_set_in_every_connection(place: Path) -> None:
    one, found = opened(place), []

    def look() -> None:
        with one._connections.fresh() as database, one._connections.fresh() as other:
            for each in (database, other):
                said = ("foreign_keys", "trusted_schema", "cell_size_check", "mmap_size", "journal_mode", "synchronous")
                found.append(tuple(each.pragma(name) for name in said))

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look()
    assert set(found) == {(1, 0, 1, 0, "wal", 1)}
    assert len(found) == 10
    with opened(place, durable=True)._connections.fresh() as database:
        assert database.pragma("synchronous") == 2


def test_every_table_is_strict_and_every_word_is_checked(place: Path) -> None:
    database = raw(place)
    listed = database.execute("PRAGMA table_list").fetchall()
    assert all(strict for _, name, kind, _, _, strict in listed if kind == "table" and not name.startswith("sqlite_"))
    for text in (
        "UPDATE run SET pinned = 2",
        "UPDATE run SET labels = '{'",
        "UPDATE run SET version = 'seven'",
        "UPDATE run SET workflow = NULL",
        "UPDATE finding SET grade = 'dreadful'",
        "UPDATE finding SET line = -1",
        "UPDATE phase SET attempt = -1",
        "UPDATE phase SET number = 2",
        "UPDATE phase SET run = 'r2'",
        "UPDATE finding SET id = 'other'",
        "UPDATE applied SET one = 2",
        "UPDATE applied SET hash = 'short'",
    ):
        with pytest.raises(apsw.ConstraintError):
            database.execute(text)
    with pytest.raises(apsw.ConstraintError):
        database.execute(*inserted("run", "", replace(some.run("r3"), status="lost")))  # type: ignore[arg-type]


def _count_up(place: Path, times: int, durable: bool) -> None:
    one = opened(place, durable)
    for _ in range(times):
        # As under the log's lock: what is read is what is written to.
        with opening.locked(place / "log.lock"):
            found = one.get("run", "r1")
            assert isinstance(found, Run)
            one.apply(head(found.version + 1), [replace(found, version=found.version + 1)])
        assert one.get("run", "r2") == some.run("r2")
        with one.reading():
            seen = one.get("run", "r1")
            assert isinstance(seen, Run)
            assert one.applied.seq == seen.version


def test_a_file_beside_that_goes_while_it_is_looked_at_is_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever closes the file last takes what waits beside it away, also between two looks of another."""
    opened(place).close()
    (place / "x.sqlite-wal").touch()
    lstat = Path.lstat

    def going(path: Path) -> os.stat_result:
        if path.name.endswith("-wal"):
            path.unlink(missing_ok=True)
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", going)
    opened(place).close()


@pytest.mark.parametrize("durable", [False, True])
def test_s3_g9_eight_processes_lose_no_update_and_none_is_told_busy(place: Path, durable: bool) -> None:
    fork = multiprocessing.get_context("fork")
    opened(place).apply(head(1), [some.run()])
    processes = [fork.Process(target=_count_up, args=(place, 40, durable)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    found = opened(place).get("run", "r1")
    assert isinstance(found, Run)
    assert found.version == 1 + 8 * 40
    assert opened(place).faults() == []


def _put_many(place: Path, name: str, times: int) -> None:
    one = opened(place)
    for number in range(times):
        one.apply(head(number), [some.run(f"{name}-{number}")])


def test_g9_eight_processes_that_open_and_write_at_once_with_no_lock_above_them(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_put_many, args=(tmp_path, f"p{number}", 25)) for number in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    assert len(list(opened(tmp_path).runs())) == 200


def test_g9_a_change_forces_nothing_to_the_disk_where_the_log_does_and_once_where_it_is_the_truth(place: Path) -> None:
    acts: list[str] = []
    with counted_files(acts.append):
        for durable, syncs in ((False, 0), (True, 1)):
            one = opened(place, durable)
            one.apply(head(6), [some.run()])
            for number in range(20):
                acts.clear()
                one.apply(head(7 + number), [some.run(version=number), some.finding()])
                assert acts.count("sync") == syncs
                assert acts.count("write") > 0
            one.close()


def test_s10_defect_vacuum_shrinks_the_file_and_changes_nothing(place: Path) -> None:
    one = opened(place)
    many = [some.run(f"n{number}") for number in range(3000)]
    one.apply(head(6), many)
    one.apply(head(7), [], dropped=[run.id for run in many])
    before, size, applied = content(one), one.size, one.applied
    one.vacuum()
    assert one.size < size / 3
    assert (content(one), one.applied) == (before, applied)
    assert (content(opened(place)), opened(place).faults()) == (before, [])


def test_s10_defect_vacuum_while_somebody_reads_is_refused_by_name_and_changes_nothing(place: Path) -> None:
    one, other = opened(place), opened(place)
    for reader in (one, other):
        with reader.reading():
            opened(place).apply(head(6), [some.run("new")])
            if reader is other:
                opening_patience(one, 50)
            with pytest.raises(Busy, match="is reading"):
                one.vacuum()
            assert one.get("run", "r1") == some.run()
    one.vacuum()
    assert one.get("run", "new") == some.run("new")


def opening_patience(one: SqliteProjection, milliseconds: int) -> None:
    """Make the idle connections wait less."""
    for connection, _ in one._connections._idle:
        connection.set_busy_timeout(milliseconds)


def _vacuum(place: Path, times: int) -> None:
    one = opened(place)
    for _ in range(times):
        one.vacuum()


def _write_and_read(place: Path, name: str, times: int) -> None:
    one = opened(place)
    for number in range(times):
        one.apply(head(1), [some.run(f"{name}-{number}")], dropped=[f"{name}-{number - 1}"])
        with one.reading():
            assert [run.id for run in one.every("run") if run.id.startswith(name)] == [f"{name}-{number}"]


def test_s10_vacuum_while_others_read_and_write_loses_nothing(place: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_write_and_read, args=(place, f"p{number}", 40)) for number in range(4)]
    processes.append(fork.Process(target=_vacuum, args=(place, 10)))
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 5
    one = opened(place)
    assert {run.id for run in one.runs()} == {"r1", "r2", *(f"p{number}-39" for number in range(4))}
    assert one.faults() == []


def test_defect_a_thread_commits_only_its_own_transaction(place: Path) -> None:
    one, ready = opened(place), []

    def broken() -> Iterator[Record]:
        yield some.run("half")
        thread = Thread(target=lambda: ready.append(list(one.runs())))
        thread.start()
        thread.join()
        raise LookupError

    with pytest.raises(LookupError):
        one.apply(head(6), broken())
    assert [run.id for run in ready[0]] == ["r2", "r1"]
    assert one.get("run", "half") is None


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as database:
        database.execute("CREATE TABLE letters (text)")
    database.close()
    before = (tmp_path / "x.sqlite").read_bytes()
    with pytest.raises(ForeignFile, match="another program"):
        opened(tmp_path)
    assert (tmp_path / "x.sqlite").read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lock.opening", "x.sqlite"]


@pytest.mark.parametrize("text", [b"Dear reader,\n" * 500, b"x", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 8192])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.sqlite").write_bytes(text)
    with pytest.raises((ForeignFile, Damaged)):
        opened(tmp_path)
    assert (tmp_path / "x.sqlite").read_bytes() == text


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_left_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "x.sqlite")
    with pytest.raises(ForeignFile, match="it is no file"):
        opened(tmp_path)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_no_link_is_followed(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "outside").write_text("")
    (tmp_path / f"x.sqlite{suffix}").symlink_to("outside")
    with pytest.raises(StoreLink):
        opened(tmp_path)
    assert (tmp_path / "outside").read_text() == ""


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to("outside")
    with pytest.raises(StoreLink):
        opened(tmp_path)


def test_an_empty_file_becomes_ours_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    one = opened(tmp_path)
    one.apply(head(1), [some.run()])
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert raw(tmp_path).pragma("application_id") == APPLICATION
    assert raw(tmp_path).pragma("user_version") == VERSION
    one.close()
    (tmp_path / "x.sqlite").write_bytes(b"")
    assert opened(tmp_path).applied == Head()


def test_s8_a_newer_schema_is_refused_by_name(place: Path) -> None:
    raw(place).execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(NewerSchema, match=f"has schema version {VERSION + 1}, and this lamina knows {VERSION}"):
        opened(place)


def test_a_file_that_is_damaged_is_told_and_made_anew(place: Path) -> None:
    one = opened(place)
    one.apply(head(6), [some.finding(f"f{number}") for number in range(2000)])
    one.vacuum()
    one.close()
    file = place / "x.sqlite"
    pages = bytearray(file.read_bytes())
    for at in range(0, len(pages), 4096):
        if b"of two lines" in pages[at : at + 4096]:
            pages[at : at + 200] = b"\xff" * 200
    file.write_bytes(pages)
    one = opened(place)
    with pytest.raises(Damaged, match="is damaged") as raised:
        list(one.every("finding"))
    assert "rebuild" in str(raised.value.hint)
    assert one.faults() != []
    one.reset()
    assert one.applied == Head()
    one.apply(head(5), HELD)
    assert one.faults() == opened(place).faults() == []
    assert len(content(one)) == len(HELD)


def test_a_damaged_file_that_cannot_even_be_opened_is_discarded(place: Path) -> None:
    file = place / "x.sqlite"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(Damaged):
        content(opened(place))
    SqliteProjection.discard(file, place / "lock")
    assert opened(place).applied == Head()


def test_a_file_that_was_replaced_or_removed_is_opened_anew(place: Path, tmp_path: Path) -> None:
    one = opened(place)
    assert one.get("run", "r1") == some.run()
    (tmp_path / "other").mkdir()
    other = opened(tmp_path / "other")
    other.apply(head(9), [some.run("other")])
    other.vacuum()
    other.close()
    SqliteProjection.discard(place / "x.sqlite", place / "lock")
    assert one.applied == Head()
    SqliteProjection.discard(place / "x.sqlite", place / "lock")
    os.rename(tmp_path / "other" / "x.sqlite", place / "x.sqlite")
    assert one.applied == head(9)
    one.apply(head(10), [some.run("more")])
    assert [run.id for run in opened(place).runs()] == ["more", "other"]


def _read_only(place: Path, expected: int) -> int:
    one = opened(place)
    assert one.read_only
    assert one.applied == head(5)
    with one.reading():
        assert len(content(one)) == expected
    assert one.faults() == []
    for change in (lambda: one.apply(head(7), []), one.vacuum, one.reset):
        try:
            change()
        except ReadOnly:
            continue
        return 1
    return 7


def test_a_folder_that_may_only_be_read_can_be_read(place: Path) -> None:
    before = sorted(one.name for one in place.iterdir())
    place.chmod(0o500)
    assert bound(lambda: _read_only(place, len(HELD))) == 7
    (place / "x.sqlite").chmod(0o400)
    assert bound(lambda: _read_only(place, len(HELD))) == 7
    assert sorted(one.name for one in place.iterdir()) == before


@pytest.mark.parametrize("shared", [True, False])
def test_a_folder_that_may_only_be_read_can_be_read_after_a_crash(place: Path, shared: bool) -> None:
    child = os.fork()
    if child == 0:
        one = opened(place)
        one.apply(head(5), [some.run("r3")])
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert (place / "x.sqlite-wal").stat().st_size > 0
    if not shared:
        (place / "x.sqlite-shm").unlink()
    for file in place.iterdir():
        file.chmod(0o400)
    place.chmod(0o500)
    assert bound(lambda: _read_only(place, len(HELD) + 1)) == 7


def test_a_folder_where_nothing_may_be_made_is_told(tmp_path: Path) -> None:
    def act() -> int:
        try:
            opened(tmp_path)
        except CannotStore:
            return 7
        return 1

    tmp_path.chmod(0o500)
    assert bound(act) == 7


def test_a_child_may_go_on_with_what_its_parent_opened(place: Path) -> None:
    one = opened(place)
    assert one.applied == head(5)
    for number in range(5):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                one.apply(head(6 + number), [some.run(f"child-{number}")])
                status = 0
            finally:
                os._exit(status)
        one.apply(head(6 + number), [some.run(f"parent-{number}")])
        assert os.waitpid(child, 0)[1] == 0
    assert len(list(one.runs())) == 12
    assert one.faults() == []


def test_a_child_of_a_process_that_was_reading_is_told_to_open_the_store_itself(place: Path) -> None:
    one = opened(place)
    with one.reading():
        child = os.fork()
        if child == 0:
            status = 1
            try:
                list(one.runs())
            except Forked:
                status = 0
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        assert one.get("run", "r1") == some.run()
    one.apply(head(6), [some.run("r3")])
    assert one.faults() == []
