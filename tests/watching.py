"""What the tests of `lamina watch` share: the process, and what it says line by line."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running import COMMAND, surroundings


class Watcher:
    """A `lamina watch` that runs, with `--format json`."""

    def __init__(self, process: "subprocess.Popen[str]", errors: Path) -> None:
        self.process = process
        self._errors = errors

    def next(self, event: str | None = None) -> dict[str, Any]:
        """What it says next; with `event` the next of that name."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said: dict[str, Any] = json.loads(line)
            if event is None or said["event"] == event:
                return said
        raise AssertionError(f"it ended: {self.errors}")

    def until_digest(self, digest: str) -> list[dict[str, Any]]:
        """What it says until a configuration is applied that has a digest."""
        said = [self.next()]
        while said[-1].get("new_digest") != digest:
            said.append(self.next())
        return said

    @property
    def errors(self) -> str:
        """What it wrote to stderr so far."""
        return self._errors.read_text()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its status, after a signal."""
        self.tell(number)
        return self.process.wait(30)


@contextmanager
def watched(root: Path, *words: str, env: Mapping[str, str] | None = None) -> Iterator[Watcher]:
    """`lamina watch WORDS...` in a repository; it is ended with the block."""
    errors = root.parent / f"stderr-{os.urandom(4).hex()}"
    with (
        errors.open("w") as stream,
        subprocess.Popen(
            [*COMMAND, "watch", words[0], "--format", "json", *words[1:]],
            cwd=root,
            env=surroundings(env),
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
        ) as process,
    ):
        try:
            yield Watcher(process, errors)
        finally:
            process.kill()
