"""Work shared out to processes: copies of this one, each of which does a part and sends what came of it."""

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, NoReturn, TypeVar

Result = TypeVar("Result")


def shared_out(parts: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each part returns, in their order: the first is done here, each other in a copy of this process.

    A part that its copy could not do, because it raised or was killed, is done here too, so that it fails as it would have.
    What a copy changes is not seen here; what it returns must be fit to be pickled.
    """
    copies: list[_Copy[Result]] = []
    try:
        with _uninterrupted():
            copies += (_Copy(part) for part in parts[1:])
        return [*(part() for part in parts[:1]), *(copy.result() for copy in copies)]
    finally:
        for copy in copies:
            copy.end()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have an interruption come later: one between making a copy and knowing of it would leave the copy working."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Copy(Generic[Result]):
    """A process that does one part."""

    def __init__(self, part: Callable[[], Result]) -> None:
        self._part = part
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            # The copy does its part alone, and waits for nobody's lock.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if self._process == 0:
            os.close(self._reader)
            _work(part, writer)
        os.close(writer)

    def result(self) -> Result:
        """What the part returned."""
        with os.fdopen(os.dup(self._reader), "rb") as stream:
            data = stream.read()
        if not data.endswith(b"!"):
            return self._part()
        import pickle

        result: Result = pickle.loads(data[:-1])
        return result

    def end(self) -> None:
        """Let nothing of the process remain."""
        os.close(self._reader)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _work(part: Callable[[], object], writer: int) -> NoReturn:
    try:
        import pickle

        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        data = memoryview(pickle.dumps(part(), pickle.HIGHEST_PROTOCOL) + b"!")
        while data:
            data = data[os.write(writer, data) :]
    finally:
        # Neither what the copy has buffered nor what is to be done at exit is its own, and its failure is told by the other.
        os._exit(0)
