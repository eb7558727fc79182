"""A lock between processes: on a file that is never data and never deleted, and gone with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lamina.world.store.failures import CannotStore, StoreLink


@contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a file, made when it is absent; with `shared`, together with others that share it.

    Each entry opens the file anew, so a child process and its parent hold locks of their own. Raises CannotStore, StoreLink.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if path.is_symlink():
            raise StoreLink(path) from None
        raise CannotStore(path, error.strerror or str(error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
