"""Making a backup: of one moment of a store, beside those who write to it; read back and proved before it gets its name."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from lamina.project.backups.bundles import bundle
from lamina.project.backups.moments import Moment, moment_of
from lamina.project.backups.verifying import Verified, verify
from lamina.project.state.opening import StatePlace, home_of
from lamina.thought.backups.manifest import (
    ARCHIVE,
    CONFIGURATION,
    MANIFEST,
    MARKER,
    NAMESPACE,
    RECORDS,
    SIGNATURE,
    Configuration,
    Manifest,
    Member,
    blob_name,
    segment_name,
)
from lamina.words.errors import Failure
from lamina.words.event_line import moment as written
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.archive.opening import opened as opened_archive
from lamina.world.backups.failures import BadBackup
from lamina.world.backups.writing import Outgoing, new_backup
from lamina.world.log import EventsGone
from lamina.world.repository import Commit, asking_commit
from lamina.world.signing import sign
from lamina.world.store import home as homes
from lamina.world.store.blobs import Blobs, NoBlob
from lamina.world.store.failures import Damaged
from lamina.world.store.home import Home

_CHUNK = 1 << 20
_TRIES = 3
Content = Callable[[], Iterable[bytes]]


class Changing(Failure):
    """A store from which retention took away what was being copied, again and again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is being cleaned up, so what is copied goes meanwhile", "try again")


class NotProved(Failure):
    """A backup that was written and, read back, is not sound; it is gone again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"what would be backed up is not sound: {what}", "lamina state fsck tells what is wrong")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and proved; and the commit of the configuration, of which what is not committed is not in it."""

    path: Path
    verified: Verified
    commit: Commit | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A member to be: its content is given as often as it is asked for."""

    member: Member
    content: Content


def create(
    place: StatePlace, path: Path, root: Path | None, key: str | None, clock: Callable[[], datetime], tool: str
) -> Made:
    """Back a store up to a file that is not there yet; `root` is the work tree of its configuration, `key` signs.

    Raises NoStateKept, NoStore, BackupThere, CannotWriteBackup, CannotSign, Changing, ShallowConfiguration, NotInLog, and what
    reading the store raises.
    """
    home = home_of(place)
    homes.marker(home)
    for _ in range(_TRIES):
        try:
            return _made(place, home, path, root, key, clock, tool)
        except (EventsGone, NoBlob, _Changed):
            continue
    raise Changing(home.folder)


class _Changed(Exception):
    """Something is not what it was a moment ago."""


def _made(
    place: StatePlace,
    home: Home,
    path: Path,
    root: Path | None,
    key: str | None,
    clock: Callable[[], datetime],
    tool: str,
) -> Made:
    marker, moment = homes.marker(home), moment_of(place, home)
    with new_backup(path) as file, tempfile.TemporaryDirectory(prefix="lamina-", dir=path.parent) as scratch:
        kept = {one: part for one in sorted(moment.blobs, key=blob_name) if (part := _blob(Blobs(home.blobs), one))}
        commit = _commit(root)
        parts = [
            _of_bytes(MARKER, home.marker.read_bytes()),
            *_segments(home, moment),
            _of_bytes(RECORDS, moment.records),
            *kept.values(),
            *_bundles(home, root, Path(scratch)),
        ]
        manifest = Manifest(
            tool=tool,
            taken=written(clock()),
            store=marker.store,
            format=place.settings.persistence.format,
            head=moment.head,
            members=tuple(one.member for one in parts),
            first=moment.first,
            environment=place.environment,
            configuration=Configuration(commit.id if commit else None, place.digest),
            archive=_branch(home),
            signed=key is not None,
            missing=tuple(sorted(moment.blobs.difference(kept))),
        )
        _write(file, manifest, parts, key)
        try:
            verified = verify(file.path, None)
        except BadBackup as error:
            raise NotProved(error.what) from None
    return Made(path, verified, commit)


def _write(file: Outgoing, manifest: Manifest, parts: list[_Part], key: str | None) -> None:
    data = manifest.bytes
    file.add(MANIFEST, len(data), [data])
    if key is not None:
        signature = sign(data, NAMESPACE, key).encode()
        file.add(SIGNATURE, len(signature), [signature])
    for part in parts:
        try:
            digest = file.add(part.member.name, part.member.size, part.content())
        except ValueError:
            raise _Changed from None
        if digest != part.member.sha256:
            raise _Changed
    file.finish()


def _segments(home: Home, moment: Moment) -> Iterator[_Part]:
    """The log up to the head, cut where its segments are."""
    if moment.first is None:
        return
    begun = [one.first for one in log.segments(home.log) if one.first <= moment.head.seq]
    if begun[0] != moment.first:
        raise _Changed
    for first, following in pairwise([*begun, moment.head.seq + 1]):
        yield _of(segment_name(first), _lines(home, first, following - 1))


def _lines(home: Home, first: int, last: int) -> Content:
    return lambda: log.lines(home.log, first - 1, last)


def _blob(blobs: Blobs, digest: str) -> _Part | None:
    """A blob, if it is there and sound."""
    try:
        return _of(blob_name(digest), lambda: [blobs.read(digest)])
    except (NoBlob, Damaged):
        return None


def _bundles(home: Home, root: Path | None, scratch: Path) -> Iterator[_Part]:
    """The repository of the configuration and that of the archive, as files in a folder that stays until all is written."""
    for name, repository in ((CONFIGURATION, root), (ARCHIVE, home.archive if home.archive.exists() else None)):
        if repository is not None and bundle(repository, scratch / name):
            yield _of(name, _file(scratch / name))


def _file(path: Path) -> Content:
    def content() -> Iterator[bytes]:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return content


def _of(name: str, content: Content) -> _Part:
    """A member, read once to know its size and its digest."""
    own, size = sha256(), 0
    for chunk in content():
        own.update(chunk)
        size += len(chunk)
    return _Part(Member(name, size, own.hexdigest()), content)


def _of_bytes(name: str, data: bytes) -> _Part:
    return _Part(Member(name, len(data), sha256(data).hexdigest()), lambda: [data])


def _commit(root: Path | None) -> Commit | None:
    if root is None:
        return None
    with asking_commit(root) as ask:
        return ask()


def _branch(home: Home) -> str | None:
    """The branch of the archive."""
    if not home.archive.exists():
        return None
    head = opened_archive(home.archive).lookup_reference("HEAD")
    return str(head.target).removeprefix("refs/heads/")
