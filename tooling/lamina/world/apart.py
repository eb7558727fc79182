"""Work that may need more than it should: done in a process of its own, whose time and memory are bounded."""

import os
import select
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import NoReturn

from lamina.words.errors import Failure

_SECONDS = 10
_BYTES = 2**30
_MOST_STOPPED = 3
# How much longer than on a processor of one's own it may take where others work too.
_PATIENCE = 6
# How many bytes say how long a result is.
_LENGTH = 8


class Exhausted(Failure):
    """Work that was stopped, since it took too long or needed too much memory."""

    def __init__(self) -> None:
        super().__init__(f"it needs more than {_SECONDS} seconds or {_BYTES // 2**20} MiB", None)


def apart(work: Callable[[], bytes]) -> bytes:
    """What `work` returns, done in a copy of this process: nothing that it changes is seen here; raises Exhausted.

    `work` must not raise; what it writes to files is written.
    """
    said = apart_each([work])[0]
    if said is None:
        raise Exhausted
    return said


def apart_each(works: Sequence[Callable[[], bytes]]) -> list[bytes | None]:
    """What each work returns, all in one copy of this process while they end well; None for one that was stopped.

    After one that was stopped the others go on in another copy; after the third, none is begun, and the rest are None too.
    """
    said: list[bytes | None] = []
    stopped = 0
    while len(said) < len(works) and stopped < _MOST_STOPPED:
        said += _together(works[len(said) :])
        if len(said) < len(works):
            said.append(None)
            stopped += 1
    return said + [None] * (len(works) - len(said))


def _together(works: Sequence[Callable[[], bytes]]) -> list[bytes]:
    """What the first works return, up to one that is stopped."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # The copy runs the works alone, and one that waits for another thread's lock for ever is stopped.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _work(works, writer)
    os.close(writer)
    try:
        said = _said(reader)
    finally:
        os.close(reader)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return list(_parts(said))


def _parts(said: bytes) -> Iterator[bytes]:
    """What was said as a whole: each part after its length."""
    start = _LENGTH
    while start <= len(said):
        end = start + int.from_bytes(said[start - _LENGTH : start])
        if end > len(said):
            return
        yield said[start:end]
        start = end + _LENGTH


def _work(works: Sequence[Callable[[], bytes]], writer: int) -> NoReturn:
    try:
        _bound()
        for work in works:
            _give_time()
            said = work()
            data = memoryview(len(said).to_bytes(_LENGTH) + said)
            while data:
                data = data[os.write(writer, data) :]
    finally:
        # Neither what the copy has buffered nor what is to be done at exit is its own.
        os._exit(0)


def _give_time() -> None:
    """As much time for what comes now as there was for what came before."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ceil(used.ru_utime + used.ru_stime) + _SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = Path("/proc/self/statm")
    if pages.exists():
        most = int(pages.read_text().split()[0]) * resource.getpagesize() + _BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _said(reader: int) -> bytes:
    """All that comes within the time, which is longer than that of the processor."""
    parts: list[bytes] = []
    while select.select([reader], [], [], _SECONDS * _PATIENCE)[0]:
        part = os.read(reader, 65536)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)
