"""Folders as grounds: what `lamina render -o` wrote, or a folder of YAML and JSON documents such as a mounted ConfigMap.

A folder with a record is read by it: a file that is not what the record says was cut short, or changed by hand. What
Kubernetes mounts is read through the link `..data`, which it swaps for another when all files are written.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import token_bytes
from typing import Any

from lamina.project.folder import RECORD
from lamina.project.live.ground import Refused, Seen, Unsettled
from lamina.thought.document import read
from lamina.thought.record import read_record
from lamina.words.errors import listing
from lamina.words.finding import Finding, Position
from lamina.words.frozen import frozen
from lamina.words.node import tagged_paths
from lamina.words.values import dataclass
from lamina.world.contents import CannotLook, Kind, contents, read_inside
from lamina.world.repository import NotARepository, find_root
from lamina.world.sources.memory import Memory

_MOST_BYTES = 64 * 2**20
_SWAPPED = "..data"
_ENDINGS = (".yaml", ".yml", ".json")
_FORMS = ("yaml", "json")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document's file, and what the record of the folder says of both: of no secret, and of the bytes."""

    file: str
    digest: str | None = None
    written: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as it was read: the digest of its bytes, its document, and what tells that apart."""

    id: str
    data: Any
    mark: bytes


class Folder:
    """The documents of a folder; those whose bytes are the same are not read again."""

    def __init__(self, folder: Path, environment: str) -> None:
        self._folder = folder
        self._environment = environment
        self._known: dict[str, _Known] = {}
        self._next: dict[str, _Known] = {}
        # What a secret is could be guessed from a digest that others can make too.
        self._salt = token_bytes(16)
        self.commit: str | None = None
        self._memory = Memory()

    @property
    def name(self) -> str:
        """The folder, as it was named."""
        return f"folder {self._folder}"

    def places(self) -> list[Path]:
        """The folder itself."""
        from lamina.world.watching import places_of_folder

        return places_of_folder(self._folder)

    def accept(self) -> None:
        """What was seen last is in force."""
        self._known = self._next
        self._memory.begin()

    def look(self) -> Seen:
        """What is in the folder now (see `Ground`)."""
        real = self._real()
        try:
            found = self._read(real)
        except (CannotLook, Refused):
            if self._real() != real:
                raise Unsettled(f"{self._folder} was swapped while it was read") from None
            raise
        if self._real() != real:
            raise Unsettled(f"{self._folder} was swapped while it was read")
        return found

    def _real(self) -> Path:
        """The folder that the files are in at this moment: whoever swaps it, its files stay together."""
        swapped = self._folder / _SWAPPED
        return Path(os.path.realpath(swapped if swapped.is_dir() else self._folder))

    def _read(self, real: Path) -> Seen:
        files = contents(real)
        self.commit, wanted = self._recorded(real) if RECORD in files else (None, dict(_named(files)))
        if not wanted:
            raise Refused(f"{self._folder} holds no documents")
        files_of = {of.file for of in wanted.values()}
        self._next = {}
        findings: list[Finding] = []
        for name, of in sorted(wanted.items()):
            findings += self._take(name, of, self._bytes(real, of))
        if young := self._memory.young(files_of):
            raise Unsettled(f"{young} is being written")
        if emptied := self._memory.emptied(files_of):
            raise Refused(f"{emptied} is empty: delete it, or write {{}}")
        if findings:
            more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
            raise Refused(f"{findings[0].position}: {findings[0].message}{more}", findings)
        marks = {name: known.mark for name, known in self._next.items()}
        digest = hashlib.sha256(b"".join(repr(one).encode() for one in marks.items())).hexdigest()
        documents = {name: known.data for name, known in self._next.items()}
        return Seen(documents, marks, f"sha256:{digest}", self.commit)

    def _bytes(self, real: Path, of: _Wanted) -> bytes:
        """A file's bytes; where no record says what they are, whether they are being written is remembered."""
        data = read_inside(real, of.file, _MOST_BYTES)
        if of.digest is None:
            try:
                state = os.lstat(real / of.file)
            except OSError as error:
                raise Unsettled(f"{of.file} was changed while it was read") from error
            self._memory.id(of.file, state, lambda: hashlib.sha256(data).hexdigest())
        return data

    def _take(self, name: str, of: _Wanted, data: bytes) -> list[Finding]:
        """Take a file's document, and say what is wrong with it; raises Refused where it is not what the record says."""
        id = f"sha256:{hashlib.sha256(data).hexdigest()}"
        if of.written is not None and id != of.written:
            raise Refused(f"{of.file} is not what the record of the folder says")
        known = self._known.get(name)
        if known is not None and known.id == id and (of.digest is None or known.mark == of.digest.encode()):
            self._next[name] = known
            return []
        value, faults = _parsed(data, of.file)
        if not faults:
            said = of.digest.encode() if of.digest else self._mark(value)
            self._next[name] = _Known(id, frozen(value), said)
        return faults

    def _mark(self, value: Any) -> bytes:
        text = json.dumps(value, sort_keys=True).encode("ascii")
        return hashlib.blake2b(text, key=self._salt, digest_size=32).hexdigest().encode()

    def _recorded(self, real: Path) -> tuple[str | None, dict[str, _Wanted]]:
        """The commit of the record, and what it says of each document; raises BadRecord and Refused."""
        record = read_record(read_inside(real, RECORD, _MOST_BYTES))
        if self._environment not in record.environments:
            raise Refused(
                f"{self._folder} holds no render of {self._environment}: it holds {listing(record.environments)}"
            )
        if record.format not in _FORMS:
            raise Refused(f"{self._folder} is rendered as {record.format}, which cannot be read back")
        own = (one for one in record.documents if one.environment == self._environment)
        return record.commit, {one.document: _Wanted(one.file, one.digest, one.written) for one in own}


def _named(files: Mapping[str, Kind]) -> Iterator[tuple[str, _Wanted]]:
    """The documents of a folder without a record: one a file, called as it is; raises Refused."""
    taken: dict[str, str] = {}
    for file, kind in sorted(files.items()):
        stem, dot, ending = file.rpartition(".")
        if any(part.startswith(".") for part in file.split("/")) or f"{dot}{ending}" not in _ENDINGS:
            continue
        if kind != "file":
            raise Refused(f"{file} is no plain file")
        if stem in taken:
            raise Refused(f"{file} and {taken[stem]} are one document")
        taken[stem] = file
        yield stem, _Wanted(file)


def _parsed(data: bytes, file: str) -> tuple[Any, list[Finding]]:
    """A file's data, and what is wrong with it."""
    reading = read(data, file)
    faults = [finding for finding in reading.findings if finding.severity == "error"]
    faults += [
        Finding("misplaced-tag", f"!{node.tag} belongs to layers and means nothing in this file", Position(file))
        for _, node in tagged_paths(reading.value)
    ]
    return reading.value, faults


def is_rendered(folder: Path) -> bool:
    """Whether a folder holds a render, or documents, rather than a repository: a record, `..data`, or no layers above it."""
    if (folder / RECORD).exists() or (folder / _SWAPPED).exists():
        return True
    try:
        find_root(folder)
    except NotARepository:
        return folder.is_dir() and any(name.endswith(_ENDINGS) for name in os.listdir(folder))
    return False
