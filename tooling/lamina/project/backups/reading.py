"""Reading a backup: its manifest first, then every member, each of which has to be what the manifest says."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from hashlib import sha256
from pathlib import Path

from lamina.thought.backups.manifest import (
    MANIFEST,
    MOST_MANIFEST,
    MOST_SIGNATURE,
    SIGNATURE,
    BadManifest,
    Manifest,
    Member,
    read_manifest,
)
from lamina.words.event_line import MOST_BYTES
from lamina.words.values import dataclass
from lamina.world.backups.failures import BadBackup
from lamina.world.backups.reading import Incoming, opened_file


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose manifest is read; its members follow, once."""

    manifest: Manifest
    data: bytes = field(repr=False)
    signature: bytes | None
    file: Incoming = field(repr=False)

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Each member with its content, which may be left unread; raises BadBackup, at the latest once it is passed.

        Nothing of it is proved before the last one was passed.
        """
        for member in self.manifest.members:
            name, size, _ = self.file.next_member()
            if (name, size) != (member.name, member.size):
                raise BadBackup(self.file.path, f"{name} stands where {member.name} is due, or is of another size")
            own = sha256()
            content = _counted(self.file.chunks(size), own.update)
            yield member, content
            for _ in content:
                pass
            if own.hexdigest() != member.sha256:
                raise BadBackup(self.file.path, f"{name} is not what its manifest says")
        self.file.finish()


@contextmanager
def opened_backup(path: Path) -> Iterator[Backup]:
    """A backup, to be read; raises BadBackup and CannotReadBackup."""
    with opened_file(path) as file:
        data = file.content(MANIFEST, MOST_MANIFEST)
        try:
            manifest = read_manifest(data)
        except BadManifest as error:
            raise BadBackup(path, f"its manifest is none: {error}") from None
        signature = file.content(SIGNATURE, MOST_SIGNATURE) if manifest.signed else None
        yield Backup(manifest, data, signature, file)


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of some content, each with its line feed; one that is longer than an event may be comes in parts."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > MOST_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest


def _counted(chunks: Iterable[bytes], count: Callable[[bytes], object]) -> Iterator[bytes]:
    for chunk in chunks:
        count(chunk)
        yield chunk
