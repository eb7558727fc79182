"""Work that may need more than it should: done in a process of its own, whose time and memory are bounded."""

import os
import select
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from lamina.words.errors import Failure

_SECONDS = 10
_BYTES = 2**30


class Exhausted(Failure):
    """Work that was stopped, since it took too long or needed too much memory."""

    def __init__(self) -> None:
        super().__init__(f"it needs more than {_SECONDS} seconds or {_BYTES // 2**20} MiB", None)


def apart(work: Callable[[], bytes]) -> bytes:
    """What `work` returns, done in a copy of this process: nothing that it changes is seen here; raises Exhausted.

    `work` must not raise; what it writes to files is written.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # The copy runs `work` alone, and one that waits for another thread's lock for ever is stopped.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _work(work, writer)
    os.close(writer)
    try:
        said = _said(reader)
    finally:
        os.close(reader)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not said.endswith(b"."):
        raise Exhausted
    return said[:-1]


def _work(work: Callable[[], bytes], writer: int) -> NoReturn:
    try:
        _bound()
        data = memoryview(work() + b".")
        while data:
            data = data[os.write(writer, data) :]
    finally:
        # Neither what the copy has buffered nor what is to be done at exit is its own.
        os._exit(0)


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    pages = Path("/proc/self/statm")
    if pages.exists():
        most = int(pages.read_text().split()[0]) * resource.getpagesize() + _BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _said(reader: int) -> bytes:
    """All that comes within the time, which is longer than that of the processor."""
    parts: list[bytes] = []
    while select.select([reader], [], [], _SECONDS * 3)[0]:
        part = os.read(reader, 65536)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)
