"""Clean-up of a store: what retention plans is carried out, alone with the store and so that it may be cut off anywhere.

First the log says what goes and carries what stays, and this is forced to the disk. Then blobs go that nobody names, then
segments from the log's beginning. What a crash leaves is a store that still has some of what it does not need; the next
clean-up removes it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from lamina.changes.state.journal import Act, Journal
from lamina.project.state.surveying import CARRIED_BYTES, Look, beside, blob_of, blobs_of, looks, served, surveyed
from lamina.thought.anchors.tree import Edge, grown
from lamina.thought.runs.applying import carried, members
from lamina.thought.runs.present import Present, the
from lamina.thought.upkeep.retention import Plan, StoredBlob, limits, plan
from lamina.thought.upkeep.settings import StateSettings
from lamina.thought.upkeep.timetable import coming, due
from lamina.words.errors import Failure
from lamina.words.event import UNLOGGED, Draft
from lamina.words.runs import KINDS, Artifact, Record
from lamina.words.values import dataclass
from lamina.world.log import drop_before, force, lines, segments
from lamina.world.store.blobs import Blobs
from lamina.world.store.failures import Busy
from lamina.world.store.home import Home, marker
from lamina.world.store.projection import Projection
from lamina.world.store.writing import write_whole

# How many runs one event names: with the longest names it stays within the log's bounds.
_NAMED = 4000
_LONG = timedelta(days=1)


class CannotCleanUp(Failure):
    """A log that cannot be written, so that it cannot say what is removed: nothing is."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"{log} cannot be written, so nothing is removed", "make room on its disk, or mend it")


@dataclass(frozen=True, slots=True)
class Cleanup:
    """A clean-up that was done, or with `dry_run` would be: its plan, and the bytes that the store takes then.

    `scheduled` is the time of the schedule that it served, `busy` whether readers kept the database from giving room back.
    """

    plan: Plan
    size: int
    dry_run: bool = False
    scheduled: datetime | None = None
    busy: bool = False

    @property
    def fits(self) -> bool:
        """Whether the store is within its limit now, or would be."""
        return self.size <= self.plan.limit


@dataclass(frozen=True, slots=True)
class Upkeep:
    """An opened store, with what its clean-up works on."""

    home: Home
    settings: StateSettings
    journal: Journal
    projection: Projection
    blobs: Blobs
    clock: Callable[[], datetime]

    def clean_up(self, *, dry_run: bool = False, if_due: bool = False) -> Cleanup | None:
        """Remove what the policies say is to go; `if_due`, once for each time of the schedule, whoever comes first.

        None where it is not due. Raises what recording raises.
        """
        if if_due and self._due() is None:
            return None
        # Sealed segments never change, so they are read before others have to wait.
        before = looks(self.home.log, {})
        with self.journal.acting() as act:
            scheduled = self._due() if if_due else None
            if if_due and scheduled is None:
                return None
            looked = _without_dropped(looks(self.home.log, before))
            stored = surveyed(self.projection, looked, self.home, self.projection.size, blobs_of(self.blobs))
            found = plan(stored, limits(self.settings), self.clock())
            if dry_run:
                return Cleanup(found, found.size, dry_run=True, scheduled=scheduled)
            # First, since what is carried afterwards is carried as it is then.
            events = act.record(_expiring(act.present, found))
            events += act.record(_drafts(act.present, found, looked, self.home))
            if any(one.hash == UNLOGGED for one in events) and self.settings.persistence.events.enabled:
                raise CannotCleanUp(self.home.log)
            force(self.home.log)
            self._remove(found, stored.blobs)
            self._served(act, found, scheduled)
        busy = not self._vacuumed()
        return Cleanup(found, self._size(), scheduled=scheduled, busy=busy)

    def idle_until(self) -> datetime:
        """When it is worth asking again whether a clean-up is due."""
        now = self.clock()
        return coming(self.settings.cleanup.schedule, now) or now + _LONG

    def _due(self) -> datetime | None:
        """The time of the schedule that is to be served now."""
        clean = self.settings.cleanup
        return due(clean.schedule, _last(self.home), self.clock()) if clean.enabled else None

    def _remove(self, found: Plan, blobs: Mapping[str, StoredBlob]) -> None:
        for digest in found.blobs:
            # What was stored again since is about to be named.
            if blob_of(self.blobs, digest) == blobs[digest]:
                self.blobs.remove(digest)
        drop_before(self.home.log, found.first)

    def _served(self, act: Act, found: Plan, scheduled: datetime | None) -> None:
        moment = {} if scheduled is None else {"scheduled": scheduled.isoformat()}
        act.record([Draft("retention.ran", None, {**moment, "dropped": len(found.dropped)})])
        if scheduled is not None and not self.settings.persistence.events.enabled:
            write_whole(_file(self.home), orjson.dumps(moment, option=orjson.OPT_APPEND_NEWLINE), durable=True)

    def _vacuumed(self) -> bool:
        try:
            self.projection.vacuum()
        except Busy:
            return False
        return True

    def _size(self) -> int:
        """The bytes that the store takes."""
        log = sum(one.size for one in segments(self.home.log))
        return self.projection.size + log + self.blobs.size + beside(self.home)


