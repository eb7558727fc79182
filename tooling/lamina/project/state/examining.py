"""Is a store sound? Each part of it judged by itself, and all of them by the log."""

from collections.abc import Generator, Iterator
from contextlib import suppress

from lamina.project.state.opening import StatePlace, home_of, present_projection
from lamina.project.state.reading import Records
from lamina.thought.runs.failures import Untellable
from lamina.thought.runs.replaying import Replay
from lamina.words.check import Check
from lamina.words.errors import Failure, listing
from lamina.words.event import UNLOGGED, Head
from lamina.words.runs import KINDS, Artifact, Checkpoint, Execution, ExecutionStatus
from lamina.world.log import check, read
from lamina.world.store.blobs import Blobs
from lamina.world.store.failures import ForeignFile
from lamina.world.store.home import Home, marker, risk
from lamina.world.store.owners import Owners

_RESTORE = "lamina snapshot restore and lamina backup restore bring back what was kept elsewhere"


def examined(place: StatePlace) -> Iterator[Check]:
    """The parts of a store, and whether each is sound; raises NoStateKept, NoStore and CannotStore."""
    home = home_of(place)
    yield Check("store", "ok", f"{marker(home).store}, in {home.folder}")
    if reason := risk(home.folder):
        yield Check("place", "warning", reason)
    elif home.folder.stat().st_mode & 0o077:
        fix = f"chmod 700 {home.folder}"
        yield Check("place", "warning", f"others than its owner may look into {home.folder}", fix)
    logged = yield from _log(home)
    records: Records | None = logged
    projection = None
    try:
        projection = present_projection(place, home)
        if projection is not None:
            records = projection
            yield _projection(projection.faults(), projection, projection.applied, logged, home.log.is_dir())
        else:
            yield Check("records", "ok", "not made yet, or gone: the log makes them when the store is opened")
    except ForeignFile as failure:
        yield Check("records", "problem", failure.message, "move it away: the log makes the records anew")
    except Failure as failure:
        yield Check("records", "problem", failure.message, "lamina state rebuild makes them anew from the log")
    try:
        if records is not None:
            yield from _contents(home, records)
            yield from _owners(home, records)
    finally:
        if projection is not None:
            projection.close()


def _log(home: Home) -> Generator[Check, None, Replay | None]:
    """Whether the log is sound; what it makes of the records, where it is."""
    if not home.log.is_dir():
        yield Check("log", "warning", "there is none: what happened cannot be told, nor the records made anew")
        return None
    found = check(home.log)
    if found.fault is not None:
        fix = f"lamina state fsck --repair --reason TEXT ends it before; {_RESTORE}"
        yield Check("log", "problem", found.fault.message, fix)
        return None
    segments = "segment" if found.segments == 1 else "segments"
    yield Check(
        "log",
        "ok",
        f"events {found.first} to {found.head.seq} in {found.segments} {segments}, each bound to the one before",
    )
    try:
        return Replay(read(home.log))
    except Untellable as failure:
        yield Check("log", "problem", failure.message, failure.hint or "")
        return None


def _projection(faults: list[str], records: Records, applied: Head, logged: Replay | None, is_logged: bool) -> Check:
    fix = "lamina state rebuild makes them anew from the log"
    if faults:
        return Check("records", "problem", listing(faults), fix)
    if logged is None and applied.seq and applied.hash != UNLOGGED and not is_logged:
        lost = f"they were told events up to {applied.seq}, and the log is gone"
        return Check("records", "problem", lost, f"{_RESTORE}; do not open the store before")
    if logged is None:
        return Check("records", "ok", f"up to event {applied.seq}; there is no sound log to compare them with")
    if applied.seq > logged.applied.seq:
        lost = f"they were told event {applied.seq}, which the log does not have: it ends with {logged.applied.seq}"
        return Check(
            "records", "problem", lost, f"{_RESTORE}; lamina state fsck --repair --reason TEXT goes on without"
        )
    if applied != logged.applied:
        return Check(
            "records",
            "warning",
            f"behind the log: {applied.seq} of {logged.applied.seq}",
            "they follow when the store is opened",
        )
    other = [kind for kind in KINDS if list(records.every(kind)) != list(logged.every(kind))]
    if other:
        return Check("records", "problem", f"other than the log says: {listing([f'{kind}s' for kind in other])}", fix)
    return Check("records", "ok", "just what the log says")


def _contents(home: Home, records: Records) -> Iterator[Check]:
    """Whether what artifacts and checkpoints name is there, and is that."""
    blobs = Blobs(home.blobs)
    named = [
        one
        for one in records.every("artifact")
        if isinstance(one, Artifact) and (one.location or "").startswith("blobs/")
    ]
    saved = [one for one in records.every("checkpoint") if isinstance(one, Checkpoint)]
    kept: list[Artifact | Checkpoint] = [*named, *saved]
    bad = [f"{one.id} of {one.run}" for one in kept if not blobs.is_sound(one.digest)]
    if bad:
        yield Check("contents", "problem", f"gone or damaged: {listing(bad)}", _RESTORE)
    else:
        yield Check("contents", "ok", f"{len(named)} artifacts and {len(saved)} checkpoints are what their digests say")


def _owners(home: Home, records: Records) -> Iterator[Check]:
    owners = Owners(home.owners)
    left: set[str] = set()
    with suppress(FileNotFoundError):
        for one in records.every("execution"):
            if (
                isinstance(one, Execution)
                and one.status is ExecutionStatus.RUNNING
                and not (one.owner and owners.alive(one.owner))
            ):
                left.add(one.run)
    if left:
        fix = "lamina state resume ENVIRONMENT RUN records them as interrupted"
        yield Check("steps", "warning", f"left running by processes that are dead: {listing(sorted(left))}", fix)
    else:
        yield Check("steps", "ok", "none was left running by a dead process")
