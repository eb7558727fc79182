"""`kill -9` of a process before its N-th act on the file system, and acts that fail as on a full or broken disk."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

# What `world.store` does through `os`; os.open counts where it may make a file.
ACTS = ("replace", "rename", "link", "unlink", "write", "fsync", "fdatasync", "mkdir", "ftruncate", "open")

# Every act in the long tier, some of them every day.
EVERY = 1 if os.environ.get("LAMINA_TORTURE") == "1" else 5


def moments(most: int = 1000) -> Iterator[int]:
    """The numbers of acts to be killed or to fail at; whoever asks stops when there was no such act."""
    yield from range(0, most, EVERY)


def killed(act: Callable[[], object], number: int) -> bool:
    """Do it in a process of its own, killed before its N-th act (from zero); false where it came to its end."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            left = [number]

            def count(what: str = "") -> None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            with pytest.MonkeyPatch.context() as patch, counting(patch, count), counted_files(count):
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


@contextmanager
def counted_files(count: Callable[[str], None]) -> Iterator[None]:
    """Have `count` told of every act of SQLite on a file, before it is done."""
    import apsw

    class File(apsw.VFSFile):
        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
            count("write")
            super().xWrite(data, offset)

        def xSync(self, flags: int) -> None:  # noqa: N802
            count("sync")
            super().xSync(flags)

        def xTruncate(self, size: int) -> None:  # noqa: N802
            count("truncate")
            super().xTruncate(size)

    class Files(apsw.VFS):
        def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File("unix", name, flags)

        def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
            count("delete")
            super().xDelete(name, sync)

    files = Files(f"counted-{os.urandom(4).hex()}", "unix", makedefault=True)
    try:
        yield
    finally:
        files.unregister()
