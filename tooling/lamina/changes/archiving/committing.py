"""Making a snapshot: what changed in a store since the one before it, committed to the private repository."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from lamina.changes.archiving.anchoring import anchor_file
from lamina.changes.state.store import StateStore
from lamina.project.state.snapshots import ArchivePlace, newest, pins
from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.contents import OtherLog, Pin, Report
from lamina.thought.archiving.snapshots import Snapshot, message
from lamina.thought.runs.present import of_a_run
from lamina.words.errors import Failure
from lamina.words.event import Draft, Head
from lamina.words.event_line import event, place
from lamina.words.event_line import moment as written
from lamina.words.runs import Checkpoint, Record
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.failures import CannotArchive, NoProgram
from lamina.world.archive.opening import held, ready
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.upkeep import pack
from lamina.world.store import home as homes
from lamina.world.store.blobs import Blobs, NoBlob
from lamina.world.store.home import Home

# What a checkpoint saved is archived up to this size: larger than that, git is not the place for it.
MOST_BLOB = 8 << 20


class NoLog(Failure):
    """A store without events, of which there is nothing to archive."""

    def __init__(self) -> None:
        super().__init__(
            "this store keeps no log of events, and snapshots are made from it",
            "set persistence.events.enabled, or keep a backup: lamina backup create ENV",
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot that was made, its commit, how many runs changed in it, and the checkpoints that were too large for it."""

    snapshot: Snapshot
    commit: str
    runs: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A store at one moment: where its log ended, the lines since a snapshot, and the runs that these are about."""

    head: Head
    first: int
    time: str
    lines: tuple[bytes, ...]
    runs: tuple[Sequence[Record], ...]


@contextmanager
def archive_of(where: ArchivePlace, store: str) -> Iterator[Archive]:
    """The private repository, held alone, and made where there is none; raises Busy and what `ready` does."""
    with held(where.home.archive_lock) as lock:
        ready(where.home.archive, where.branch)
        yield Archive(where.home.archive, where.branch, layout.own(store), lock)


def create(
    where: ArchivePlace,
    state: StateStore,
    clock: Callable[[], datetime],
    *,
    pin: bool = False,
    report: Report = lambda records: None,
    key: str | None = None,
) -> Made | None:
    """Make a snapshot of the state as it is, or none (None) where nothing happened since the last one.

    A snapshot that is pinned is made whatever happened. With a `key` it gets an anchor, signed by that. Raises NoLog, OtherLog,
    Busy, CannotArchive, NoArchive and CannotSign.
    """
    store = homes.marker(where.home).store
    if not where.home.log.is_dir():
        raise NoLog
    with archive_of(where, store) as archive:
        shelf = Shelf(archive.repository, where.branch)
        last = newest(shelf, store)
        moment = _moment(where.home, state, last)
        events = [event(line) for line in moment.lines]
        if not (contents.is_worth_it(events) or (pin and moment.head.seq)):
            return None
        previous = last.name if last else None
        first = last.seq + 1 if last else moment.first
        snapshot = Snapshot(store, moment.head.seq, moment.head.hash, first, previous, where.state.commit, pinned=pin)
        blobs, left_out = _blobs(where.home, moment.runs)
        files = _files(where, shelf, snapshot, moment, report) | blobs
        if key is not None:
            files |= anchor_file(where, shelf, snapshot, written(clock()), key)
        leaves = {f"{layout.own(store)}/{path}": data for path, data in files.items()}
        runs = sum(bool(records) for records in moment.runs)
        author = Author("lamina", f"lamina@{store}", int(clock().timestamp()))
        commit = archive.commit(leaves, message(snapshot, runs), author)
        # What is committed is sound, packed or not.
        with suppress(NoProgram, CannotArchive):
            pack(archive)
    state.note(Draft("archive.committed", None, {"snapshot": snapshot.name, "commit": commit, "seq": snapshot.seq}))
    return Made(snapshot, commit, runs, left_out)


def _moment(home: Home, state: StateStore, last: Snapshot | None) -> _Moment:
    """The store as it is now; raises OtherLog where its log does not continue from the last snapshot."""
    after = last.seq if last else 0
    with state.records.reading():
        head = state.records.applied
        first = log.first(home.log)
        if last is not None:
            _demand_reaching(home, last, first, head)
        lines = tuple(log.lines(home.log, after, head.seq))
        contents.demand_continuing(lines, last)
        events = [event(line) for line in lines]
        runs = tuple(of_a_run(state.records, run) for run in contents.touched(events))
    if events and events[-1].hash != head.hash:
        raise OtherLog(last.name if last else "(none)", "the records are ahead of it")
    return _Moment(head, first, events[-1].time if events else "", lines, runs)


def _demand_reaching(home: Home, last: Snapshot, first: int, head: Head) -> None:
    """Raise OtherLog where the log does not hold the end of the last snapshot, or what comes after it."""
    if first > last.seq + 1:
        raise OtherLog(last.name, f"its first event is {first}, and {last.seq + 1} would be next")
    if head.seq < last.seq:
        raise OtherLog(last.name, f"it ends with event {head.seq}")
    there = next(log.lines(home.log, last.seq - 1, last.seq), None) if first <= last.seq else None
    if there is not None and place(there[:-1]) != last.head:
        raise OtherLog(last.name, f"its event {last.seq} is another one")


def _files(
    where: ArchivePlace, shelf: Shelf, snapshot: Snapshot, moment: _Moment, report: Report
) -> dict[str, bytes | None]:
    """The files of the store's folder that the snapshot changes."""
    tip, own = shelf.tip, layout.own(snapshot.store)

    def archived(path: str) -> bytes | None:
        return None if tip is None else shelf.file(tip, f"{own}/{path}")

    files: dict[str, bytes | None] = {**contents.event_files(moment.lines, archived)}
    for records in moment.runs:
        files |= contents.run_files(records, report)
    # Archived by its location, it stays that of its environment: a machine that restores it asks for that.
    environment = where.state.environment or contents.environment_of(archived(layout.STORE))
    files[layout.STORE] = contents.store_file(snapshot.store, environment)
    files[layout.HEAD] = contents.head_file(snapshot, moment.first, moment.time)
    if snapshot.pinned:
        kept = pins(shelf, snapshot.store) if tip else []
        files[layout.PINS] = contents.pins_file([*kept, Pin(snapshot.seq, snapshot.hash, moment.first)])
    return files


def _blobs(home: Home, runs: Sequence[Sequence[Record]]) -> tuple[dict[str, bytes | None], tuple[str, ...]]:
    """What the newest checkpoint of each run saved, and the checkpoints whose states are too large, or gone."""
    kept, files, left_out = Blobs(home.blobs), {}, []
    for records in runs:
        made = [one for one in records if isinstance(one, Checkpoint)]
        last = max(made, key=lambda one: one.number, default=None)
        if last is None:
            continue
        if last.size > MOST_BLOB:
            left_out.append(last.id)
            continue
        try:
            files[layout.blob(last.digest)] = kept.read(last.digest)
        except NoBlob:
            left_out.append(last.id)
    return dict(files), tuple(left_out)


def at_commit(where: ArchivePlace, commit: str | None) -> ArchivePlace:
    """The place, of a configuration whose commit is known."""
    return replace(where, state=replace(where.state, commit=commit or where.state.commit))
