"""Where the cache lies: a folder and a file that are this user's alone, and the lock of those who write."""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

# A file system and a file of it.
FileId: TypeAlias = tuple[int, int]

_PATIENCE = 1.0


def ours(path: Path) -> FileId | None:
    """Which file lies there, as long as nobody else could have written it; None where none lies there."""
    try:
        above, folder, file = map(os.lstat, (path.parent.parent, path.parent, path))
    except FileNotFoundError:
        return None
    alone = _is_our(above, 0o002) and _is_our(folder, 0o077) and _is_our(file, 0o077)
    plain = stat.S_ISDIR(folder.st_mode) and stat.S_ISREG(file.st_mode) and file.st_nlink == 1
    return (file.st_dev, file.st_ino) if alone and plain else None


def made(path: Path) -> FileId | None:
    """The same, and what is not there yet is made; raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    return ours(path)


def remove(path: Path) -> None:
    """Remove the file, and the journal beside it; by somebody who has locked the folder. Raises OSError."""
    # The journal goes last: SQLite would play one back into whatever file lies there, but not into one that is new.
    path.unlink(missing_ok=True)
    path.with_name(path.name + "-journal").unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Whether nobody else who locks the folder is at work; it is made where it is absent. Raises OSError."""
    if not _is_our(os.lstat(folder.parent), 0o002):
        yield False
        return
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield _taken(descriptor)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Whether the lock was had in time: somebody who holds it may be stopped for long."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        else:
            return True


def _is_our(state: os.stat_result, others: int) -> bool:
    return state.st_uid == os.geteuid() and not state.st_mode & others
