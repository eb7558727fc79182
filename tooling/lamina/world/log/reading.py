"""Reading a log: without a lock, beside whoever writes, whole records only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lamina.words.event import Event, Head
from lamina.words.event_line import event
from lamina.world.log.entries import Segment, opened_file, opened_folder, segments
from lamina.world.log.failures import CannotOpen, CorruptLog, EventsGone
from lamina.world.log.scanning import CUT, Unsound, Walk, is_torn, last_of, walk_after


def read(folder: Path, after: int = 0, upto: int | None = None) -> Iterator[Event]:
    """The events of a log that follow number `after`, up to `upto`, as far as it goes now; each is verified.

    Where retention dropped what was asked for, it begins with what is there. Raises CorruptLog at the first record that is not
    what was written, EventsGone, LinkInLog and CannotOpen.
    """
    for data, _ in walk(folder, after, upto):
        yield event(data)


def lines(folder: Path, after: int = 0, upto: int | None = None) -> Iterator[bytes]:
    """The same as they are written, each with its line feed."""
    for data, _ in walk(folder, after, upto):
        yield data + b"\n"


def follow(folder: Path, after: int, poll: Callable[[], None]) -> Iterator[Event]:
    """The events after `after`, those to come too: between two looks `poll` is called, which waits, or raises to end this."""
    while True:
        for one in read(folder, after):
            after = one.seq
            yield one
        poll()


def head(folder: Path) -> Head:
    """Where a log ends; the beginning where there is none. Raises as `read`."""
    for segment in reversed(segments(folder)):
        with _file(segment) as file:
            last = last_of(file)
            if last is None:
                walk = Walk(file, segment.first)
                for _ in _sound(walk, segment):
                    pass
                last = walk.head
        if last is not None and last.seq:
            return last
    return Head()


def first(folder: Path) -> int:
    """The lowest sequence number that is there: 1, unless retention dropped segments."""
    return min((one.first for one in segments(folder)), default=1)


def walk(folder: Path, after: int = 0, upto: int | None = None) -> Iterator[tuple[bytes, Head]]:
    """Each line, without its line feed, and where the log is after it; as `read`."""
    head: Head | None = None
    present = segments(folder)
    at = next((one for one in reversed(present) if one.first <= after + 1), present[0] if present else None)
    while at is not None:
        for data, reached in _drained(at, after, head):
            if upto is not None and reached.seq > upto:
                return
            yield data, reached
            head, after = reached, reached.seq
        if not at.sealed:
            return
        # Looked for anew: what is the last one now, and may grow, was maybe not there at the last look.
        present = segments(folder)
        if present and at.first < present[0].first != after + 1:
            raise EventsGone(at.path)
        at = next((one for one in present if one.first > at.first), None)


def _drained(segment: Segment, after: int, head: Head | None) -> Iterator[tuple[bytes, Head]]:
    """What a segment holds after event `after`; of a sealed one, all of it."""
    with _file(segment) as file:
        walk = walk_after(file, segment.first, after)
        walk.head = walk.head or head
        for data in _sound(walk, segment):
            assert walk.head is not None
            if walk.head.seq > after:
                yield data, walk.head


def _sound(walk: Walk, segment: Segment) -> Iterator[bytes]:
    """The rest of a walk; what is torn at the end of the last segment is not part of it. Raises CorruptLog.

    What is unsound may be a write that was just taken back, with another in its place: it is looked at twice.
    """
    doubted = -1
    while True:
        try:
            yield from walk
            reason = CUT
        except Unsound as unsound:
            reason = unsound.reason
        rest = walk.rest()
        if reason == CUT and b"\n" in rest:
            continue  # written since the last look
        if not rest or (not segment.sealed and is_torn(rest)):
            return
        if doubted == walk.offset:
            raise CorruptLog(segment.path, walk.offset, walk.due, reason)
        doubted = walk.offset


@contextmanager
def _file(segment: Segment) -> Iterator[int]:
    try:
        with (
            opened_folder(segment.path.parent) as there,
            opened_file(there, segment.path.name, segment.path.parent) as file,
        ):
            yield file
    except FileNotFoundError:
        raise EventsGone(segment.path) from None
    except OSError as error:
        raise CannotOpen(segment.path, error) from error
