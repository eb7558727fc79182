"""The end of a log, where it is written: whole lines or none, under the lock that the caller holds."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from lamina.words.event import Draft, Event, Head
from lamina.words.event_line import event, line, place
from lamina.world.log.entries import (
    Segment,
    is_sealed,
    let_go,
    listed,
    make_folder,
    open_file,
    open_folder,
    opened_file,
    seal,
    segment_name,
    sync_folders,
)
from lamina.world.log.failures import FULL, CannotAppend, CorruptLog, DiskFull, LostEvents
from lamina.world.log.reading import lines
from lamina.world.log.repair import set_aside
from lamina.world.log.scanning import EVERYTHING, Extent, Walk, extent, last_of, pread
from lamina.world.log.slack import give_slack, keep_slack
from lamina.world.log.syncing import Sync, Syncing

# After how many events room is sought again for the slack file that was given back.
_PATIENCE = 64


class Writer:
    """The last segment of a log, opened, and what is known of it; the caller holds the lock for all that is done with it."""

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], store: str, sync: Sync, most_bytes: int, most_events: int
    ) -> None:
        make_folder(folder)
        self.folder = folder
        self.there = open_folder(folder)
        self.head = Head()
        self._clock, self._store, self.sync = clock, store, sync
        self._most_bytes, self._most_events = most_bytes, most_events
        self._file, self._first, self._size, self._events, self._sealed = -1, 1, 0, 0, False
        self._slack = False
        self.syncing = Syncing(folder, lambda: (self._file, self.head.seq))

    @property
    def path(self) -> Path:
        """The segment that is written to."""
        return self.folder / segment_name(self._first)

    def begin(self, known: Head | None) -> None:
        """Open the last segment and judge it, repair what is torn, or begin a log; raises CorruptLog and LostEvents."""
        present = listed(self.there, self.folder)
        for one in present[:-1]:
            if not is_sealed(os.stat(one.path.name, dir_fd=self.there, follow_symlinks=False)):
                os.chmod(one.path.name, 0o400, dir_fd=self.there)
        if not present and known is not None and known.seq:
            raise LostEvents(self.path, 0, known, Head())
        if not present:
            self._add_segment(1)
        else:
            self._open_segment(present[-1].first)
            # What is in memory only may be gone after a sync that failed: read what the disk has.
            os.fdatasync(self._file)
            os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_DONTNEED)
            before = self._end_of(present[-2]) if len(present) > 1 else None
            self._take(extent(Walk(self._file, self._first, head=before)), known)
        self._slack = keep_slack(self.there, self.folder)
        if not self._size:
            self.write([])
        self.syncing.reach(self.head.seq)

    def catch_up(self) -> None:
        """Take in what other processes have written, at the cost of one fstat when they have not."""
        while True:
            status = os.fstat(self._file)
            if status.st_size != self._size or not status.st_nlink:
                if status.st_size < self._size or not status.st_nlink:
                    raise LostEvents(self.path, status.st_size, self.head, Head())
                self._take(extent(Walk(self._file, self._first, self._size, self.head)))
            if not is_sealed(status):
                return
            self._sealed = True
            later = [one for one in listed(self.there, self.folder) if one.first > self._first]
            if not later:
                return
            if later[0].first != self.head.seq + 1:
                raise CorruptLog(later[0].path, 0, self.head.seq + 1, "is missing")
            self._open_segment(later[0].first)

    def write(self, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        """Write events, all or none; a new segment begins with one of its own.

        Raises what `line` raises, CannotAppend and DiskFull; after a sync that failed the log is poisoned.
        """
        turning = self._sealed or self._size >= self._most_bytes or self._events >= self._most_events
        try:
            opening = self._opening(turning) if turning or not self._size else []
            written, head, time = [], self.head, self._now()
            for draft in (*opening, *drafts):
                data, head = line(draft, head, time)
                written.append(data)
            if turning:
                self._turn()
            self._put(b"".join(written), head, len(written))
        except OSError as error:
            raise self._failure(error) from error
        if not self._slack and head.seq % _PATIENCE < len(written):
            self._slack = keep_slack(self.there, self.folder)
        return tuple(event(data[:-1]) for data in written[len(opening) :])

    @property
    def syncs_for_callers(self) -> bool:
        """Whether who has written waits until it is durable."""
        return self.sync in (Sync.ALWAYS, Sync.GROUP)

    def finish(self) -> None:
        """Sync what is not synced yet, unless that is left to the system; raises OSError."""
        if self.sync is not Sync.NEVER and self.syncing.poison is None and self.syncing.durable < self.head.seq:
            self.syncing.now()

    def close(self) -> None:
        """Let the files go."""
        with self.syncing.file:
            self.disown()

    def disown(self) -> None:
        """Let the files go that a fork has given to this process too."""
        for file in (self._file, self.there):
            if file >= 0:
                let_go(file)
        self._file = self.there = -1

    def _put(self, data: bytes, head: Head, events: int) -> None:
        """Write bytes at the end; if they cannot be written and synced, take them back."""
        new = not self._size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            if new:
                os.fsync(self._file)
                sync_folders(self.folder) if self._first == 1 else os.fsync(self.there)
            elif self.sync is Sync.ALWAYS:
                os.fdatasync(self._file)
        except OSError as error:
            self._take_back(error, synced=not rest)
            raise
        self.head, self._size, self._events = head, self._size + len(data), self._events + events
        if new or self.sync is Sync.ALWAYS:
            self.syncing.reach(head.seq)

    def _take_back(self, error: OSError, *, synced: bool) -> None:
        """Cut off what was not written whole; poison the log if the disk failed, or this does."""
        if synced and error.errno not in FULL:
            self.syncing.fail(error)
        cut = False
        try:
            os.ftruncate(self._file, self._size)
            cut = True
            os.fdatasync(self._file)
        except OSError as second:
            if not (cut and second.errno in FULL):
                self.syncing.fail(second)

    def _failure(self, error: OSError) -> CannotAppend:
        if error.errno in FULL:
            give_slack(self.there)
            self._slack = False
            return DiskFull(self.path, error)
        return CannotAppend(self.path, error)

    def _turn(self) -> None:
        """Seal the segment and begin the next one. Sealing comes first: by it other processes know that there is another."""
        if self.syncing.durable < self.head.seq:
            self.syncing.now()
        seal(self._file)
        self._sealed = True
        self._add_segment(self.head.seq + 1)

    def _opening(self, turning: bool) -> list[Draft]:
        """What a new segment says first: the log's store, or how the segment before it ended."""
        if turning:
            facts = {"segment": self._first, **_sums(self._file), "events": self._events}
            return [Draft("log.rotated", None, facts)]
        before = [one for one in listed(self.there, self.folder) if one.first < self._first]
        if not before:
            return [Draft("log.created", None, {"store": self._store})]
        with opened_file(self.there, before[-1].path.name, self.folder) as file:
            facts = {"segment": before[-1].first, **_sums(file), "events": self._first - before[-1].first}
        return [Draft("log.rotated", None, facts)]

    def _add_segment(self, first: int) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._replace(open_file(self.there, segment_name(first), flags, self.folder), first)

    def _open_segment(self, first: int) -> None:
        name = segment_name(first)
        sealed = is_sealed(os.stat(name, dir_fd=self.there, follow_symlinks=False))
        flags = os.O_RDONLY if sealed else os.O_RDWR | os.O_APPEND
        self._replace(open_file(self.there, name, flags, self.folder), first)
        self._sealed = sealed

    def _replace(self, file: int, first: int) -> None:
        with self.syncing.file:
            if self._file >= 0:
                os.close(self._file)
            self._file, self._first, self._size, self._events, self._sealed = file, first, 0, 0, False

    def _end_of(self, segment: Segment) -> Head:
        """Where the segment before the last one ends."""
        with opened_file(self.there, segment.path.name, self.folder) as file:
            head = last_of(file)
        if head is None or head.seq + 1 != self._first:
            raise CorruptLog(segment.path, segment.size, self._first - 1, "is not at the end of its segment")
        return head

    def _take(self, found: Extent, known: Head | None = None) -> None:
        """Go on from where a segment is sound, its torn rest set aside; raises CorruptLog and LostEvents."""
        if found.head is None or (found.rest and (self._sealed or not found.torn)):
            seq = found.head.seq + 1 if found.head else self._first
            raise CorruptLog(self.path, found.offset, seq, found.reason)
        if known is not None and known.seq and not self._holds(known, found.head):
            raise LostEvents(self.path, found.offset, known, found.head)
        self.head, self._size, self._events = found.head, found.offset, self._events + found.events
        if found.rest:
            kept = self._set_aside(found)
            os.ftruncate(self._file, found.offset)
            os.fsync(self._file)
            facts = {"segment": self._first, "offset": found.offset, "bytes": len(found.rest)}
            self.write([Draft("log.repaired", None, {**facts, "kept_as": kept, "reason": found.reason})])

    def _set_aside(self, found: Extent) -> str:
        try:
            return set_aside(self.there, self.folder, self._first, found)
        except OSError as error:
            if error.errno not in FULL:
                raise
            give_slack(self.there)
            return set_aside(self.there, self.folder, self._first, found)

    def _holds(self, known: Head, head: Head) -> bool:
        """Whether an event is in the log that ends at `head`; those that retention dropped are taken to have been."""
        if known.seq >= head.seq:
            return known == head
        there = next(lines(self.folder, known.seq - 1, known.seq), None)
        return there is None or place(there[:-1]) == known

    def _now(self) -> str:
        moment = self._clock()
        if moment.tzinfo is None:
            raise ValueError("the clock of a log has to tell its time zone")
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _sums(file: int) -> dict[str, object]:
    data = pread(file, EVERYTHING, 0)
    return {"size": len(data), "sha256": sha256(data).hexdigest()}
