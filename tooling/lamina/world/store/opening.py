"""Opening the SQLite file: whose it is, its schema and its settings; and what SQLite says, in our words."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lamina.world.store import tables
from lamina.world.store.connections import Place, place
from lamina.world.store.failures import (
    Busy,
    CannotStore,
    Damaged,
    ForeignFile,
    NewerSchema,
    ReadOnly,
    StoreLink,
    Unlawful,
)
from lamina.world.store.locking import locked
from lamina.world.store.migrating import migrate

if TYPE_CHECKING:
    import apsw

# Writers queue at a lock of ours, so only what others do to the file can make SQLite wait.
_PATIENCE_MILLISECONDS = 20_000


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What SQLite raises, as failures by name."""
    import apsw

    try:
        yield
    except (apsw.BusyError, apsw.LockedError) as error:
        raise Busy(path, str(error)) from error
    except (apsw.CorruptError, apsw.NotADBError, apsw.FormatError) as error:
        raise Damaged(path, str(error)) from error
    except apsw.ConstraintError as error:
        raise Unlawful(path, str(error).removeprefix("ConstraintError: ")) from error
    except apsw.ReadOnlyError as error:
        raise ReadOnly(path) from error
    except apsw.SQLError as error:
        raise Damaged(path, str(error)) from error
    except apsw.Error as error:  # such as a full disk, and locks that the system refuses
        raise CannotStore(path, str(error)) from error
    except OSError as error:
        raise CannotStore(path, error.strerror or str(error)) from error


def is_read_only(path: Path) -> bool:
    """Whether this user may read, but not write, the file."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK))


def connected(path: Path, lock: Path, durable: bool, read_only: bool) -> "tuple[apsw.Connection, Place]":
    """A connection to a file whose schema is ours and today's, and which file that is."""
    for file in (path, *_beside(path)):
        _demand_file(file)
    if read_only:
        return _reader(path), place(path)
    # Not the lock of writers: who only reads need not wait for one.
    with locked(_door(lock), shared=True):
        one = _current(path, durable)
    if one is None:
        with locked(_door(lock)), locked(lock):
            _make_current(path)
            one = _current(path, durable)
    assert one is not None
    return one, place(path)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _demand_file(file: Path) -> None:
    """Raise StoreLink and ForeignFile for what is no file; one that is not there, or goes meanwhile, will be made."""
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise StoreLink(file)
    if not stat.S_ISREG(mode):
        raise ForeignFile(file, "it is no file")


def _door(lock: Path) -> Path:
    """The lock that keeps others from opening a file while it is made, brought to today's schema, or removed."""
    return lock.with_name(lock.name + ".opening")


def _current(path: Path, durable: bool) -> "apsw.Connection | None":
    """A connection to a file that is as it should be; it has been read from, so all that belongs to the file is open."""
    if not path.exists():
        return None
    one = _configured(path)
    try:
        if _demand_known(path, one) == tables.VERSION and one.pragma("journal_mode") == "wal":
            one.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            return one
    except BaseException:
        one.close()
        raise
    one.close()
    return None


def _make_current(path: Path) -> None:
    _add_empty(path)
    one = _configured(path)
    try:
        version = _demand_known(path, one)
        if version is not None and version < tables.VERSION:
            migrate(path, one, version)
            one = _configured(path)
        elif version is None:
            _create(one)
        one.pragma("journal_mode", "wal")
    finally:
        one.close()


def remove(path: Path, lock: Path) -> None:
    """Remove a file and what belongs to it by name; raises CannotStore."""
    try:
        with locked(_door(lock)), locked(lock):
            for file in (*_beside(path), path):
                file.unlink(missing_ok=True)
    except OSError as error:
        raise CannotStore(path, error.strerror or str(error)) from error


def _add_empty(path: Path) -> None:
    """An empty file for its owner alone, where there is none: SQLite itself would let others read it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise CannotStore(path, error.strerror or str(error)) from error


def _configured(path: Path) -> "apsw.Connection":
    import apsw

    one = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    one.set_busy_timeout(_PATIENCE_MILLISECONDS)
    for setting in (
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "journal_size_limit = 16777216",
    ):
        one.execute(f"PRAGMA {setting}")
    return one


def _reader(path: Path) -> "apsw.Connection":
    """A connection that writes nothing, not even beside the file."""
    import apsw

    wal, shared = _beside(path)
    if shared.exists():
        one = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    elif _size(wal):
        one = _in_memory(path, wal)
    else:
        name = f"{path.absolute().as_uri()}?immutable=1"
        one = apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    one.set_busy_timeout(_PATIENCE_MILLISECONDS)
    one.execute("PRAGMA trusted_schema = OFF")
    version = _demand_known(path, one)
    if version is None or version < tables.VERSION:
        raise CannotStore(path, "it has to be brought to this version first, by somebody who may write to the folder")
    return one


def _in_memory(path: Path, wal: Path) -> "apsw.Connection":
    """All of a file whose last changes still wait beside it, and that nobody has open, as copies of both were left."""
    import apsw

    one = apsw.Connection(":memory:")
    with TemporaryDirectory(prefix="lamina-state.") as folder:
        for file in (path, wal):
            shutil.copyfile(file, Path(folder, file.name))
        copy = apsw.Connection(str(Path(folder, path.name)), flags=apsw.SQLITE_OPEN_READWRITE)
        with one.backup("main", copy, "main") as whole:
            whole.step(-1)
        copy.close()
    return one


def _demand_known(path: Path, one: "apsw.Connection") -> int | None:
    """The version of a file that is ours, or None for an empty one; raises ForeignFile and NewerSchema."""
    import apsw

    try:
        application, version = one.pragma("application_id"), one.pragma("user_version")
        is_empty = not one.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    except apsw.NotADBError:
        raise ForeignFile(path, "it is no SQLite database") from None
    # SQLite takes a file of a few bytes for an empty one.
    if application == 0 and version == 0 and is_empty and path.stat().st_size == 0:
        return None
    if application != tables.APPLICATION:
        raise ForeignFile(path, "it is the database of another program")
    if version > tables.VERSION:
        raise NewerSchema(path, version, tables.VERSION)
    return int(version)


def _create(one: "apsw.Connection") -> None:
    one.execute("BEGIN EXCLUSIVE")
    for statement in tables.schema():
        one.execute(statement)
    one.execute(f"PRAGMA application_id = {tables.APPLICATION}")
    one.execute(f"PRAGMA user_version = {tables.VERSION}")
    one.execute("COMMIT")


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
