"""One writer at a time: among processes by flock on a file of its own, which a dying process lets go."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lamina.world.log.entries import LOCK, let_go, open_file


def take_lock(there: int, folder: Path) -> int:
    """Wait for the lock of a log: held until what is returned is given back; raises OSError and LinkInLog.

    It is opened anew each time: a child that was forked while it was not held has no part in it. POSIX record locks would
    not do: they are lost when any descriptor of the file is closed.
    """
    lock = open_file(there, LOCK, os.O_RDWR | os.O_CREAT, folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    except BaseException:
        let_go(lock)
        raise
    return lock


def give_lock(lock: int) -> None:
    """Let the lock go: by word, since a child that was forked meanwhile has a copy of the descriptor, which keeps it."""
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_UN)
    let_go(lock)


@contextmanager
def locked(there: int, folder: Path) -> Iterator[None]:
    """Hold the lock of a log for a while; raises OSError and LinkInLog."""
    lock = take_lock(there, folder)
    try:
        yield
    finally:
        give_lock(lock)
