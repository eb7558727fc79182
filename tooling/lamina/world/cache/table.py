"""The entries as tables of SQLite: where each lies and when it was used last, and its value with a checksum over both.

Values lie in the order in which they came, so that those that came together are read and written together.
SQLite's journal takes back what a process that died, or a full disk, left half done. A machine that dies may leave a file that
is damaged, since nothing is forced to the disk: then SQLite sees that, or the checksums do.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

_VERSION = 1
_SUM = 16
_PAGE = 8192
_AT_ONCE = 500
_WAIT = 0.2
_PASSING = frozenset({
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT),
})  # fmt: skip
# What a file may raise; of a damaged one SQLite gives texts and numbers that are none.
WRONG = (sqlite3.Error, OSError, ValueError, TypeError, OverflowError)
# `place` of a value, by the first bytes of its key; `day` is that of its last use.
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE entry (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, day INTEGER NOT NULL);
CREATE TABLE held (place INTEGER PRIMARY KEY, value BLOB NOT NULL);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_GET = "SELECT id, day, value FROM entry JOIN held USING (place) WHERE id IN ({})"
_COUNT = "SELECT count(*) FROM entry JOIN held USING (place) WHERE id IN ({})"
_DROP_HELD = "DELETE FROM held WHERE place IN (SELECT place FROM entry WHERE id IN ({}))"
_DROP = "DELETE FROM entry WHERE id IN ({})"
_TOUCH = "UPDATE entry SET day = ? WHERE id IN ({})"
_OLDEST = "SELECT id FROM entry ORDER BY day, place LIMIT (SELECT count(*) FROM entry) / 4 + 1"
_NEXT = "SELECT coalesce(max(place), 0) + 1 FROM held"
_TODAY = "SELECT CAST(julianday('now') AS INTEGER)"


class Table:
    """A connection to the file; raises sqlite3.Error, of which `is_damage` tells whether the file is to blame."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        self._used: list[int] = []
        try:
            self._today = self._settled()
        except BaseException:
            self._database.close()
            raise

    def _settled(self) -> int:
        """Make the tables in a file that is new: today, as a number."""
        execute = self._database.execute
        # Nothing in the file may call functions, and what is damaged is found before it is used.
        execute("PRAGMA trusted_schema = OFF")
        execute("PRAGMA cell_size_check = ON")
        execute("PRAGMA synchronous = OFF")
        version = self._number("PRAGMA user_version")
        if version == 0 and not self._number("SELECT count(*) FROM sqlite_master"):
            execute(f"PRAGMA page_size = {_PAGE}")
            self._database.executescript(_TABLES)
        elif version != _VERSION:
            raise sqlite3.DatabaseError("the file is of another version")
        return self._number(_TODAY)

    @property
    def entries(self) -> int:
        """How many there are."""
        return self._number("SELECT count(*) FROM entry")

    def ids(self) -> frozenset[int]:
        """What tells the entries apart that are there."""
        found = [id for (id,) in self._database.execute("SELECT id FROM entry ORDER BY id")]
        # SQLite takes it for granted that a tree is in order.
        if not all(isinstance(id, int) for id in found) or any(one >= other for one, other in pairwise(found)):
            raise sqlite3.DatabaseError("the file is damaged")
        return frozenset(found)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there and sound."""
        found: dict[bytes, bytes] = {}
        by_id = {id_of(key): key for key in keys}
        for some in _batches(by_id):
            for id, day, data in self._database.execute(_marked(_GET, some), some):
                key = by_id[id]
                # In a file that is damaged it may be of any type.
                if isinstance(data, bytes) and data[:_SUM] == _sum(key, value := data[_SUM:]):
                    found[key] = value
                    if day != self._today:
                        self._used.append(id)
        return found

    def put(self, entries: Mapping[bytes, bytes], most_bytes: int) -> None:
        """Keep values, as many as half of the file has room for, in the place of what was used longest ago if need be."""
        # A page of large values may be half empty: what they need is counted twice.
        rows, size = [], 0
        for key, value in entries.items():
            size += 2 * (len(value) + _SUM)
            if size > most_bytes // 2:
                break
            rows.append((id_of(key), _sum(key, value) + value))
        with self._writing():
            self._touch()
            self._drop(id for id, _ in rows)
            self._make_room(size, most_bytes)
            first = self._number(_NEXT)
            many = self._database.executemany
            many("INSERT INTO held VALUES (?, ?)", ((place, data) for place, (_, data) in enumerate(rows, first)))
            placed = sorted((id, place, self._today) for place, (id, _) in enumerate(rows, first))
            many("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", placed)
            self._demand(sorted({id for id, _ in rows}))

    def note_use(self) -> None:
        """Write down which entries were used today first."""
        if self._used:
            with self._writing():
                self._touch()

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _touch(self) -> None:
        for some in _batches(sorted(self._used)):
            self._database.execute(_marked(_TOUCH, some), (self._today, *some))
        self._used.clear()

    def _drop(self, ids: Iterable[int]) -> None:
        for some in _batches(ids):
            self._database.execute(_marked(_DROP_HELD, some), some)
            self._database.execute(_marked(_DROP, some), some)

    def _demand(self, ids: Sequence[int]) -> None:
        """Raise what damage raises where not all is found that was put: SQLite cannot see that a tree is out of order."""
        if sum(self._number(_marked(_COUNT, some), some) for some in _batches(ids)) != len(ids):
            raise sqlite3.DatabaseError("the file is damaged")

    def _make_room(self, size: int, most_bytes: int) -> None:
        """Drop a quarter of the entries at a time until a size more is no more than the most."""
        while (self._number("PRAGMA page_count") - self._number("PRAGMA freelist_count")) * _PAGE + size > most_bytes:
            oldest = [id for (id,) in self._database.execute(_OLDEST)]
            if not oldest:
                break
            self._drop(oldest)
        self._database.execute(f"PRAGMA max_page_count = {most_bytes // _PAGE}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction: whole, or taken back."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def _number(self, text: str, given: Sequence[int] = ()) -> int:
        found = self._database.execute(text, given).fetchone()
        if found is None or not isinstance(found[0], int):
            raise sqlite3.DatabaseError("the file is damaged")
        return found[0]


def is_damage(error: Exception, is_writable: bool) -> bool:
    """Whether the file will never be good again, rather than locked, full, or not to be read or written for now."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    if code == sqlite3.SQLITE_READONLY and is_writable:
        # So SQLite takes one whose head says that it is of a later format.
        return True
    return not isinstance(error, OSError) and code & 0xFF not in _PASSING


def id_of(key: bytes) -> int:
    """What tells an entry apart in the table."""
    return int.from_bytes(key[:8], signed=True)


def _sum(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(key + value).digest()[:_SUM]


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


@cache
def _marks(count: int) -> str:
    return ",".join("?" * count)


def _marked(text: str, some: Sequence[int]) -> str:
    return text.format(_marks(len(some)))
