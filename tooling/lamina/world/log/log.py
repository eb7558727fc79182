"""A log of events that is written: one order for all who write it, in threads and processes."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lamina.words.event import Draft, Event, Head
from lamina.world.log.failures import CannotAppend, CannotOpen, Closed
from lamina.world.log.lock import give_lock, locked, take_lock
from lamina.world.log.syncing import Interval, Sync
from lamina.world.log.writer import Writer

_INTERVAL = 100
SEGMENT_BYTES, SEGMENT_EVENTS = 16 << 20, 10_240


class Tail:
    """The end of a log while it is held: nobody else writes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held = True

    @property
    def head(self) -> Head:
        """The last event."""
        return self._writer.head

    def write(self, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        """Record events, all or none; durable when this returns, with Sync.ALWAYS. `head` may then be further than the last.

        Raises BadName, CannotRecord and TooLarge before anything is written; CannotAppend, DiskFull, Poisoned.
        """
        if not self._held:
            raise Closed(self._writer.folder)
        self._writer.syncing.demand_sound()
        return self._writer.write(drafts) if drafts else ()

    def release(self) -> None:
        """Nothing more is written."""
        self._held = False


class EventLog:
    """An opened log; a forked child goes on with files and locks of its own."""

    def __init__(
        self, folder: Path, writer: Callable[[], Writer], known: Head | None, milliseconds: int | None
    ) -> None:
        self._folder, self._writer, self._milliseconds = folder, writer, milliseconds
        self._closed = False
        self._start(known)

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        store: str,
        sync: Sync = Sync.ALWAYS,
        interval_milliseconds: int | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        segment_events: int = SEGMENT_EVENTS,
        known: Head | None = None,
    ) -> "EventLog":
        """Open a log, and make it where there is none; a torn end is set aside, and recorded as `log.repaired`.

        `known` is an event that was acknowledged, so that the log has to hold it. Raises CorruptLog, LostEvents, LinkInLog,
        CannotOpen, CannotAppend and DiskFull.
        """

        def writer() -> Writer:
            return Writer(folder, clock, store, sync, segment_bytes, segment_events)

        milliseconds = (interval_milliseconds or _INTERVAL) if sync is Sync.INTERVAL else None
        return cls(folder, writer, known, milliseconds)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    @property
    def sync(self) -> Sync:
        """When events are forced to the disk."""
        return self._end.sync

    @property
    def head(self) -> Head:
        """The last event that is known of, be it of this process or not."""
        return self._end.head

    @property
    def durable(self) -> int:
        """The number of the last event that is known to be on the disk."""
        return self._end.syncing.durable

    @contextmanager
    def writing(self) -> Iterator[Tail]:
        """Hold the end of the log, all that others have written taken in; not to be entered twice by one thread.

        Raises Poisoned, Closed, CorruptLog, LinkInLog and CannotAppend.
        """
        self._demand_open()
        with self._thread:
            self._end.syncing.demand_sound()
            lock = self._caught_up()
            tail = Tail(self._end)
            try:
                yield tail
            finally:
                tail.release()
                give_lock(lock)

    def append(self, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        """Record events, all or none, durable as its Sync says; raises what `writing`, `Tail.write` and `settle` do."""
        with self.writing() as tail:
            events = tail.write(drafts)
        if events:
            self.settle(events[-1].seq)
        return events

    def settle(self, seq: int) -> None:
        """Return when event `seq` is durable; with Sync.INTERVAL and Sync.NEVER, at once. Raises CannotAppend and Poisoned."""
        self._demand_open()
        if self._end.syncs_for_callers:
            self._end.syncing.settle(seq)

    def close(self) -> None:
        """Let the log go, synced unless that is left to the system; raises CannotAppend."""
        if self._closed or self._process != os.getpid():
            self._closed = True
            return
        if self._interval:
            self._interval.end()
        with self._thread:
            self._closed = True
            try:
                self._end.finish()
            except OSError as error:
                raise CannotAppend(self._folder, error) from error
            finally:
                self._end.close()

    def __enter__(self) -> "EventLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _caught_up(self) -> int:
        """The lock, when all that others have written is taken in."""
        lock = -1
        try:
            lock = take_lock(self._end.there, self._folder)
            self._end.catch_up()
        except BaseException as error:
            if lock >= 0:
                give_lock(lock)
            if isinstance(error, OSError):
                raise CannotAppend(self._folder, error) from error
            raise
        return lock

    def _demand_open(self) -> None:
        if self._closed:
            raise Closed(self._folder)
        if self._process != os.getpid():
            # A fork: what is open is shared with the parent, and its threads, which may hold locks, are not here.
            self._end.disown()
            self._start(None)

    def _start(self, known: Head | None) -> None:
        self._process = os.getpid()
        self._thread = threading.Lock()
        try:
            self._end = self._writer()
            try:
                with locked(self._end.there, self._folder):
                    self._end.begin(known)
            except BaseException:
                self._end.close()
                raise
        except OSError as error:
            raise CannotOpen(self._folder, error) from error
        self._interval = (
            Interval(self._end.syncing, lambda: self._end.head.seq, self._milliseconds) if self._milliseconds else None
        )
