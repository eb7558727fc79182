"""The manifest of a backup: whose it is, up to which event, and every member of it with its size and its SHA-256.

    {"v":1,"tool":"0.1","taken":"...Z","store":"prod-1a2b3c4d","environment":"prod","format":"sqlite","first":1,
     "head":{"seq":7,"hash":"..."},"configuration":{"commit":"...","digest":"..."},"archive":"state-archive",
     "signed":true,"missing":[],"members":[{"name":"store.json","size":91,"sha256":"..."}]}

Members stand in one order: the marker, the log, the records, the blobs, the bundles of git. A store without a log has no
`first`, and its records are then all that there is.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from lamina.words.event import Head
from lamina.words.event_line import BadName, name
from lamina.words.values import dataclass

MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
NAMESPACE = "lamina-backup"
# More than any manifest needs, and than any signature.
MOST_MANIFEST, MOST_SIGNATURE = 64 << 20, 1 << 16
MARKER, RECORDS = "store.json", "records.jsonl"
CONFIGURATION, ARCHIVE = "configuration.bundle", "archive.bundle"
VERSION = 1
_SEGMENT = re.compile(r"log/([0-9]{20})\.jsonl", re.ASCII)
_BLOB = re.compile(r"blobs/sha(?:256/([0-9a-f]{64})|512/([0-9a-f]{64}/[0-9a-f]{64}))", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", re.ASCII)
_SUM = re.compile(r"[0-9a-f]{64}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z", re.ASCII)
# Its members, in their order.
_ORDER = (
    *("v", "tool", "taken", "store", "environment", "format", "first", "head", "configuration", "archive"),
    *("signed", "missing", "members"),
)


class BadManifest(ValueError):
    """Bytes that are no manifest; its text says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration that the state was kept under: its commit, and the digest of its orchestrator document."""

    commit: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `archive` is the branch of the archive; `missing` are blobs that the store lacked."""

    tool: str
    taken: str
    store: str
    format: str
    head: Head
    members: tuple[Member, ...]
    first: int | None = None
    environment: str | None = None
    configuration: Configuration = Configuration()
    archive: str | None = None
    signed: bool = False
    missing: tuple[str, ...] = ()

    @property
    def bytes(self) -> bytes:
        """The manifest as it stands in the file."""
        said = {"v": VERSION, **asdict(self)}
        return orjson.dumps({key: said[key] for key in _ORDER}, option=orjson.OPT_APPEND_NEWLINE)

    def member(self, name: str) -> Member | None:
        """A member by its name."""
        return next((one for one in self.members if one.name == name), None)


def segment_name(first: int) -> str:
    """The member that holds the segment which begins with an event."""
    return f"log/{first:020d}.jsonl"


def segment_of(name: str) -> int | None:
    """The event that the segment of a member begins with; None for another member."""
    found = _SEGMENT.fullmatch(name)
    return int(found[1]) if found else None


def blob_name(digest: str) -> str:
    """The member that holds a blob, by its digest."""
    kind, _, digits = digest.partition(":")
    return "/".join(filter(None, ("blobs", kind, digits[:64], digits[64:])))


def blob_of(name: str) -> str | None:
    """The digest of the blob of a member; None for another member."""
    found = _BLOB.fullmatch(name)
    if found is None:
        return None
    return f"sha256:{found[1]}" if found[1] else f"sha512:{found[2].replace('/', '')}"


def read_manifest(data: bytes) -> Manifest:
    """The manifest of its bytes; raises BadManifest, which says what is wrong."""
    try:
        said = orjson.loads(data)
    except ValueError:
        raise BadManifest("it is not JSON") from None
    if not isinstance(said, dict):
        raise BadManifest("it is no map")
    if type(said.get("v")) is not int or said["v"] != VERSION:
        raise BadManifest(f"its version is {said.get('v')!r:.20}, and this lamina knows {VERSION}")
    if unknown := sorted(said.keys() ^ set(_ORDER)):
        raise BadManifest(f"it lacks, or should not have, {unknown[0]!r:.40}")
    try:
        found = _manifest(said)
    except (KeyError, TypeError, ValueError, BadName) as error:
        raise BadManifest(str(error)) from None
    _demand_members(found)
    return found


def _manifest(said: Mapping[str, Any]) -> Manifest:
    head, configuration = said["head"], said["configuration"]
    return Manifest(
        tool=_text(said["tool"]),
        taken=_fitting(_TIME, said["taken"]),
        store=name(said["store"]),
        format=_fitting(re.compile("sqlite|json"), said["format"]),
        head=Head(_count(head["seq"]), _fitting(_SUM, head["hash"])),
        members=tuple(
            Member(_text(one["name"]), _count(one["size"]), _fitting(_SUM, one["sha256"])) for one in said["members"]
        ),
        first=None if said["first"] is None else _count(said["first"]),
        environment=_maybe(said["environment"]),
        configuration=Configuration(_commit(configuration["commit"]), _maybe(configuration["digest"])),
        archive=_maybe(said["archive"]),
        signed=_true_or_false(said["signed"]),
        missing=tuple(_fitting(_DIGEST, one) for one in said["missing"]),
    )


def _demand_members(found: Manifest) -> None:
    """Raise BadManifest unless every member is one that there may be, once, in the order of `rank`, and none is lacking."""
    ranks = [_rank(one.name) for one in found.members]
    for before, after, one in zip(ranks, ranks[1:], found.members[1:], strict=False):
        if before == after:
            raise BadManifest(f"{one.name} stands twice in it")
        if before > after:
            raise BadManifest(f"{one.name} stands out of its place")
    names = {one.name for one in found.members}
    if not {MARKER, RECORDS} <= names:
        raise BadManifest(f"it names no {MARKER}, or no {RECORDS}")
    log = [first for one in found.members if (first := segment_of(one.name)) is not None]
    if (log[0] if log else None) != found.first:
        raise BadManifest(f"its log begins with event {log[0] if log else 'none'}, and it says {found.first}")


def _rank(name: str) -> tuple[int, str]:
    """Where a member stands among the others; raises BadManifest for one that there may not be."""
    is_in_log, is_blob = segment_of(name) is not None, blob_of(name) is not None
    groups = (name == MARKER, is_in_log, name == RECORDS, is_blob, name == CONFIGURATION, name == ARCHIVE)
    if not any(groups):
        raise BadManifest(f"{name!r:.80} is no member of a backup")
    return groups.index(True), name


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _text(value)


def _commit(value: object) -> str | None:
    return None if value is None else _fitting(_COMMIT, value)


def _fitting(pattern: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r:.40} should be {pattern.pattern}")
    return text


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r:.40} counts nothing")
    return value


def _true_or_false(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError(f"{value!r:.40} is neither true nor false")
    return value
