"""The entries as a table of SQLite: by the first bytes of the key, each with a checksum over key and value, and its last use.

Within a process that dies, or a disk that is full, SQLite's journal takes back what is half done. A machine that dies may
leave a file that is damaged, since nothing is forced to the disk: then SQLite sees that, or the checksums do.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

_VERSION = 1
_SUM = 16
_AT_ONCE = 500
_WAIT = 0.2
_PASSING = frozenset({
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT),
})  # fmt: skip
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE entry (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX entry_day ON entry (day);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_GET = "SELECT id, day, value FROM entry WHERE id IN ({})"
_PUT = "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)"
_TODAY = "SELECT CAST(julianday('now') AS INTEGER)"


class Table:
    """A connection to the file; raises sqlite3.Error, of which `is_damage` tells whether the file is to blame."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            self._settle()
        except BaseException:
            self._database.close()
            raise

    def _settle(self) -> None:
        execute = self._database.execute
        # Nothing in the file may call functions, and what is damaged is found before it is used.
        execute("PRAGMA trusted_schema = OFF")
        execute("PRAGMA cell_size_check = ON")
        version = execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not execute("SELECT 1 FROM sqlite_master").fetchone():
            execute("PRAGMA page_size = 8192")
            self._database.executescript(_TABLES)
        elif version != _VERSION:
            raise sqlite3.DatabaseError("the file is of another version")
        self._today: int = execute(_TODAY).fetchone()[0]

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there and sound."""
        found: dict[bytes, bytes] = {}
        by_id = {_id(key): key for key in keys}
        for some in _batches(by_id):
            for id, _, data in self._database.execute(_GET.format(",".join("?" * len(some))), some):
                key = by_id[id]
                # In a file that is damaged it may be of any type.
                if isinstance(data, bytes) and data[:_SUM] == _sum(key, value := data[_SUM:]):
                    found[key] = value
        return found

    def put(self, entries: Mapping[bytes, bytes], most_bytes: int) -> None:
        """Keep values, and drop those that were used longest ago where the file grows too large."""
        rows = sorted((_id(key), self._today, _sum(key, value) + value) for key, value in entries.items())
        execute = self._database.execute
        execute("PRAGMA synchronous = OFF")
        execute("BEGIN IMMEDIATE")
        try:
            self._database.executemany(_PUT, rows)
            execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection."""
        self._database.close()


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file will never be good again, rather than locked, full, or not to be read or written for now."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF not in _PASSING


def _id(key: bytes) -> int:
    return int.from_bytes(key[:8], signed=True)


def _sum(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(key + value).digest()[:_SUM]


def _batches(ids: Mapping[int, bytes]) -> Iterator[list[int]]:
    rest = iter(sorted(ids))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
