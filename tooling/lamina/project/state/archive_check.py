"""Verifying the archive: every line and file of it against the chain of events, and every snapshot against its commit.

What people read of a run (`report.md`) is made from the other files, and is not compared: another version of lamina may word
it otherwise.
"""

from collections.abc import Iterator, Mapping
from hashlib import new as hashed

from lamina.project.state.snapshots import ArchivePlace, Listed, listed, shelf_of, stores_of
from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.contents import REPORT
from lamina.thought.archiving.snapshots import snapshot_of
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Event, Head
from lamina.words.event_line import event, fault, place
from lamina.words.values import dataclass
from lamina.world.archive.shelf import Commit, Shelf, identity

_DIGESTS = {64: "sha256", 128: "sha512"}


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """What was verified, and what is wrong, one sentence each."""

    snapshots: int
    events: int
    runs: int
    faults: tuple[str, ...]


def verified(archive: ArchivePlace, store: str | None = None) -> ArchiveCheck:
    """The whole archive, or one store of it, verified; raises NoSnapshots."""
    shelf = shelf_of(archive)
    if damaged := shelf.damaged():
        return ArchiveCheck(0, 0, 0, tuple(f"object {id[:12]} is not what it was" for id in damaged))
    checks = [_of_store(shelf, one) for one in ([store] if store else stores_of(shelf))]
    faults = [fault for check in checks for fault in check.faults]
    return ArchiveCheck(
        sum(one.snapshots for one in checks),
        sum(one.events for one in checks),
        sum(one.runs for one in checks),
        (*_commits(shelf), *faults),
    )


def _commits(shelf: Shelf) -> Iterator[str]:
    """Commits that changed what belongs to no store of theirs."""
    before: dict[str, str | None] = {}
    for commit in shelf.commits():
        now: dict[str, str | None] = {
            name: shelf.folder(commit.id, layout.own(name)) for name in shelf.names(commit.id, "v1")
        }
        said = snapshot_of(commit.message)
        store = said.store if said else None
        # A history that was begun anew holds what the one before it held.
        changed = [name for name in {*before, *now} if before.get(name) != now.get(name)] if commit.parents else []
        if said is None and changed and not _is_upkeep(commit):
            yield f"{commit.id[:12]} changes {', '.join(sorted(changed))} and is no snapshot"
        for name in sorted(changed):
            if said is not None and name != store:
                yield f"{said.name} ({commit.id[:12]}) changes what belongs to {name}"
        before = now


def _is_upkeep(commit: Commit) -> bool:
    return commit.message.startswith(("prune ", "squash "))


def _of_store(shelf: Shelf, store: str) -> ArchiveCheck:
    present = listed(shelf, store, None)
    faults = [*_order(present), *_heads(shelf, present)]
    lines = list(_lines(shelf, store))
    broken = _chain(lines)
    if broken is not None:
        return ArchiveCheck(len(present), len(lines), 0, (*faults, f"{store}: {broken}"))
    events = [event(line) for line in lines]
    faults += _ends(shelf, present, events)
    if present:
        newest = present[-1]
        if not events or events[-1].seq != newest.snapshot.seq:
            faults.append(f"{newest.snapshot.name} does not end where its events end")
        else:
            faults += _state(shelf, present, events)
    faults += _blobs(shelf, store)
    return ArchiveCheck(len(present), len(lines), len({one.run for one in events if one.run}), tuple(faults))


def _order(present: list[Listed]) -> Iterator[str]:
    """Snapshots that do not follow each other."""
    last = None
    for one in [each.snapshot for each in present]:
        if last is not None and (one.previous != last.name or one.seq < last.seq or one.first != last.seq + 1):
            yield f"{one.name} does not follow {last.name}"
        last = one


def _heads(shelf: Shelf, present: list[Listed]) -> Iterator[str]:
    """Snapshots whose message says otherwise than their tree."""
    import orjson

    for one in present:
        said = one.snapshot
        try:
            head = orjson.loads(shelf.file(one.commit, f"{layout.own(said.store)}/{layout.HEAD}") or b"")
            sound = (head["seq"], head["hash"], head["snapshot"]) == (said.seq, said.hash, said.name)
        except (ValueError, KeyError, TypeError):
            sound = False
        if not sound:
            yield f"{said.name} ({one.commit[:12]}) holds something else than its message says"


