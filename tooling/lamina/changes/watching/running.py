"""Running a command for the newest generation: one at a time, in bounded time, and nobody waits for it."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from lamina.words.errors import Failure

# How long a command that is to end may take for it, before it is killed.
_GRACE = 5
_STDERR = 2


class CommandFailed(Failure):
    """A command that could not be run, said that it failed, or took too long."""

    def __init__(self, command: Sequence[str], why: str) -> None:
        super().__init__(f"{command[0]} {why}", "it is run again at the next change, or at once on SIGHUP")


class Running:
    """A command that is run for one generation after another; those that come while it runs it skips, but for the last.

    It gets no input; what it prints goes to stderr. `report` is told of a failure, in a thread of this. To be closed.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        seconds: float,
        report: Callable[[CommandFailed], None],
    ) -> None:
        self._command, self._variables, self._seconds, self._report = command, variables, seconds, report
        self._now: Mapping[str, str] | None = None
        self._next: Mapping[str, str] | None = None
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="lamina-exec", daemon=True)
        self._thread.start()

    def newest(self, variables: Mapping[str, str]) -> None:
        """Run it with these variables of its environment as soon as it does not run."""
        with self._changed:
            self._next = variables
            self._changed.notify()

    @property
    def at(self) -> list[Mapping[str, str]]:
        """The variables that it runs with, and will run with next."""
        with self._changed:
            return [one for one in (self._now, self._next) if one is not None]

    def close(self) -> None:
        """Let what runs end, for a little while; what waits is not begun."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(_GRACE)
        process = self._process
        if process is not None and process.returncode is None:
            _end(process)
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next is not None or self._closed)
                if self._closed:
                    return
                self._now, self._next = self._next, None
            failure = self._once(self._now or {})
            self._now = None
            if failure is not None and not self._closed:
                self._report(failure)

    def _once(self, more: Mapping[str, str]) -> CommandFailed | None:
        try:
            # A session of its own, so that all that it starts can be ended with it.
            process = subprocess.Popen(
                self._command,
                env={**self._variables, **more},
                stdin=subprocess.DEVNULL,
                stdout=_STDERR,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return CommandFailed(self._command, f"cannot be run: {getattr(error, 'strerror', None) or error}")
        self._process = process
        try:
            status = process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return CommandFailed(self._command, f"took more than {self._seconds:g} seconds, and was ended")
        finally:
            self._process = None
        if status == 0:
            return None
        how = f"was ended by {_name(-status)}" if status < 0 else f"failed with the status {status}"
        return CommandFailed(self._command, how)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a command and all that it started: first asked, then forced."""
    # Its number is that of its group too, and nobody else's until it was waited for.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else f"the signal {number}"
