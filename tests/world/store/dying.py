"""`kill -9` of a process before its N-th act on the file system, and acts that fail as on a full or broken disk."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

# What `world.store` does through `os`; os.open counts where it may make a file.
ACTS = ("replace", "rename", "link", "unlink", "write", "fsync", "fdatasync", "mkdir", "ftruncate", "open")


def killed(act: Callable[[], object], number: int) -> bool:
    """Do it in a process of its own, killed before its N-th act (from zero); false where it came to its end."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            left = [number]

            def count() -> None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            with pytest.MonkeyPatch.context() as patch, counting(patch, count):
                act()
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status != 0


@contextmanager
def failing(number: int, error: int = errno.ENOSPC) -> Iterator[list[int]]:
    """Let the N-th act (from zero) fail; what is yielded is negative once it has."""
    left = [number]

    def count() -> None:
        left[0] -= 1
        if left[0] == -1:
            raise OSError(error, os.strerror(error))

    with pytest.MonkeyPatch.context() as patch, counting(patch, count):
        yield left


@contextmanager
def counting(patch: pytest.MonkeyPatch, count: Callable[[], None]) -> Iterator[None]:
    """Have every act counted before it is done."""

    def counted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def act(*given: object, **named: object) -> object:
            flags = given[1] if len(given) > 1 else named.get("flags", 0)
            if name != "open" or (isinstance(flags, int) and flags & os.O_CREAT):
                count()
            return real(*given, **named)

        return act

    for name in ACTS:
        patch.setattr(os, name, counted(name))
    yield
