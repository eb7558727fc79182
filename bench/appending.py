"""What it costs to record an event of run state, beside what its disk demands."""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from lamina.changes.state.opening import opened
from lamina.project.state.opening import place_at
from lamina.words.event import Draft
from lamina.world.log import EventLog, Sync, check, read

ALONE = 1000
"""Events that one appends, each followed by a bare write of as many bytes, and its sync."""
THREADS, EACH = 64, 20
VERIFIED = 50_000
RUNS = 200


@dataclass(frozen=True, slots=True)
class Appending:
    """Medians: milliseconds of an event and of the bare write; events a second of many threads, of verifying and replaying."""

    event: float
    bare: float
    always: float
    group: float
    checked: float
    read: float
    replayed: float


def measure(rounds: int) -> Appending:
    """On the disk of temporary files, since what is measured is its syncs."""
    with tempfile.TemporaryDirectory(prefix="lamina-bench-") as place:
        folder = Path(place)
        event, bare = _alone(folder)
        speeds = {
            sync: [_together(folder / f"{sync}-{number}", sync) for number in range(rounds)]
            for sync in (Sync.ALWAYS, Sync.GROUP)
        }
        _written(folder / "read")
        return Appending(
            event,
            bare,
            median(speeds[Sync.ALWAYS]),
            median(speeds[Sync.GROUP]),
            median(_speed(lambda: check(folder / "read")) for _ in range(rounds)),
            median(_speed(lambda: sum(1 for _ in read(folder / "read"))) for _ in range(rounds)),
            median(_replayed(folder / "store.sqlite") for _ in range(rounds)),
        )


def _draft(number: int) -> Draft:
    return Draft("step.started", f"run-{number % 7}", {"phase": 1, "step": "build", "attempt": 1, "number": number})


def _opened(folder: Path, sync: Sync) -> EventLog:
    return EventLog.open(folder, _now, store="bench-00000000", sync=sync)


def _alone(folder: Path) -> tuple[float, float]:
    """Median milliseconds of an append and of the bare write and sync, in turn."""
    events, bares = [], []
    with _opened(folder / "alone", Sync.ALWAYS) as log, open(folder / "bare", "ab", buffering=0) as file:
        line = b"x" * 300
        for number in range(ALONE):
            begun = time.perf_counter()
            log.append([_draft(number)])
            between = time.perf_counter()
            file.write(line)
            os.fdatasync(file.fileno())
            bares.append(time.perf_counter() - between)
            events.append(between - begun)
    return median(events) * 1e3, median(bares) * 1e3


def _together(folder: Path, sync: Sync) -> float:
    """Events a second of threads that append at once, one by one."""
    with _opened(folder, sync) as log:

        def append() -> None:
            for number in range(EACH):
                log.append([_draft(number)])

        threads = [threading.Thread(target=append) for _ in range(THREADS)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return THREADS * EACH / (time.perf_counter() - begun)


def _written(folder: Path) -> None:
    with _opened(folder, Sync.NEVER) as log:
        for begin in range(0, VERIFIED, 500):
            log.append([_draft(begin + number) for number in range(500)])


def _replayed(location: Path) -> float:
    """Events a second at which records in SQLite are made anew from a log of runs of fifty steps."""
    place = place_at(location)
    assert place.home is not None
    if not location.exists():
        opened(place, _now, print).close()
        with EventLog.open(place.home.log, _now, store="bench-00000000", sync=Sync.NEVER) as log:
            for number in range(RUNS):
                log.append(_run(f"run-{number}"))
    with opened(place, _now, print) as store:
        begun = time.perf_counter()
        return store.rebuild() / (time.perf_counter() - begun)


def _run(run: str) -> list[Draft]:
    steps = [{"id": f"{run}.e{number}", "phase": 1, "step": f"s{number}", "attempt": 1} for number in range(50)]
    return [
        Draft("run.created", run, {"workflow": "feature"}),
        Draft("phase.created", run, {"phase": 1, "name": "build", "retries": 1}),
        Draft("run.transitioned", run, {"from": "planning", "status": "executing"}),
        Draft("phase.transitioned", run, {"phase": 1, "from": "pending", "status": "in_progress", "attempt": 1}),
        *(
            draft
            for step in steps
            for draft in (
                Draft("step.started", run, {**step, "owner": "bench", "agent": "coder"}),
                Draft("step.finished", run, {**step, "status": "finished"}),
            )
        ),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def _speed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return VERIFIED / (time.perf_counter() - begun)
