"""Restoring a backup: verified whole, built beside, proved from the disk, and only then put in a place that held nothing."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from lamina.changes.archiving.placing import demand_free, moved, placed
from lamina.changes.state.journal import noted
from lamina.changes.state.opening import journal_of
from lamina.project.backups.bundles import unbundle
from lamina.project.backups.reading import lines, opened_backup
from lamina.project.backups.records import runs_of, text_of, wanted
from lamina.project.backups.verifying import NoSuchPoint, Verified, verify
from lamina.project.questions import Project
from lamina.project.state.opening import StatePlace, home_of, place_at, projection_of, state_place
from lamina.thought.anchors.signers import Signers
from lamina.thought.backups.manifest import (
    ARCHIVE,
    CONFIGURATION,
    RECORDS,
    Manifest,
    blob_of,
    segment_of,
)
from lamina.thought.backups.points import point
from lamina.thought.runs.replaying import Replay
from lamina.words.errors import Failure
from lamina.words.event import Draft
from lamina.words.event_line import moment, name, place
from lamina.words.runs import KINDS, Record
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.archive.opening import held, ready
from lamina.world.disk import AlreadyThere
from lamina.world.log.entries import segment_name
from lamina.world.store import home as homes
from lamina.world.store.blobs import Blobs
from lamina.world.store.home import Home
from lamina.world.store.writing import sync_folder


class NotRestored(Failure):
    """What came out of a backup is not what went in; it was not put in place."""

    def __init__(self, what: str) -> None:
        super().__init__(f"what would be restored is not what was backed up: {what}", "nothing was changed")


@dataclass(frozen=True, slots=True)
class Restored:
    """A store that was restored: its name now, up to which event, where it is, and the bundle of its configuration there.

    `lost` are blobs that it names and the backup does not hold.
    """

    verified: Verified
    store: str
    seq: int
    runs: int
    home: Path
    configuration: Path | None
    lost: tuple[str, ...]


def restore(
    file: Path,
    into: Path,
    as_of: str | None,
    signers: Signers | None,
    clock: Callable[[], datetime],
    warn: Callable[[str], None],
    project: Project | None = None,
) -> Restored:
    """Restore a store into a new place, as it was when it was backed up, or as of an event, a time or a commit before.

    One that ends before its backup does gets another name, since there are other events elsewhere under the old one; so does
    one of which there would be two: the first is still at the place that its environment names in `project`.
    Raises what `verify` raises, AlreadyThere, LinkInTheWay, Misuse for a point that is none, and NotRestored.
    """
    target = homes.home(into)
    bundle = target.folder.with_name(f"{target.folder.name}.{CONFIGURATION}")
    _demand_nothing(target, bundle)
    verified = verify(file, signers, None if as_of is None else point(as_of))
    manifest = verified.manifest
    if as_of is not None and manifest.first is None:
        raise NoSuchPoint(as_of, manifest)
    goes_on = verified.seq == manifest.head.seq and not _is_at_work(project, manifest)
    store = manifest.store if goes_on else _new_name(manifest.store)
    if reason := homes.risk(target.folder.parent):
        warn(reason)
    with placed(target) as new:
        homes.establish(new, moment(clock()), store=store)
        unpacked = _unpacked(file, verified, new)
        at = new.database if into.suffix == new.database.suffix else new.folder
        if unpacked.records is None:
            _prove_log(new, verified)
            said = {"from": manifest.store, "seq": verified.seq, "store": store, "taken": manifest.taken}
            runs = _begun(place_at(at), new, store, Draft("backup.restored", None, said), clock)
        else:
            runs = _put_records(place_at(at), unpacked.records, manifest)
        moved(new, target)
        configuration = None
        if (target.folder / CONFIGURATION).exists():
            os.rename(target.folder / CONFIGURATION, bundle)
            configuration = bundle
        sync_folder(target.folder.parent)
    return Restored(verified, store, verified.seq, runs, target.folder, configuration, unpacked.lost)


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """What came out of a backup: blobs that are named and not there; the records, where they are no log's."""

    lost: tuple[str, ...]
    records: list[list[Record]] | None


