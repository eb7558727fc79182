"""Verifying a backup: every byte, the signature, the log, the records that it adds up to, the blobs, the bundles."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import orjson

from lamina.project.backups.bundles import bundle_fault
from lamina.project.backups.proof import Proof, Unproved
from lamina.project.backups.reading import Backup, lines, opened_backup
from lamina.project.backups.records import runs_of, wanted
from lamina.project.backups.trust import Word, word_on
from lamina.thought.anchors.signers import Signers
from lamina.thought.backups.manifest import (
    ARCHIVE,
    CONFIGURATION,
    MARKER,
    RECORDS,
    Manifest,
    Member,
    blob_of,
    segment_of,
)
from lamina.thought.backups.points import Point
from lamina.words.errors import Misuse
from lamina.words.runs import Record, Run
from lamina.words.values import dataclass
from lamina.world.backups.failures import BadBackup

_MOST_MARKER = 1 << 16


class NoSuchPoint(Misuse):
    """A point that a backup does not reach, or that lies before its first event."""

    def __init__(self, text: str, manifest: Manifest) -> None:
        held = f"events {manifest.first} to {manifest.head.seq}" if manifest.first else "records without a log"
        super().__init__(f"the backup has nothing that ends with {text!r:.60}", f"it holds {held}")


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that is sound: what it says of itself, who stands for it, how many runs it has, its bytes.

    `seq` is the last event up to the point that was asked about, or of all.
    """

    manifest: Manifest
    word: Word
    runs: int
    size: int
    seq: int


def verify(path: Path, signers: Signers | None, point: Point | None = None) -> Verified:
    """Verify a backup, and find a point in it; nothing is unpacked but bundles, for git to look at.

    Raises BadBackup, CannotReadBackup, NotTrusted, NoSuchPoint and NoProgram.
    """
    with opened_backup(path) as backup, tempfile.TemporaryDirectory(prefix="lamina-") as scratch:
        manifest = backup.manifest
        try:
            runs, bundles = _looked_through(backup, Path(scratch), point)
        except Unproved as error:
            raise BadBackup(path, str(error)) from None
        # The signature last: of a file that is damaged that is to be told, not that it is somebody's.
        word = word_on(path, manifest, backup.data, backup.signature, signers)
        for file in bundles:
            commit = manifest.configuration.commit if file.name == CONFIGURATION else None
            if wrong := bundle_fault(file, commit):
                raise BadBackup(path, f"{file.name} gives no repository: {wrong}")
    return Verified(manifest, word, runs, path.stat().st_size, _seq(manifest, point))


def _looked_through(backup: Backup, scratch: Path, point: Point | None) -> tuple[int, list[Path]]:
    """How many runs there are, and the bundles, as files; raises Unproved and BadBackup."""
    manifest = backup.manifest
    proof = Proof(manifest, point)
    records: list[Record] | None = None
    blobs, bundles = set(manifest.missing), []
    for member, content in backup.members():
        if member.name == MARKER:
            _demand_marker(manifest, _whole(member, content, _MOST_MARKER))
        elif (first := segment_of(member.name)) is not None:
            proof.begin(first, member)
            for line in lines(content):
                proof.take(line)
        elif member.name == RECORDS and manifest.first is not None:
            proof.finish(member)
        elif member.name == RECORDS:
            records = _read(_whole(member, content, member.size))
        elif digest := blob_of(member.name):
            _demand_digest(digest, content)
            blobs.add(digest)
        elif member.name in (CONFIGURATION, ARCHIVE):
            bundles.append(scratch / member.name)
            with open(bundles[-1], "xb") as file:
                file.writelines(content)
    needed = proof.blobs if records is None else wanted(records)
    if needed != blobs:
        raise Unproved(f"the blob {min(needed ^ blobs)} is in it and needed by none, or needed and not in it")
    runs = proof.state.runs() if records is None else (one for one in records if isinstance(one, Run))
    return sum(1 for _ in runs), bundles


def _seq(manifest: Manifest, point: Point | None) -> int:
    if point is None:
        return manifest.head.seq
    if not point.seq or (point.number is not None and point.seq != point.number):
        raise NoSuchPoint(point.text, manifest)
    return point.seq


def _whole(member: Member, content: Iterable[bytes], most: int) -> bytes:
    if member.size > most:
        raise Unproved(f"{member.name} has {member.size:,} bytes")
    return b"".join(content)


def _demand_marker(manifest: Manifest, data: bytes) -> None:
    try:
        store = orjson.loads(data)["store"]
    except (ValueError, KeyError, TypeError):
        raise Unproved(f"{MARKER} does not say whose the store is") from None
    if store != manifest.store:
        raise Unproved(f"{MARKER} is of another store")


def _read(text: bytes) -> list[Record]:
    try:
        return [one for run in runs_of(text) for one in run]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Unproved(f"{RECORDS} holds what is no record: {error}") from None


def _demand_digest(digest: str, content: Iterable[bytes]) -> None:
    kind, _, digits = digest.partition(":")
    own = hashlib.new(kind)
    for chunk in content:
        own.update(chunk)
    if own.hexdigest() != digits:
        raise Unproved(f"the blob {digest} is not what its name says")
