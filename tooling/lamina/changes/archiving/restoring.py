"""Restoring a store from the archive: built beside, proved to be what was archived, and only then put in its place."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lamina.changes.archiving.placing import demand_free, exchanged, moved, placed
from lamina.changes.archiving.pushing import Trusts, pull
from lamina.changes.state.opening import opened
from lamina.project.state.snapshots import ArchivePlace, Listed, pins, run_paths, shelf_of, some, store_of
from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.contents import REPORT
from lamina.thought.archiving.snapshots import Snapshot, seq_of
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.replaying import Replay
from lamina.words.errors import Failure
from lamina.words.event import Draft
from lamina.words.event_line import event, fault, moment, name, place
from lamina.words.runs import KINDS
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.archive.shelf import Shelf
from lamina.world.log.entries import segment_name
from lamina.world.store import home as homes
from lamina.world.store.blobs import Blobs
from lamina.world.store.home import Home, NoStore
from lamina.world.store.writing import told


class NotProved(Failure):
    """A restored store that is not what was archived; it was not put in place."""

    def __init__(self, what: str) -> None:
        hint = "lamina snapshot verify tells what is wrong with the archive; nothing was changed"
        super().__init__(f"what would be restored is not what was archived: {what}", hint)


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was restored: up to which event, how many runs it has, its name now, where it is, and what was there."""

    store: str
    seq: int
    events: int
    runs: int
    home: Path
    kept: Path | None
    renamed: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """What is restored: the store, the snapshot whose tree holds it, the first and the last event, and the lines."""

    store: str
    holder: Listed
    first: int
    seq: int
    lines: tuple[bytes, ...]

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that this is, if it is one."""
        return self.holder.snapshot if self.holder.snapshot.seq == self.seq else None


def restored(
    place: ArchivePlace,
    to: str,
    into: Path | None,
    clock: Callable[[], datetime],
    warn: Callable[[str], None],
    trusts: Trusts,
) -> Restored:
    """What `restore` does, after the archive was fetched where this machine has none; raises what `pull` does besides."""
    if not place.repository.exists():
        pull(place, trusts)
    return restore(place, to, into, clock, warn)


def restore(
    place: ArchivePlace, to: str, into: Path | None, clock: Callable[[], datetime], warn: Callable[[str], None]
) -> Restored:
    """Restore a store as it was after a snapshot, an event or at a time: into a new place, or its own, whose content is kept.

    A store that goes on from the newest snapshot keeps its name; one that goes back, or of which there would be two, gets a new
    one, as the archive has other events under the old. Raises NoSnapshots, NoSuchSnapshot, NotProved, StillInUse, AlreadyThere.
    """
    shelf = shelf_of(place)
    store = store_of(place, shelf)
    present = some(shelf, store)
    source = _source(shelf, store, present, to)
    target = homes.home(into) if into is not None else place.home
    demand_free(target, replacing=into is None)
    goes_on = source.seq == present[-1].snapshot.seq and (into is None or not _is_here(place.home, store))
    renamed = store if goes_on else _new_name(store)
    with told(target.folder), placed(target) as new:
        _fill(new, shelf, source, renamed, moment(clock()))
        shutil.copytree(place.repository, new.archive, symlinks=True)
        runs = _proved(shelf, source, new)
        state = opened(replace(place.state, home=new), clock, warn)
        try:
            _demand_equal(state.records, Replay(log.read(new.log)))
            said = {"snapshot": source.holder.snapshot.name, "seq": source.seq, "store": renamed}
            state.note(Draft("archive.restored", None, said))
        finally:
            state.close()
        kept = exchanged(new, target) if target.folder.exists() else moved(new, target)
    return Restored(renamed, source.seq, len(source.lines), runs, target.folder, kept, renamed != store)


def _source(shelf: Shelf, store: str, present: list[Listed], to: str) -> _Source:
    own = layout.own(store)
    newest = present[-1]
    times = ((one.seq, one.time) for one in _events(shelf, newest.commit, own))
    seq = seq_of(to, [*(one.snapshot for one in present), *_pinned(shelf, store, present)], times)
    holder = next(one for one in present if one.snapshot.seq >= seq)
    pinned = {one.seq: one.first for one in pins(shelf, store)}
    first = pinned.get(seq) or contents.first_of_head(shelf.file(holder.commit, f"{own}/{layout.HEAD}"))
    held = list(_lines(shelf, holder.commit, own))
    lines = tuple(line for line in held if first <= place(line[:-1]).seq <= seq)
    _demand_chain(lines, first, seq)
    if holder.snapshot.seq == seq and place(lines[-1][:-1]) != holder.snapshot.head:
        raise NotProved(f"event {seq} is not the one that {holder.snapshot.name} ends with")
    return _Source(store, holder, first, seq, lines)


def _pinned(shelf: Shelf, store: str, present: list[Listed]) -> list[Snapshot]:
    """Snapshots that are kept for ever, and whose commits a squash took away."""
    known = {one.snapshot.seq for one in present}
    return [
        Snapshot(store, one.seq, one.hash, one.first, pinned=True) for one in pins(shelf, store) if one.seq not in known
    ]


def _events(shelf: Shelf, commit: str, own: str) -> Iterator:  # type: ignore[type-arg]
    return (event(line[:-1]) for line in _lines(shelf, commit, own))


def _lines(shelf: Shelf, commit: str, own: str) -> Iterator[bytes]:
    for _, data in shelf.files(commit, f"{own}/events"):
        yield from data.splitlines(keepends=True)


def _demand_chain(lines: tuple[bytes, ...], first: int, seq: int) -> None:
    """Raise NotProved where the lines are not all from the first event to the last, each bound to the one before it."""
    head = None
    for line in lines:
        wrong = fault(line[:-1], head) if line.endswith(b"\n") else "is cut"
        if wrong:
            raise NotProved(f"the event after {head.seq if head else first - 1} {wrong}")
        head = place(line[:-1])
    if head is None or head.seq != seq or place(lines[0][:-1]).seq != first:
        raise NotProved(f"the archive does not have all events from {first} to {seq}")


def _fill(new: Home, shelf: Shelf, source: _Source, store: str, time: str) -> None:
    """The marker, the log and the blobs of the store."""
    homes.establish(new, time, store=store)
    new.log.mkdir(mode=0o700)
    segments: list[list[bytes]] = []
    for line in source.lines:
        if not segments or contents.starts_anew(line):
            segments.append([])
        segments[-1].append(line)
    for number, lines in enumerate(segments):
        file = new.log / segment_name(place(lines[0][:-1]).seq)
        with open(file, "xb", opener=_private) as stream:
            stream.write(b"".join(lines))
            stream.flush()
            os.fsync(stream.fileno())
            if number < len(segments) - 1:
                os.fchmod(stream.fileno(), 0o400)
    blobs = Blobs(new.blobs)
    for path, data in shelf.files(source.holder.commit, f"{layout.own(source.store)}/blobs"):
        hex = path.rpartition("/")[2]
        digest, _ = blobs.add(data, kind="sha256" if len(hex) == 64 else "sha512")
        if not digest.endswith(f":{hex}"):
            raise NotProved(f"blobs/{path} is not what its name says")


def _proved(shelf: Shelf, source: _Source, new: Home) -> int:
    """How many runs there are, once what was written reads back as what was archived; raises NotProved."""
    if tuple(log.lines(new.log)) != source.lines:
        raise NotProved("the log on the disk reads otherwise")
    replay = Replay(log.read(new.log))
    runs = [run.id for run in replay.runs()]
    if source.snapshot is not None:
        held = run_paths(shelf, source.holder.commit, source.store)
        for run in runs:
            files = contents.run_files(of_a_run(replay, run), lambda records: None)
            for path, data in files.items():
                file = path.rpartition("/")[2]
                id = held.get(run, {}).get(file)
                if file != REPORT and (shelf.data(id) if id else None) != data:
                    raise NotProved(f"{path} is not what the events say")
    return len(runs)


def _demand_equal(records: object, replay: Replay) -> None:
    for kind in KINDS:
        if list(records.every(kind)) != list(replay.every(kind)):  # type: ignore[attr-defined]
            raise NotProved(f"the records of the kind {kind} are not what the events say")


def _is_here(home: Home, store: str) -> bool:
    try:
        return homes.marker(home).store == store
    except NoStore:
        return False


def _new_name(store: str) -> str:
    """A name for a store that goes another way than the one that it comes from."""
    stem, dash, _ = store.rpartition("-")
    return name(f"{stem if dash else store}-{os.urandom(4).hex()}")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