def _unpacked(file: Path, verified: Verified, new: Home) -> _Unpacked:
    """Write what a backup holds into a home, up to the point that was asked for."""
    blobs, records = Blobs(new.blobs), None
    needed: set[str] = set()
    with opened_backup(file) as backup:
        if backup.manifest != verified.manifest:
            raise NotRestored("another file stands in its place")
        for member, content in backup.members():
            if (first := segment_of(member.name)) is not None and first <= verified.seq:
                _write(new.log / segment_name(first), _up_to(verified.seq, lines(content)))
            elif member.name == RECORDS and backup.manifest.first is not None:
                _seal_all_but_the_last(new.log)
                needed = _named(Replay(log.read(new.log)))
            elif member.name == RECORDS:
                records = runs_of(b"".join(content))
                needed = wanted(one for run in records for one in run)
            elif (digest := blob_of(member.name)) in needed and digest is not None:
                blobs.add(b"".join(content), kind=digest.partition(":")[0])
                needed.discard(digest)
            elif member.name in (CONFIGURATION, ARCHIVE):
                _write(new.folder / member.name, content)
    _bring_back_archive(new, verified.manifest.archive)
    return _Unpacked(tuple(sorted(needed)), records)


def _demand_nothing(target: Home, bundle: Path) -> None:
    demand_free(target, replacing=False)
    if os.path.lexists(bundle):
        raise AlreadyThere(bundle)


def _up_to(seq: int, content: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line in content if place(line[:-1]).seq <= seq)


def _write(path: Path, content: Iterable[bytes]) -> None:
    """A new file, its owner's alone, forced to the disk."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
        stream.writelines(content)
        stream.flush()
        os.fsync(stream.fileno())


def _seal_all_but_the_last(folder: Path) -> None:
    for one in log.segments(folder)[:-1]:
        os.chmod(one.path, 0o400)
    sync_folder(folder)


def _bring_back_archive(new: Home, branch: str | None) -> None:
    """The archive's repository, with what was not pushed yet."""
    file = new.folder / ARCHIVE
    if branch is None or not file.exists():
        return
    with held(new.archive_lock):
        ready(new.archive, branch)
        unbundle(file, new.archive)
    file.unlink()


def _prove_log(new: Home, verified: Verified) -> None:
    """Raise NotRestored unless the log on the disk is sound, ends where it should, and adds up to what was backed up."""
    found = log.check(new.log)
    if found.fault is not None or found.head.seq != verified.seq:
        raise NotRestored(str(found.fault or f"the log ends with event {found.head.seq}"))
    records = verified.manifest.member(RECORDS)
    if records is not None and verified.seq == verified.manifest.head.seq:
        text = text_of(Replay(log.read(new.log)))
        if sha256(text).hexdigest() != records.sha256:
            raise NotRestored("the records are not what the events say")


def _begun(at: StatePlace, new: Home, store: str, told: Draft, clock: Callable[[], datetime]) -> int:
    """Make the records, and record first of all that the store was restored; how many runs it has."""
    expected = text_of(Replay(log.read(new.log)))
    projection = projection_of(at.settings, new)
    with closing(journal_of(at.settings, new, store, projection, clock)) as journal:
        if text_of(projection) != expected:
            raise NotRestored("the records are not what the events say")
        noted(journal, lambda present: (told,))
        return sum(1 for _ in projection.runs())


def _put_records(at: StatePlace, runs: list[list[Record]], manifest: Manifest) -> int:
    """Put the records of a store that keeps no log; how many runs there are."""
    kept = at.settings.persistence
    events = replace(kept.events, enabled=False)
    projection = projection_of(replace(at.settings, persistence=replace(kept, events=events)), home_of(at))
    with closing(projection):
        projection.apply(manifest.head, [one for run in runs for one in run])
        records = manifest.member(RECORDS)
        if records is None or sha256(text_of(projection)).hexdigest() != records.sha256:
            raise NotRestored("the records on the disk are others")
    return len(runs)


def _is_at_work(project: Project | None, manifest: Manifest) -> bool:
    """Whether the store that was backed up is still where its environment keeps its state."""
    if project is None or manifest.environment is None:
        return False
    try:
        return homes.marker(home_of(state_place(project, manifest.environment))).store == manifest.store
    except Failure:
        return False


def _named(state: Replay) -> set[str]:
    return wanted(one for kind in KINDS for one in state.every(kind))


def _new_name(store: str) -> str:
    """A name for a store that goes another way than the one that it comes from."""
    stem, dash, _ = store.rpartition("-")
    return name(f"{stem if dash else store}-{os.urandom(4).hex()}")
