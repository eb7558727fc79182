"""Retention: what of a store goes, and in what order, as a plan that is carried out elsewhere.

Never dropped: runs that have not ended, pinned ones, the newest `keep_latest` that have, the newest that completed, and what
the archive does not hold yet (once there is an archive). Of the rest go by age the runs that ended too long ago; and while
the store is too large, the oldest that ended. The log is shortened by whole segments from its beginning: those that are about
dropped runs alone, or nearly so, in which case the records of the runs that stay are carried to the log's end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Literal

from lamina.thought.upkeep.settings import StateSettings
from lamina.words.values import dataclass

# A blob that nobody names may be one that its writer is about to name.
GRACE = timedelta(minutes=10)
# The segments that always stay: the one that is written to, and the one whose end it begins with.
STAYING = 2
_NOT_YET = datetime.max.replace(tzinfo=UTC)

Why = Literal["age", "size"]
Because = Literal["not ended", "pinned", "among the newest", "newest that completed", "not archived yet", "young"]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as retention sees it.

    `last` is its newest event's number; `size` what its records take at least, `carry` what they take at most in an event
    that carries them; `states` are the digests of its checkpoints, `artifacts` the digest of each artifact that is here.
    """

    id: str
    ended: datetime | None
    last: int
    size: int
    carry: int
    completed: bool = True
    pinned: bool = False
    states: frozenset[str] = frozenset()
    artifacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A file of the store by its content: its size, and when it was stored."""

    size: int
    stored: datetime


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment of the log: what it spans, whether it is complete, the time of its newest event, the runs it tells of."""

    first: int
    last: int
    size: int
    sealed: bool
    newest: datetime
    runs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A store as retention sees it; `other` is what takes place beside, `archived` the last event in the archive, if any."""

    runs: Sequence[StoredRun]
    segments: Sequence[StoredSegment]
    blobs: Mapping[str, StoredBlob]
    other: int = 0
    archived: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a policy allows: ages, bytes, and how many finished runs stay whatever else is said."""

    runs: timedelta
    artifacts: timedelta
    size: int
    latest: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes and what stays. `expired` are artifacts whose content goes though their run stays.

    `first` is the first event that remains in the log, `carried` the runs whose records are carried to its end because
    events about them go. `before` and `size` are the store's bytes before and after; they may stay above the limit.
    """

    dropped: tuple[tuple[str, Why], ...]
    kept: tuple[tuple[str, Because], ...]
    expired: tuple[str, ...]
    blobs: tuple[str, ...]
    first: int
    carried: tuple[str, ...]
    before: int
    size: int
    limit: int

    @property
    def fits(self) -> bool:
        """Whether the store ends within its limit."""
        return self.size <= self.limit


def limits(settings: StateSettings) -> Limits:
    """What the policies of a store allow."""
    clean = settings.cleanup
    days, artifact_days = timedelta(clean.retention_days), timedelta(settings.artifacts.retention_days)
    return Limits(days, artifact_days, clean.max_size_mib << 20, clean.keep_latest)


def plan(stored: Stored, allowed: Limits, now: datetime) -> Plan:
    """What is to go from a store; the same for the same store, whatever the order in which its parts are given."""
    work = _Work(stored, allowed, now)
    work.expire()
    for run in work.droppable:
        if run.ended is not None and _is_over(now, run.ended, allowed.runs):
            work.drop(run, "age")
    work.shorten(pressing=False)
    if work.size > allowed.size:
        work.press()
    return work.plan()


class _Work:
    """A plan in the making: what is left of a store, and its size, after each step."""

    def __init__(self, stored: Stored, allowed: Limits, now: datetime) -> None:
        self.stored, self.allowed, self.now = stored, allowed, now
        # A little below the limit: what the log says of the clean-up takes some room, too.
        self.aim = allowed.size - allowed.size // 100
        self.dropped: dict[str, Why] = {}
        self.expired: dict[str, str] = {}
        self.gone: dict[str, None] = {}
        self.cut = 0  # how many segments go
        self.reasons = _reasons(stored, allowed)
        ended = [run for run in stored.runs if run.id not in self.reasons]
        self.droppable = sorted(ended, key=_age)
        self.named = Counter(digest for run in stored.runs for digest in _digests(run))
        # A run's records are carried once, for the first segment that tells of it.
        self.begins: dict[str, int] = {}
        for number, segment in enumerate(stored.segments):
            for run in segment.runs:
                self.begins.setdefault(run, number)
        self.carry = {run.id: run.carry for run in stored.runs if run.id in self.begins}
        self.costs = [0] * len(stored.segments)
        for id, cost in self.carry.items():
            self.costs[self.begins[id]] += cost
        self.before = self.size = (
            stored.other
            + sum(run.size for run in stored.runs)
            + sum(segment.size for segment in stored.segments)
            + sum(blob.size for blob in stored.blobs.values())
        )
        for digest in sorted(stored.blobs):
            if digest not in self.named:
                self.leave(digest)

    def expire(self) -> None:
        """Let go of the content of artifacts whose time is over though their run stays."""
        for run in self.droppable:
            if run.ended is not None and _is_over(self.now, run.ended, self.allowed.artifacts):
                for id, digest in sorted(run.artifacts.items()):
                    self.expired[id] = run.id
                    self.unname(digest, at_once=True)

    def drop(self, run: StoredRun, why: Why) -> None:
        """Let a run go, with what it alone names; its artifacts have a time of their own, unless the store is too large."""
        self.dropped[run.id] = why
        self.size -= run.size
        for digest in sorted(run.states):
            self.unname(digest, at_once=True)
        for id, digest in sorted(run.artifacts.items()):
            if self.expired.pop(id, None) is None:
                self.unname(digest, at_once=why == "size")
        if run.id in self.begins:
            self.costs[self.begins[run.id]] -= self.carry[run.id]
            if self.begins[run.id] < self.cut:
                self.size -= self.carry[run.id]

    def unname(self, digest: str, *, at_once: bool) -> None:
        """Count one name of a blob less; without any it goes, now or when its time is over."""
        self.named[digest] -= 1
        if self.named[digest] == 0 and digest in self.stored.blobs:
            if at_once:
                self.remove(digest)
            else:
                self.leave(digest)

    def leave(self, digest: str) -> None:
        """Leave a blob that nobody names until its time is over."""
        if _is_over(self.now, self.stored.blobs[digest].stored, self.allowed.artifacts):
            self.remove(digest)

    def remove(self, digest: str) -> None:
        """Let a blob go, unless its writer may be about to name it."""
        blob = self.stored.blobs[digest]
        if digest not in self.gone and _is_over(self.now, blob.stored, GRACE):
            self.gone[digest] = None
            self.size -= blob.size

    def press(self) -> None:
        """The store is too large: blobs of runs that are gone go first, then the oldest runs, then what the log says."""
        left = [digest for digest in self.stored.blobs if not self.named[digest] and digest not in self.gone]
        for digest in sorted(left, key=lambda one: (self.stored.blobs[one].stored, one)):
            if self.size <= self.aim:
                return
            self.remove(digest)
        self.shorten(pressing=True)
        for run in self.droppable:
            if self.size <= self.aim:
                return
            if run.id not in self.dropped:
                self.drop(run, "size")
                self.shorten(pressing=True)
        self.shorten(pressing=True, share=1.0)

    def shorten(self, *, pressing: bool, share: float = 0.5) -> None:
        """Cut segments off the log's beginning while little of them has to be carried on: at most a `share` of their size."""
        while self.cut < len(self.stored.segments) - STAYING and (not pressing or self.size > self.aim):
            segment, cost = self.stored.segments[self.cut], self.costs[self.cut]
            if not segment.sealed or (self.stored.archived is not None and segment.last > self.stored.archived):
                return
            if cost > segment.size * share or not (pressing or self.is_past(segment)):
                return
            self.size += cost - segment.size
            self.cut += 1

    def is_past(self, segment: StoredSegment) -> bool:
        """Whether a segment tells of no run that stays, or only what is past its time, of ended runs that are not pinned."""
        told = [run for run in segment.runs if run in self.carry and run not in self.dropped]
        held = any(self.reasons.get(run) in ("not ended", "pinned") for run in told)
        return not told or (not held and _is_over(self.now, segment.newest, self.allowed.runs))

    def plan(self) -> Plan:
        """What was found."""
        segments, cut = self.stored.segments, self.cut
        stays = [run for run in self.stored.runs if run.id not in self.dropped]
        return Plan(
            dropped=tuple(self.dropped.items()),
            kept=tuple((run.id, self.reasons.get(run.id, "young")) for run in sorted(stays, key=_age)),
            expired=tuple(sorted(id for id, run in self.expired.items() if run not in self.dropped)),
            blobs=tuple(sorted(self.gone)),
            first=segments[cut].first if segments else 1,
            carried=tuple(run.id for run in sorted(stays, key=_age) if self.begins.get(run.id, cut) < cut),
            before=self.before,
            size=self.size,
            limit=self.allowed.size,
        )


def _is_over(now: datetime, moment: datetime, term: timedelta) -> bool:
    """Whether a term that began at a moment is over."""
    return now - moment > term


def _reasons(stored: Stored, allowed: Limits) -> dict[str, Because]:
    """Why a run may not go, where there is a reason."""
    ended = sorted((run for run in stored.runs if run.ended is not None), key=_age, reverse=True)
    latest = {run.id for run in ended[: allowed.latest]}
    completed = next((run.id for run in ended if run.completed), None)
    found: dict[str, Because] = {}
    for run in stored.runs:
        if run.ended is None:
            found[run.id] = "not ended"
        elif run.pinned:
            found[run.id] = "pinned"
        elif run.id in latest:
            found[run.id] = "among the newest"
        elif run.id == completed:
            found[run.id] = "newest that completed"
        elif stored.archived is not None and run.last > stored.archived:
            found[run.id] = "not archived yet"
    return found


def _age(run: StoredRun) -> tuple[datetime, int, str]:
    """The oldest that ended first; runs that have not ended last."""
    return run.ended or _NOT_YET, run.last, run.id


def _digests(run: StoredRun) -> list[str]:
    return [*run.states, *run.artifacts.values()]
