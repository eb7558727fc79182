"""How an act becomes a fact: recorded in the log, then told to the projection. The log is the truth; the projection follows.

    lock -> bring the projection up to the log -> judge the wish by it -> write the events (durable) -> tell the projection

Where the policy keeps no log, or lets the work go on while the log cannot be written, the projection is the truth until the
log takes it up: it then carries each run that changed, whole, and says that there was a gap.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from threading import RLock
from typing import Protocol, TypeVar

from lamina.thought.runs.applying import carried
from lamina.thought.runs.pending import Pending
from lamina.thought.runs.present import Present, Wish, of_a_run, the
from lamina.thought.runs.replaying import Replay
from lamina.words.event import UNLOGGED, Draft, Event, Head
from lamina.words.event_line import event as read_back
from lamina.words.event_line import line, moment
from lamina.words.runs import Record
from lamina.words.values import dataclass
from lamina.world.log import CannotAppend, EventLog, LostEvents, Sync, Tail, first, read
from lamina.world.store.failures import CannotStore
from lamina.world.store.projection import Projection

_R = TypeVar("_R", bound=Record)

# How many events that nobody was promised a power cut may take, at most, where several wait for one forced write.
_MAY_BE_LOST = 1024


class Journal(Protocol):
    """The way from a wish to a record."""

    def acting(self) -> AbstractContextManager["Act"]:
        """Alone with the state as it is now."""

    def settle(self, seq: int) -> None:
        """Return once the event of this number would survive a power cut, as far as the policy promises that."""

    def close(self) -> None:
        """Let go."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on the state: what is there, and the way to record what follows from it."""

    present: Pending
    record: Callable[[Iterable[Draft]], tuple[Event, ...]]


def done(journal: Journal, wishing: Callable[[Present], Wish[_R]]) -> _R:
    """The record that a wish is about, once it is a fact; raises what refuses the wish, and what forbids to record it."""
    with journal.acting() as act:
        wish = wishing(act.present)
        events = act.record(wish.drafts)
        found = the(act.present, wish.kind, wish.id)
    if events:
        journal.settle(events[-1].seq)
    return found


def noted(journal: Journal, drafting: Callable[[Present], Iterable[Draft]]) -> tuple[Event, ...]:
    """The events of what is to be recorded as it is, once they are facts."""
    with journal.acting() as act:
        events = act.record(drafting(act.present))
    if events:
        journal.settle(events[-1].seq)
    return events


class Logged:
    """A journal whose truth is the log: the projection is brought up to it before each act.

    With `degrade` the work goes on while the log cannot be written. Raises LostEvents.
    """

    def __init__(self, log: EventLog, projection: Projection, clock: Callable[[], datetime], degrade: bool) -> None:
        self._log, self._projection, self._clock, self._degrade = log, projection, clock, degrade
        self.gap: str | None = None
        with self.acting():
            pass

    @contextmanager
    def acting(self) -> Iterator[Act]:
        """Alone, by the log's own lock."""
        with self._log.writing() as tail:
            self._follow(tail)
            pending = Pending(self._projection)

            def record(drafts: Iterable[Draft]) -> tuple[Event, ...]:
                events = self._written(tail, tuple(drafts), pending.applied)
                try:
                    tell(self._projection, pending, events)
                except CannotStore:
                    # It is a fact: the log has it, and the projection is brought up to it before the next act.
                    if self.gap is not None:
                        raise
                return events

            yield Act(pending, record)

    def settle(self, seq: int) -> None:
        """As the log's way of syncing has it."""
        if self.gap is None:
            self._log.settle(seq)

    def rebuild(self) -> int:
        """Build the projection anew from what the log has; how many events were told."""
        with self._log.writing() as tail:
            self._projection.reset()
            return self._replay(Head(), tail.head)

    def close(self) -> None:
        """Let go of the log and the projection."""
        self._log.close()
        self._projection.close()

    def _written(self, tail: Tail, drafts: tuple[Draft, ...], applied: Head) -> tuple[Event, ...]:
        if not drafts:
            return ()
        if self.gap is None:
            try:
                return tail.write(drafts)
            except CannotAppend as failure:
                if not self._degrade:
                    raise
                self.gap = failure.message
        return numbered(drafts, applied, self._clock())

    def _follow(self, tail: Tail) -> None:
        """Bring the projection up to the log's end, or the log up to a projection that went on without it."""
        applied, head = self._projection.applied, tail.head
        if applied == head:
            return
        if applied.hash == UNLOGGED:
            self._adopt(tail)
        elif applied.seq > head.seq and self._log.sync is not Sync.ALWAYS and applied.seq - head.seq <= _MAY_BE_LOST:
            # Nobody was promised that these would survive: the log was not forced to the disk before its projection was told.
            self._projection.reset()
            self._replay(Head(), head)
            lost = Draft(
                "log.gap", None, {"lost": applied.seq - head.seq, "error": "a power cut took what was not forced"}
            )
            tell(self._projection, Pending(self._projection), tail.write((lost,)))
        elif applied.seq + 1 < first(self._log.folder):
            self._projection.reset()
            self._replay(Head(), head)
        elif applied.seq > head.seq or not self._holds(applied):
            raise LostEvents(self._log.folder, 0, applied, head)
        else:
            self._replay(applied, head)

    def _holds(self, place: Head) -> bool:
        if place.seq == 0 or place.seq + 1 == first(self._log.folder):
            return True
        found = next(read(self._log.folder, place.seq - 1, place.seq), None)
        return found is not None and found.hash == place.hash

    def _replay(self, applied: Head, head: Head) -> int:
        told = 0
        pending = Pending(self._projection)
        for event in read(self._log.folder, applied.seq, head.seq):
            pending.take(event)
            told += 1
            if pending.full:
                write(self._projection, pending)
                pending = Pending(self._projection)
        write(self._projection, pending)
        return told

    def _adopt(self, tail: Tail) -> None:
        """Record what the projection was told while there was no log; where that still fails, go on without."""
        try:
            tail.write((Draft("log.gap", None, {"error": self.gap or "no log was kept"}),))
            tail.write(self._missing())
        except CannotAppend as failure:
            if not self._degrade:
                raise
            self.gap = failure.message
        else:
            self.gap = None
            self._projection.apply(tail.head, ())

    def _missing(self) -> tuple[Draft, ...]:
        """What makes of the log's records those of the projection: each run that differs, whole, and which are gone."""
        logged = Replay(read(self._log.folder))
        with self._projection.reading():
            runs = {one.id: of_a_run(self._projection, one.id) for one in self._projection.runs(newest_first=False)}
        gone = [one.id for one in logged.runs() if one.id not in runs]
        return (
            *([Draft("retention.dropped", None, {"runs": gone})] if gone else ()),
            *(carried(id, held) for id, held in runs.items() if held != of_a_run(logged, id)),
        )


