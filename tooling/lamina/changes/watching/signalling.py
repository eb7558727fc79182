"""Signalling a process when there is something new for it; never another one that has got its number meanwhile."""

import os
import re
import signal

from lamina.words.errors import Failure, Misuse

_WORDS = re.compile(r"([0-9]{1,9})(?::(?:SIG)?([A-Z0-9+]+))?")


class BadSignal(Misuse):
    """Words that name no process and signal."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"--signal {text}: {why}", "say PID, which gets SIGHUP, or PID:NAME, such as 4711:USR1")


class NoProcess(Failure):
    """A process that is not there, or may not be signalled."""

    def __init__(self, pid: int, why: str) -> None:
        super().__init__(f"the process {pid} cannot be signalled: {why}", "name one that runs, and is yours")


class Signalling:
    """A process, and the signal that it gets; to be closed."""

    def __init__(self, text: str) -> None:
        """The process and signal of `PID` or `PID:NAME`; raises BadSignal and NoProcess."""
        found = _WORDS.fullmatch(text)
        if found is None:
            raise BadSignal(text, "this is no process and signal")
        self.pid, name = int(found[1]), f"SIG{found[2] or 'HUP'}"
        if name not in signal.Signals.__members__:
            raise BadSignal(text, f"there is no signal {name}")
        if self.pid == 0 or self.pid == os.getpid():
            raise BadSignal(text, "this is no process of others")
        self.signal = signal.Signals[name]
        try:
            self._process = os.pidfd_open(self.pid)
        except OSError as error:
            raise NoProcess(self.pid, error.strerror or str(error)) from None
        try:
            self._send(0)
        except NoProcess:
            self.close()
            raise

    def send(self) -> None:
        """Signal it; raises NoProcess."""
        self._send(self.signal)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._process)

    def _send(self, number: int) -> None:
        try:
            signal.pidfd_send_signal(self._process, number)
        except ProcessLookupError:
            raise NoProcess(self.pid, "it has ended") from None
        except OSError as error:
            raise NoProcess(self.pid, error.strerror or str(error)) from None
