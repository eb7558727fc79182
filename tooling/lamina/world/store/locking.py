"""A lock between processes: on a file that is never data and never deleted, and gone with the process that holds it."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lamina.world.store.failures import CannotStore, StoreLink

_SAFELY = os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[None]:
    """Hold the lock of a file, made when it is absent; with `shared`, together with others that share it.

    Each entry opens the file anew, so a child process and its parent hold locks of their own. Where nobody may write and there
    is no such file, sharing needs none. Raises CannotStore and StoreLink.
    """
    descriptor = _opened(path, shared)
    if descriptor < 0:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        except OSError as error:
            raise CannotStore(path, error.strerror or str(error)) from error
        yield
    finally:
        # Let go by word, not by closing alone: a child that was forked meanwhile has a copy of the descriptor.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        with suppress(OSError):
            os.close(descriptor)


def _opened(path: Path, shared: bool) -> int:
    try:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | _SAFELY, 0o600)
        except OSError as error:
            if not shared or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
        return os.open(path, os.O_RDONLY | _SAFELY)
    except FileNotFoundError:
        if shared and path.parent.exists():
            return -1
        raise CannotStore(path, os.strerror(errno.ENOENT)) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreLink(path) from None
        raise CannotStore(path, error.strerror or str(error)) from error
