"""What the tests of the log share: a clock that they turn, and a log that is opened as they like."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from world.log.logs import Clock, Opener

from lamina.world.log import EventLog, Sync


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the log is: not there yet."""
    return tmp_path / "state" / "log"


@pytest.fixture
def opened(folder: Path, clock: Clock) -> Iterator[Opener]:
    """Opens the log of the test; all are closed at its end."""
    logs = []

    def open_(sync: Sync = Sync.ALWAYS, **options: object) -> EventLog:
        logs.append(EventLog.open(folder, clock, store="prod-0a1b2c3d", sync=sync, **options))  # type: ignore[arg-type]
        return logs[-1]

    yield open_
    for log in logs:
        log.close()
