"""The projection in SQLite: a file in WAL mode, read while it is written, and the truth itself where events are off."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from lamina.words.event import Head
from lamina.words.runs import KINDS, Record, Run, RunStatus
from lamina.world.store import opening
from lamina.world.store.connections import Connections
from lamina.world.store.failures import Busy, Damaged, ReadOnly
from lamina.world.store.locking import locked
from lamina.world.store.opening import told
from lamina.world.store.rows import KIND_OF, record, row
from lamina.world.store.tables import columns, upsert

if TYPE_CHECKING:
    import apsw

_PAGE = 500
_UPSERT = {made: upsert(kind) for made, kind in KIND_OF.items()}
_COLUMNS = {kind: ", ".join(f'"{name}"' for name in columns(kind)) for kind in KINDS}
# Children before their parents, though the keys are looked at only when a transaction ends.
_CHILDREN_FIRST = tuple(reversed(list(KINDS)))
_APPLIED = (
    "INSERT INTO applied (one, seq, hash) VALUES (1, ?, ?)"
    " ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)


class SqliteProjection:
    """Records in a SQLite file; satisfies `Projection`."""

    def __init__(self, path: Path, lock: Path, durable: bool, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._lock = lock
        self._writer = Lock()
        self._connections = Connections(path, lambda: opening.connected(path, lock, durable, read_only))

    @classmethod
    def open(cls, path: Path, lock: Path, *, durable: bool = False) -> "SqliteProjection":
        """The projection in a file, which is made when it is absent; one that may not be written can be read.

        `lock` is a file beside, for writers. `durable` makes every change last before `apply` returns.
        Raises ForeignFile, NewerSchema, Damaged, StoreLink, Busy and CannotStore.
        """
        with told(path):
            made = cls(path, lock, durable, opening.is_read_only(path))
            with made._connections.fresh():
                return made

    @property
    def applied(self) -> Head:
        """The last event that is contained."""
        found = self._rows("SELECT seq, hash FROM applied")
        return Head(*found[0]) if found else Head()

    @property
    def size(self) -> int:
        """The bytes of the file and of what waits beside it."""
        size = 0
        for one in (self.path, self.path.with_name(self.path.name + "-wal")):
            with suppress(FileNotFoundError):  # what waited was told to the file, by whoever closed it last
                size += one.stat().st_size
        return size

    def apply(
        self,
        head: Head,
        records: Iterable[Record],
        dropped: Iterable[str] = (),
        removed: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Put records, take others away, and note the head: one transaction."""
        with self._writing() as database:
            execute = database.cursor().execute
            for one in records:
                execute(_UPSERT[type(one)], row(one))
            for kind, id in removed:
                execute(f'DELETE FROM "{KIND_OF[KINDS[kind]]}" WHERE id = ?', (id,))
            for run in dropped:
                for kind in _CHILDREN_FIRST:
                    execute(f'DELETE FROM "{kind}" WHERE {"id" if kind == "run" else "run"} = ?', (run,))
            execute(_APPLIED, (head.seq, head.hash))

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""
        found = self._rows(f'SELECT {_COLUMNS[kind]} FROM "{kind}" WHERE id = ?', id)
        return record(kind, found[0]) if found else None

    def of_run(self, kind: str, run: str) -> list[Record]:
        """A run's records of a kind, in order."""
        own, order = ("id", "position") if kind == "run" else ("run", "number" if kind == "phase" else "position")
        text = f'SELECT {_COLUMNS[kind]} FROM "{kind}" WHERE {own} = ? ORDER BY {order}'
        return [record(kind, one) for one in self._rows(text, run)]

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs that fit, a page at a time."""
        wanted: list[object] = []
        text = f"SELECT {_COLUMNS['run']}, position FROM run WHERE position {'<' if newest_first else '>'} ?"
        if status is not None:
            wanted += [*status]
            text += f" AND status IN ({', '.join('?' * len(wanted))})"
        if workflow is not None:
            wanted.append(workflow)
            text += " AND workflow = ?"
        text += f" ORDER BY position {'DESC' if newest_first else 'ASC'} LIMIT {_PAGE}"
        after = (1 << 63) - 1 if newest_first else 0
        while found := self._rows(text, after, *wanted):
            after = found[-1][-1]
            for one in found:
                run = record("run", one[:-1])
                assert isinstance(run, Run)
                yield run

    def every(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id, a page at a time."""
        text = f'SELECT {_COLUMNS[kind]} FROM "{kind}" WHERE id > ? ORDER BY id LIMIT {_PAGE}'
        after = ""
        while found := [record(kind, one) for one in self._rows(text, after)]:
            after = found[-1].id
            yield from found

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What this thread reads within is of one moment."""
        if self._connections.holds:
            yield
            return
        with told(self.path), self._connections.holding() as database:
            database.execute("BEGIN")
            try:
                # The moment is that of the first look.
                database.execute("SELECT seq FROM applied").fetchall()
                yield
            finally:
                database.execute("ROLLBACK")

    def faults(self) -> list[str]:
        """What SQLite's own checks find."""
        try:
            found = [str(one[0]) for one in self._rows("PRAGMA integrity_check") if one[0] != "ok"]
            missing = self._rows("PRAGMA foreign_key_check")
        except Damaged as failure:
            return [str(failure)]
        return found + [f"{table}: a record of {parent} is missing" for table, _, parent, _ in missing]

    def vacuum(self) -> None:
        """Rewrite the file without the gaps; raises Busy, before anything is done, while somebody reads what is older."""
        if self._connections.holds:
            raise Busy(self.path, "this thread is reading it")
        with self._alone() as database:
            self._settle(database)
            database.execute("VACUUM")
            self._settle(database)

    def reset(self) -> None:
        """Take away all records; a file that is damaged is removed and made anew."""
        try:
            with self._writing() as database:
                for kind in _CHILDREN_FIRST:
                    database.execute(f'DELETE FROM "{kind}"')
                database.execute("DELETE FROM applied")
        except Damaged:
            self.discard(self.path, self._lock)

    @staticmethod
    def discard(path: Path, lock: Path) -> None:
        """Remove a file that is damaged, and what belongs to it; it is made anew when it is opened. Raises CannotStore."""
        opening.remove(path, lock)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()

    def _rows(self, text: str, *given: Any) -> list[tuple[Any, ...]]:
        with told(self.path), self._connections.lent() as database:
            return database.execute(text, given).fetchall()

    def _settle(self, database: "apsw.Connection") -> None:
        """Bring what waits beside the file into it."""
        busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        if busy:
            raise Busy(self.path, "somebody is reading an older state of it")

    @contextmanager
    def _alone(self) -> Iterator["apsw.Connection"]:
        """A connection, while no other writer is at work."""
        if self.read_only:
            raise ReadOnly(self.path)
        while True:
            with told(self.path), self._connections.fresh() as database, self._writer, locked(self._lock):
                if self._connections.is_current(database):
                    yield database
                    return

    @contextmanager
    def _writing(self) -> Iterator["apsw.Connection"]:
        """A transaction for writing: whole or not at all."""
        with self._alone() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
