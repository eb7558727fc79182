"""How fast an archive of many snapshots is verified."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from lamina.project.state.archive_check import verified
from lamina.project.state.opening import place_at
from lamina.project.state.snapshots import ArchivePlace
from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.snapshots import Snapshot, message
from lamina.thought.runs import acts, steps
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Draft, Head
from lamina.words.event_line import event, line
from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.opening import held, ready
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.upkeep import pack
from lamina.world.store import home as homes

SNAPSHOTS, STEPS = 3_000, 6
"""Snapshots, each of one step more, and the steps of a run."""
_BRANCH, _STORE, _TIME = "state-archive", "bench-1", "2026-11-21T12:00:00.000000Z"


def measure(rounds: int, snapshots: int = SNAPSHOTS) -> float:
    """The median of the seconds that it takes to verify the whole archive."""
    memory = Path("/dev/shm")
    # Only reading is measured: where there is memory to write to, the disk is spared.
    with tempfile.TemporaryDirectory(prefix="lamina-bench-", dir=memory if memory.is_dir() else None) as folder:
        location = Path(folder, "state.sqlite")
        place = ArchivePlace(place_at(location), homes.home(location), _BRANCH)
        _grown(place, snapshots)
        return median(_taken(place, snapshots) for _ in range(rounds))


def _taken(place: ArchivePlace, snapshots: int) -> float:
    begun = time.perf_counter()
    found = verified(place)
    assert (found.snapshots, found.faults) == (snapshots, ())
    return time.perf_counter() - begun


def _grown(place: ArchivePlace, snapshots: int) -> None:
    """An archive of snapshots, each of what happened since the one before."""
    state, last = Replay(), None
    with held(place.home.archive_lock) as lock:
        ready(place.home.archive, _BRANCH)
        archive = Archive(place.home.archive, _BRANCH, layout.own(_STORE), lock)
        for number in range(snapshots):
            run = f"run-{number // STEPS}"
            lines = [] if number % STEPS else _begun(state, run)
            lines += _told(state, steps.start_step(state, run, 1, f"step-{number}", owner="bench").drafts)
            id = event(lines[-1]).data["id"]
            lines += _told(state, steps.end_step(state, str(id), "finished", summary="done").drafts)
            last = _committed(archive, state, run, lines, last)
        pack(archive, always=True)


def _begun(state: Replay, run: str) -> list[bytes]:
    lines = _told(state, acts.create_run(state, run, "feature").drafts)
    lines += _told(state, acts.add_phase(state, run, "build").drafts)
    lines += _told(state, acts.move_run(state, run, "executing").drafts)
    return lines + _told(state, acts.move_phase(state, run, 1, "in_progress").drafts)


def _told(state: Replay, drafts: Iterable[Draft]) -> list[bytes]:
    lines = []
    for draft in drafts:
        data, _ = line(draft, Head(state.applied.seq, state.applied.hash), _TIME)
        state.take(event(data))
        lines.append(data)
    return lines


def _committed(archive: Archive, state: Replay, run: str, lines: list[bytes], last: Snapshot | None) -> Snapshot:
    shelf, end = Shelf(archive.repository, _BRANCH), state.applied
    tip, own = shelf.tip, layout.own(_STORE)
    first = last.seq + 1 if last else 1
    snapshot = Snapshot(_STORE, end.seq, end.hash, first, last.name if last else None)
    files: dict[str, bytes | None] = {
        **contents.event_files(lines, lambda path: shelf.file(tip, f"{own}/{path}") if tip else None),
        **contents.run_files(of_a_run(state, run), lambda records: None),
        layout.HEAD: contents.head_file(snapshot, 1, _TIME),
        layout.STORE: contents.store_file(_STORE, None),
    }
    leaves = {f"{own}/{path}": data for path, data in files.items()}
    archive.commit(leaves, message(snapshot, 1), Author("lamina", "lamina@bench", end.seq))
    return snapshot
