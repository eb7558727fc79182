"""The drill: a store restored into a folder of its own, compared with the one that is at work, and thrown away."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lamina.changes.archiving.committing import NoLog
from lamina.changes.archiving.pushing import Trusts
from lamina.changes.archiving.restoring import restored
from lamina.changes.backup.restoring import restore
from lamina.project.state.snapshots import ArchivePlace
from lamina.thought.anchors.signers import Signers
from lamina.words.errors import Failure
from lamina.words.event import Event
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.store import home as homes
from lamina.world.store.home import Home

Clock = Callable[[], datetime]
Warn = Callable[[str], None]


class OtherHistory(Failure):
    """A restored store whose events are not those of the store that is at work."""

    status = 1

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"event {seq}, the last that comes back, is not the one that the store has",
            "lamina audit verify tells which of the two was changed",
        )


@dataclass(frozen=True, slots=True)
class Drill:
    """What a disaster would cost now: the last event that comes back, the last that there is, and how many seconds it takes."""

    store: str
    restored: Event
    present: Event
    runs: int
    seconds: float

    @property
    def lost(self) -> int:
        """How many events would be lost."""
        return self.present.seq - self.restored.seq


def drill_backup(home: Home, file: Path, signers: Signers | None, clock: Clock, warn: Warn) -> Drill:
    """Restore a backup, and compare; raises what `restore` raises, OtherHistory, NoStore and NoLog."""
    _demand_log(home)
    with _scratch() as folder:
        began = time.monotonic()
        done = restore(file, folder / "state.sqlite", None, signers, clock, warn)
        return _compared(home, folder, done.seq, done.runs, time.monotonic() - began)


def drill_archive(where: ArchivePlace, trusts: Trusts, clock: Clock, warn: Warn) -> Drill:
    """Fetch the archive from its remote as a new machine does, restore the newest snapshot, and compare.

    Raises what `restored` raises, OtherHistory, NoStore and NoLog.
    """
    store = homes.marker(where.home).store
    _demand_log(where.home)
    with _scratch() as folder:
        target = homes.home(folder / "state.sqlite")
        began = time.monotonic()
        elsewhere = replace(where, state=replace(where.state, home=target), home=target, store=store)
        done = restored(elsewhere, "latest", None, clock, warn, trusts)
        return _compared(where.home, folder, done.seq, done.runs, time.monotonic() - began)


def _demand_log(home: Home) -> None:
    """Raise NoStore and NoLog where there is nothing to compare with."""
    homes.marker(home)
    if not home.log.is_dir():
        raise NoLog


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lamina-") as folder:
        yield Path(folder)


def _compared(home: Home, folder: Path, seq: int, runs: int, seconds: float) -> Drill:
    """What the restored store has of the one at work; raises OtherHistory."""
    store, end = homes.marker(home).store, log.head(home.log)
    found = _event(homes.home(folder / "state.sqlite"), seq)
    if seq > end.seq or (seq >= log.first(home.log) and _event(home, seq) != found):
        raise OtherHistory(seq)
    return Drill(store, found, _event(home, end.seq), runs, seconds)


def _event(home: Home, seq: int) -> Event:
    return next(log.read(home.log, seq - 1, seq))