class Unlogged:
    """A journal without a log: the projection is the truth, and its lock the one that keeps acts apart."""

    def __init__(
        self, projection: Projection, clock: Callable[[], datetime], alone: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._projection, self._clock, self._alone = projection, clock, alone

    @contextmanager
    def acting(self) -> Iterator[Act]:
        """Alone, by a lock of the store's."""
        with self._alone():
            pending = Pending(self._projection)

            def record(drafts: Iterable[Draft]) -> tuple[Event, ...]:
                events = numbered(drafts, pending.applied, self._clock())
                tell(self._projection, pending, events)
                return events

            yield Act(pending, record)

    def settle(self, seq: int) -> None:
        """Nothing: the projection forced it to the disk."""

    def close(self) -> None:
        """Let go of the projection."""
        self._projection.close()


class Remembered:
    """A journal that ends with the program: nothing is written."""

    def __init__(self, replay: Replay, clock: Callable[[], datetime]) -> None:
        self._replay, self._clock, self._threads = replay, clock, RLock()

    @contextmanager
    def acting(self) -> Iterator[Act]:
        """Alone among threads."""
        with self._threads:
            pending = Pending(self._replay)

            def record(drafts: Iterable[Draft]) -> tuple[Event, ...]:
                events = numbered(drafts, pending.applied, self._clock())
                for event in events:
                    pending.take(event)
                    self._replay.take(event)
                return events

            yield Act(pending, record)

    def settle(self, seq: int) -> None:
        """Nothing: no event outlives the program."""

    def close(self) -> None:
        """Nothing."""


def numbered(drafts: Iterable[Draft], applied: Head, now: datetime) -> tuple[Event, ...]:
    """Events that no log holds: judged and numbered as if it did, with a hash that says so."""
    events = []
    for draft in drafts:
        written, _ = line(draft, applied, moment(now))
        made = read_back(written)
        applied = Head(made.seq, UNLOGGED)
        events.append(Event(made.seq, made.time, made.type, made.run, made.data, made.prev, UNLOGGED))
    return tuple(events)


def tell(projection: Projection, pending: Pending, events: Iterable[Event]) -> None:
    """Let events happen, and write what they change with one stroke."""
    for event in events:
        pending.take(event)
    write(projection, pending)


def write(projection: Projection, pending: Pending) -> None:
    """Write what is pending."""
    if pending.applied != projection.applied:
        projection.apply(pending.applied, pending.records, pending.dropped, pending.removed)