def _last(home: Home) -> datetime | None:
    """The time of the schedule that was last served: the log says it, or where there is none a file.

    A store that is new has nothing to catch up with, so it counts as served when it was made.
    """
    told = [served(home.log)]
    if _file(home).exists():
        told.append(orjson.loads(_file(home).read_bytes())["scheduled"])
    if home.marker.exists():
        told.append(marker(home).created)
    return max((datetime.fromisoformat(one) for one in told if one), default=None)


def _file(home: Home) -> Path:
    return home.folder / "cleanup.json"


def _expiring(present: Present, found: Plan) -> Iterator[Draft]:
    """That artifacts whose content goes have no place any more."""
    for id in found.expired:
        yield Draft("artifact.updated", the(present, Artifact, id).run, {"id": id, "location": None})


def _drafts(present: Present, found: Plan, looked: Mapping[int, Look], home: Home) -> Iterator[Draft]:
    """What the log says of a clean-up before anything is removed."""
    for run in found.carried:
        yield from _carried(present, run)
    names = [run for run, _ in found.dropped]
    facts: dict[str, object] = {"blobs": len(found.blobs), "bytes": found.before - found.size}
    for start in range(0, len(names), _NAMED):
        yield Draft("retention.dropped", None, {"runs": names[start : start + _NAMED], **facts})
        facts = {}
    if not names and found.blobs:
        yield Draft("retention.dropped", None, facts)
    # One event for each segment, so that the log may be audited from wherever a crash lets it begin.
    for first, edge in _edges(found, looked, home):
        known = {} if edge is None else {"edge": [hash.hex() for hash in edge.hashes]}
        yield Draft("retention.dropped", None, {"first": first, **known})


def _carried(present: Present, run: str) -> Iterator[Draft]:
    """A run whole, in as many events as its size demands."""
    part: list[Record] = []
    size = 0
    for one in (one for kind in KINDS for one in present.of_run(kind, run)):
        weight = len(orjson.dumps(members(one)))
        if part and size + weight > CARRIED_BYTES:
            yield carried(run, part)
            part, size = [], 0
        part.append(one)
        size += weight
    yield carried(run, part)


def _edges(found: Plan, looked: Mapping[int, Look], home: Home) -> Iterator[tuple[int, Edge | None]]:
    """The first event of each segment that may come to be the log's first, and the tree over all events before it."""
    edge = _edge_before(min(looked, default=1), looked)
    for look in looked.values():
        if look.segment.last < found.first:
            following = look.segment.last + 1
            if edge is not None:
                edge = grown(edge, lines(home.log, look.segment.first - 1, look.segment.last))
            yield following, edge


def _edge_before(first: int, looked: Mapping[int, Look]) -> Edge | None:
    """The tree over what is not in the log any more; None where the log does not say it."""
    if first == 1:
        return Edge()
    for look in looked.values():
        for data in look.dropped:
            if data.get("first") == first and "edge" in data:
                return Edge(first - 1, tuple(bytes.fromhex(one) for one in data["edge"]))
    return None


def _without_dropped(looked: Mapping[int, Look]) -> dict[int, Look]:
    """The segments without those whose removal the log has announced already, where a crash came between."""
    announced = max((data["first"] for look in looked.values() for data in look.dropped if "first" in data), default=1)
    return {first: look for first, look in looked.items() if first >= announced}
