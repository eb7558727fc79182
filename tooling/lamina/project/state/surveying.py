"""A store as retention sees it: its runs with what they take, its log by segments, its blobs, and what the archive holds.

The lines of the log are looked at as bytes: what is asked stands at fixed places of a line, and a log may be large.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson

from lamina.thought.runs.applying import members
from lamina.thought.upkeep.retention import Stored, StoredBlob, StoredRun, StoredSegment
from lamina.words.event import Event
from lamina.words.event_line import event
from lamina.words.regex import regex
from lamina.words.runs import KINDS, Artifact, Checkpoint, Record, Run, RunStatus
from lamina.words.values import dataclass
from lamina.world.log import Segment, segments
from lamina.world.store.blobs import Blobs
from lamina.world.store.home import Home

# The start of a line, after the line feed that ends the one before: time, type and run.
_LINE = regex(rb'\n\{"v":1,"seq":[0-9]+,"ts":"([^"]*)","type":"([^"]*)","run":(?:null|"([^"]*)")')
_TOLD = (b"archive.", b"retention.")
# How much of a run one event carries, so that its line stays within the log's bounds.
CARRIED_BYTES = 256 << 10
# What an event that carries records takes beyond them, at most.
_AROUND = 500
# What a projection takes when it holds nothing, at most; and how much of the rest is counted on to go with what is removed.
_EMPTY, _SURE = 256 << 10, 0.9
_NEVER = datetime.min.replace(tzinfo=UTC)
_BESIDE = ("records", "blobs", "archive.git")


class Held(Protocol):
    """Records, all of a kind at a time."""

    def every(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a segment of the log says: its span and the runs that it tells of; how far the archive is; what retention did.

    `archive` holds the last event that the newest of each event of the archive names, `served` the time of the schedule that
    was served last, `dropped` what each `retention.dropped` says.
    """

    segment: StoredSegment
    archive: Mapping[str, int]
    served: str | None
    dropped: Sequence[Mapping[str, Any]]


def looks(log: Path, before: Mapping[int, Look]) -> dict[int, Look]:
    """Every segment of a log by its first event; one that was sealed when it was looked at `before` is not read again."""
    present = segments(log)
    found = {}
    for number, one in enumerate(present, 1):
        known = before.get(one.first)
        last = present[number].first - 1 if number < len(present) else None
        found[one.first] = known if known and known.segment.sealed else _look(one, last)
    return found


def served(log: Path) -> str | None:
    """The time of the schedule that a clean-up served last, as the log says it."""
    return next((look.served for one in reversed(segments(log)) if (look := _look(one, None)).served), None)


def surveyed(held: Held, looked: Mapping[int, Look], home: Home, taken: int, blobs: Mapping[str, StoredBlob]) -> Stored:
    """The store that there is, whose projection takes so many bytes."""
    runs = _runs(held, taken, blobs)
    other = taken - sum(run.size for run in runs) + beside(home)
    return Stored(runs, [look.segment for look in looked.values()], blobs, other, _archived(looked.values()))


def blobs_of(blobs: Blobs) -> dict[str, StoredBlob]:
    """The files of a store that are addressed by their digest."""
    return {digest: found for digest, _ in blobs.every() if (found := blob_of(blobs, digest))}


def blob_of(blobs: Blobs, digest: str) -> StoredBlob | None:
    """One of them, or None where there is none."""
    digits = digest.partition(":")[2]
    try:
        found = os.lstat(blobs.folder / digits[:2] / digits)
    except FileNotFoundError:
        return None
    return StoredBlob(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def beside(home: Home) -> int:
    """The bytes beside the records, the log's segments, the blobs and the archive, which has a retention of its own."""
    total = 0
    for folder, folders, files in os.walk(home.folder):
        if Path(folder) == home.folder:
            folders[:] = [one for one in folders if one not in _BESIDE]
        kept = [one for one in files if not (Path(folder) == home.log and one.endswith(".jsonl"))]
        total += sum(os.lstat(os.path.join(folder, one)).st_size for one in kept)
    return total


def _archived(looked: Iterable[Look]) -> int | None:
    """The last event that the archive holds, at its remote if it was ever pushed; None for a store without an archive."""
    every = list(looked)
    for type in ("archive.pushed", "archive.committed"):
        if held := [look.archive[type] for look in every if type in look.archive]:
            return held[-1]
    return None


def _look(segment: Segment, last: int | None) -> Look:
    data = b"\n" + segment.path.read_bytes()
    runs: set[str] = set()
    told: list[Event] = []
    moment, count = b"", 0
    for found in _LINE.finditer(data):
        moment, type, run = found.groups()
        count += 1
        if run is not None:
            runs.add(run.decode())
        if type.startswith(_TOLD) and (end := data.find(b"\n", found.end())) > 0:
            told.append(event(data[found.start() + 1 : end]))
    end = segment.first + count - 1 if last is None else last
    newest = datetime.fromisoformat(moment.decode()) if moment else _NEVER
    span = StoredSegment(segment.first, end, len(data) - 1, segment.sealed, newest, frozenset(runs))
    times = [str(one.data["scheduled"]) for one in told if one.type == "retention.ran" and "scheduled" in one.data]
    return Look(
        span,
        {one.type: int(str(one.data["seq"])) for one in told if one.type.startswith("archive.") and "seq" in one.data},
        times[-1] if times else None,
        [one.data for one in told if one.type == "retention.dropped"],
    )


@dataclass(slots=True)
class _Gathered:
    """What is known of a run while records go by."""

    size: int = 0
    last: int = 0
    states: set[str] = field(default_factory=set)
    artifacts: dict[str, str] = field(default_factory=dict)


def _runs(held: Held, taken: int, blobs: Mapping[str, StoredBlob]) -> list[StoredRun]:
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    runs = []
    for kind in KINDS:
        for one in held.every(kind):
            of = gathered[one.id if isinstance(one, Run) else one.run]
            of.size += len(orjson.dumps(members(one))) + 1
            of.last = max(of.last, one.version)
            if isinstance(one, Run):
                runs.append(one)
            elif isinstance(one, Checkpoint):
                of.states.add(one.digest)
            elif isinstance(one, Artifact) and one.digest in blobs and (one.location or "").startswith("blobs/"):
                of.artifacts[one.id] = one.digest
    share = max(taken - _EMPTY, 0) * _SURE / (sum(one.size for one in gathered.values()) or 1)
    return [_stored(run, gathered[run.id], share) for run in runs]


def _stored(run: Run, of: _Gathered, share: float) -> StoredRun:
    return StoredRun(
        id=run.id,
        ended=None if run.ended is None else datetime.fromisoformat(run.ended),
        last=of.last,
        size=int(of.size * share),
        carry=of.size + _AROUND * (1 + of.size // CARRIED_BYTES),
        completed=run.status is RunStatus.COMPLETED,
        pinned=run.pinned,
        states=frozenset(of.states),
        artifacts=of.artifacts,
    )
