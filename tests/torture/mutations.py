"""The faults: each changes the code of the process that it is called in, which is a child that ends soon."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lamina.changes.state import journal
from lamina.words.event import Draft, Event, Head
from lamina.words.event_line import event, fault, line
from lamina.world.archive import commits
from lamina.world.log import log, scanning, writer
from lamina.world.store import writing


def _nothing(*given: object, **named: object) -> None:
    return None


def _events_not_synced() -> None:
    os.fdatasync = _nothing


def _folders_not_synced() -> None:
    sync = os.fsync
    os.fsync = lambda file: None if stat.S_ISDIR(os.fstat(file).st_mode) else sync(file)


def _sync_again() -> None:
    def again(sync: Callable[[int], None]) -> Callable[[int], None]:
        def synced(file: int) -> None:
            try:
                sync(file)
            except OSError:
                sync(file)

        return synced

    os.fdatasync, os.fsync = again(os.fdatasync), again(os.fsync)


def _named_before_synced() -> None:
    staged = writing.staged
    writing.staged = lambda path, data, durable: staged(path, data, False)


def _not_cut_off() -> None:
    os.ftruncate = _nothing


def _objects_not_synced() -> None:
    import pygit2

    enable = pygit2.settings.enable_fsync_gitdir
    type(pygit2.settings).enable_fsync_gitdir = lambda settings, on: enable(False)
    enable(False)
    commits.sync_path = _nothing


def _states_not_synced() -> None:
    sync = os.fsync
    os.fsync = lambda file: None if "blobs" in os.readlink(f"/proc/self/fd/{file}") else sync(file)


def _acknowledged_before_written() -> None:
    append, left = log.EventLog.append, dict[int, tuple[Sequence[Draft], str]]()

    def late(self: log.EventLog, drafts: Sequence[Draft]) -> tuple[Event, ...]:
        if id(self) in left:
            before, time = left.pop(id(self))
            self._end._now = lambda: time
            append(self, before)
        time = type(self._end)._now(self._end)
        left[id(self)] = (drafts, time)
        return _foreseen(self._end.head, drafts, time)

    log.EventLog.append = late


def _no_lock() -> None:
    fcntl.flock = _nothing


def _sealed_written_again() -> None:
    writer.is_sealed = lambda status: False


def _set_anywhere() -> None:
    def move(self: commits.Archive, name: str, old: str | None, new: str) -> None:
        self.repository.references.create(name, new, force=True)

    commits.Archive.move = move


def _numbered_by_records() -> None:
    written = journal.Logged._written

    def by_records(self: journal.Logged, tail: Any, drafts: tuple[Draft, ...], applied: Head) -> tuple[Event, ...]:
        tail._writer.head = self._projection.applied
        return written(self, tail, drafts, applied)

    journal.Logged._follow = _nothing
    journal.Logged._written = by_records


def _records_first() -> None:
    written = journal.Logged._written

    def first(self: journal.Logged, tail: Any, drafts: tuple[Draft, ...], applied: Head) -> tuple[Event, ...]:
        time = type(tail._writer)._now(tail._writer)
        tail._writer._now = lambda: time
        journal.tell(self._projection, journal.Pending(self._projection), _foreseen(tail.head, drafts, time))
        return written(self, tail, drafts, applied)

    journal.Logged._written = first


def _left_out() -> None:
    def lenient(self: scanning.Walk) -> Iterator[bytes]:
        while lines := scanning._whole_lines(self.file, self.offset):
            for data in lines:
                self.offset += len(data) + 1
                if fault(data, None) is None:
                    self.head = scanning.place(data)
                    yield data

    scanning.Walk.__iter__ = lenient


def _foreseen(head: Head, drafts: Sequence[Draft], time: str) -> tuple[Event, ...]:
    events = []
    for draft in drafts:
        data, head = line(draft, head, time)
        events.append(event(data[:-1]))
    return tuple(events)


MUTATIONS: dict[str, Callable[[], None]] = {
    "events are not synced": _events_not_synced,
    "folders are not synced": _folders_not_synced,
    "a sync that failed is tried again": _sync_again,
    "a file gets its name before it is synced": _named_before_synced,
    "a torn end is not cut off": _not_cut_off,
    "objects of the archive are not synced": _objects_not_synced,
    "the state of a checkpoint is not synced": _states_not_synced,
    "acknowledged before it is written": _acknowledged_before_written,
    "there is no lock": _no_lock,
    "a sealed segment is written again": _sealed_written_again,
    "the archive's branch is set wherever it is": _set_anywhere,
    "the number is taken from the records": _numbered_by_records,
    "the records are told before the log": _records_first,
    "lines that are no events are left out": _left_out,
}