def _lines(shelf: Shelf, store: str) -> Iterator[bytes]:
    tip = shelf.tip
    assert tip is not None
    for _, data in shelf.files(tip, f"{layout.own(store)}/events"):
        yield from data.split(b"\n")[:-1]


def _chain(lines: list[bytes]) -> str | None:
    """What is wrong with the first line that is not sound or does not follow the one before it."""
    head: Head | None = None
    for line in lines:
        wrong = fault(line, head)
        if wrong:
            return f"the event after {head.seq if head else 'the beginning'} {wrong}"
        head = place(line)
    return None


def _ends(shelf: Shelf, present: list[Listed], events: list[Event]) -> Iterator[str]:
    """Snapshots that do not end with the event that the log has there."""
    hashes = {one.seq: one.hash for one in events}
    oldest = events[0].seq if events else 0
    for one in present:
        said = one.snapshot
        known = hashes.get(said.seq) if said.seq >= oldest else _hash_then(shelf, one)
        if known != said.hash:
            yield f"{said.name} ({one.commit[:12]}) ends with another event than the log has there"


def _hash_then(shelf: Shelf, one: Listed) -> str | None:
    """The hash of the last event of a snapshot whose events were pruned since, by its own tree."""
    data = shelf.file(one.commit, f"{layout.own(one.snapshot.store)}/{layout.block(one.snapshot.seq)}")
    try:
        found = [place(line) for line in (data or b"").split(b"\n")[:-1] if fault(line, None) is None]
    except ValueError:
        return None
    return next((head.hash for head in found if head.seq == one.snapshot.seq), None)


def _state(shelf: Shelf, present: list[Listed], events: list[Event]) -> Iterator[str]:
    """Files of runs that are not what the events make of them: in each snapshot those that it changed, in the newest all."""
    store = present[-1].snapshot.store
    own, tip = layout.own(store), present[-1].commit
    try:
        first = contents.first_of_head(shelf.file(tip, f"{own}/{layout.HEAD}"))
    except ValueError:
        return
    replay, at = Replay(), 0
    dropped: set[str] = set()
    for number, one in enumerate(present):
        runs: dict[str, None] = {}
        while at < len(events) and events[at].seq <= one.snapshot.seq:
            if events[at].seq >= first:
                dropped |= set(replay.take(events[at]).dropped)
                if events[at].run is not None:
                    runs[str(events[at].run)] = None
            at += 1
        if one.snapshot.first >= first:
            yield from _differing(shelf, one, replay, runs)
        if number == len(present) - 1:
            held = run_names(shelf, one)
            known = {run.id for run in replay.runs()}
            yield from _differing(shelf, one, replay, dict.fromkeys(sorted(known)))
            for run in sorted(held - known - dropped):
                yield f"{one.snapshot.name} holds the run {run}, of which no event tells"


def run_names(shelf: Shelf, one: Listed) -> set[str]:
    """The runs that a snapshot holds."""
    paths = shelf.paths(one.commit, f"{layout.own(one.snapshot.store)}/runs")
    return {found[0] for path in paths if (found := layout.run_of(f"runs/{path}")) is not None}


def _differing(shelf: Shelf, one: Listed, replay: Replay, runs: Mapping[str, None]) -> Iterator[str]:
    own = layout.own(one.snapshot.store)
    for run in runs:
        files = contents.run_files(of_a_run(replay, run), lambda records: None)
        held: dict[str, str] | None = None
        for path, data in files.items():
            folder, _, name = path.rpartition("/")
            # All files of a run lie in one folder, which is looked up once; what is equal has the same id.
            held = shelf.paths(one.commit, f"{own}/{folder}") if held is None else held
            if name != REPORT and held.get(name) != (None if data is None else identity(data)):
                yield f"{one.snapshot.name} ({one.commit[:12]}): {path} is not what the events say"


def _blobs(shelf: Shelf, store: str) -> Iterator[str]:
    tip = shelf.tip
    assert tip is not None
    for path, data in shelf.files(tip, f"{layout.own(store)}/blobs"):
        name = path.rpartition("/")[2]
        kind = _DIGESTS.get(len(name))
        if kind is None or hashed(kind, data).hexdigest() != name:
            yield f"{store}: blobs/{path} is not what its name says"
