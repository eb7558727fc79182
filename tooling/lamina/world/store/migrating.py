"""A SQLite file of an older schema becomes one of today's, on a copy that takes its place: the old or the new is there."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.world.store import tables
from lamina.world.store.failures import Busy, Damaged

if TYPE_CHECKING:
    import apsw


def migrate(path: Path, one: "apsw.Connection", version: int) -> None:
    """Bring the file to today's schema and close `one`, its connection; the caller holds the lock of writers.

    Raises Busy while somebody reads it, and Damaged where no way leads from its version.
    """
    import apsw

    # What waits beside the file belongs to it by name: it must be worked in before another file bears that name.
    if one.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]:
        raise Busy(path, "it has to be brought to a new version, and somebody is reading it")
    copy = path.with_name(f".{path.name}.migrating")
    for left in (copy, copy.with_name(copy.name + "-journal")):
        left.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    new = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        with new.backup("main", one, "main") as whole:
            whole.step(-1)
        new.pragma("journal_mode", "delete")
        _step_up(path, new, version)
    except BaseException:
        new.close()
        copy.unlink(missing_ok=True)
        raise
    new.close()
    one.close()
    _exchange(copy, path)


def _step_up(path: Path, new: "apsw.Connection", version: int) -> None:
    new.execute("BEGIN EXCLUSIVE")
    for step in range(version + 1, tables.VERSION + 1):
        if step not in tables.MIGRATIONS:
            raise Damaged(path, f"no way leads from schema version {version} to {tables.VERSION}")
        for statement in tables.MIGRATIONS[step]:
            new.execute(statement)
    new.execute(f"PRAGMA user_version = {tables.VERSION}")
    new.execute("COMMIT")
    wrong = [one[0] for one in new.execute("PRAGMA integrity_check").fetchall() if one[0] != "ok"]
    if wrong or new.execute("PRAGMA foreign_key_check").fetchall():
        raise Damaged(path, f"its schema could not be brought to version {tables.VERSION}")


def _exchange(copy: Path, path: Path) -> None:
    # The copy was synced when its transaction was committed.
    for left in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.unlink(path.with_name(path.name + left))
    os.replace(copy, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
