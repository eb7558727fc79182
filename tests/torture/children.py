"""A child of a prepared process: it works, tells each thing that was acknowledged on a pipe, and may be killed at any time."""

import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lamina.words.errors import Failure

FAILED, CRASHED = 3, 70
# What a child writes before a failure by name, and before a traceback.
_NAMED, _UNNAMED = "!", "?"

Ack = Callable[[str], None]


@dataclass
class Child:
    """A process that works. It begins once it is let go, if it was held."""

    pid: int
    pipe: int
    gate: int
    acked: list[str] = field(default_factory=list)
    failure: str | None = None
    crash: str | None = None
    status: int | None = None

    def let_go(self) -> None:
        """Have it begin."""
        if self.gate >= 0:
            os.close(self.gate)
            self.gate = -1

    def kill(self) -> None:
        """As `kill -9`."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)

    def end(self, seconds: float = 60.0) -> None:
        """Wait until it is no more, and take what it told; one that takes longer is killed, and that is a crash."""
        self.let_go()
        if self.status is not None:
            return
        until, told = time.monotonic() + seconds, b""
        while True:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.pipe], [], [], left)[0]:
                self.kill()
                self.crash = f"did not end within {seconds:.0f} s"
                break
            data = os.read(self.pipe, 1 << 16)
            if not data:
                break
            told += data
        os.close(self.pipe)
        _, self.status = os.waitpid(self.pid, 0)
        self._take(told.decode())

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until it has told something, or is no more."""
        select.select([self.pipe], [], [], seconds)

    @property
    def killed(self) -> bool:
        """Whether a signal ended it."""
        return self.status is not None and os.WIFSIGNALED(self.status)

    def _take(self, told: str) -> None:
        *lines, _ = told.split("\n")
        for line in lines:
            if line.startswith(_NAMED):
                self.failure = line[1:]
            elif line.startswith(_UNNAMED):
                self.crash = line[1:]
            else:
                self.acked.append(line)


def started(work: Callable[[Ack], None], held: bool = False) -> Child:
    """Fork a child that works; `held` until it is let go."""
    reading, writing = os.pipe()
    behind, gate = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = CRASHED
        try:
            os.close(reading)
            os.close(gate)
            if held:
                select.select([behind], [], [])
            status = _worked(work, writing)
        finally:
            os._exit(status)
    os.close(writing)
    os.close(behind)
    if not held:
        os.close(gate)
    return Child(pid, reading, gate if held else -1)


def _worked(work: Callable[[Ack], None], pipe: int) -> int:
    # One call each, so that a killed child leaves no half of it; and one that nothing else uses, so that none is made to fail.
    def tell(text: str) -> None:
        os.writev(pipe, [text.encode("utf-8", "replace") + b"\n"])

    try:
        work(tell)
    except Failure as failure:
        tell(f"{_NAMED}{type(failure).__name__}: {failure.message}".replace("\n", " "))
        return FAILED
    except BaseException as fault:
        steps = traceback.extract_tb(fault.__traceback__)[-9:]
        way = " > ".join(f"{Path(step.filename).name}:{step.lineno}" for step in steps)
        tell(f"{_UNNAMED}{type(fault).__name__}: {fault} ({way})".replace("\n", " "))
        return CRASHED
    return 0
