"""Lines of a segment, judged one after the other; and what to make of bytes that are no line."""

import os
import re
from collections.abc import Iterator

from lamina.words.event import Head
from lamina.words.event_line import MOST_BYTES, fault, place
from lamina.words.values import dataclass

_CHUNK = 1 << 18
EVERYTHING = 1 << 62
_NEAR = (1 << 14, MOST_BYTES)
_START = re.compile(rb'\{"v":1,"seq":')
_END = re.compile(rb',"hash":"[0-9a-f]{64}"\}')
# How many ends are tried for a start: more than one, since what an event holds may look like an end.
_TRIES = 4
CUT = "is cut off"


class Unsound(Exception):
    """A whole line that is not what should stand there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a segment is sound: up to which byte and event; `rest` is what follows, and why it is not sound."""

    offset: int
    head: Head | None
    events: int
    rest: bytes = b""
    reason: str = ""

    @property
    def torn(self) -> bool:
        """Whether the rest is what a write leaves that was cut off: nothing sound is in it."""
        return bool(self.rest) and is_torn(self.rest)


class Walk:
    """A walk over the sound lines of the segment that begins with `first`: `offset` and `head` are where it is.

    It ends before a line that has no end yet, and can be gone on with. Raises Unsound, and stands before that line then.
    """

    def __init__(self, file: int, first: int, offset: int = 0, head: Head | None = None) -> None:
        self.file, self.first, self.offset = file, first, offset
        self.head = Head() if head is None and first == 1 else head

    def __iter__(self) -> Iterator[bytes]:
        while lines := _whole_lines(self.file, self.offset):
            for data in lines:
                wrong = self._fault(data)
                if wrong is not None:
                    raise Unsound(wrong)
                self.head = Head(self.due, data[-66:-2].decode())
                self.offset += len(data) + 1
                yield data

    @property
    def due(self) -> int:
        """The number of the next event."""
        return self.first if self.head is None else self.head.seq + 1

    def rest(self) -> bytes:
        """All that follows."""
        return pread(self.file, EVERYTHING, self.offset)

    def _fault(self, data: bytes) -> str | None:
        wrong = fault(data, self.head)
        if wrong is None and self.head is None and place(data).seq != self.first:
            return f"has the number {place(data).seq} where {self.first} is due"
        return wrong


def extent(walk: Walk) -> Extent:
    """How far a segment is sound."""
    events, reason = 0, CUT
    try:
        for _ in walk:
            events += 1
    except Unsound as unsound:
        reason = unsound.reason
    return Extent(walk.offset, walk.head, events, walk.rest(), reason)


def walk_after(file: int, first: int, after: int) -> Walk:
    """A walk that stands after event `after` of the segment, or as far before it as can be told."""
    size = os.fstat(file).st_size
    if after >= first:
        for near in _NEAR:
            if near < size and (found := _seek_near(file, size - near, after)):
                return Walk(file, first, *found)
    return Walk(file, first)


def last_of(file: int) -> Head | None:
    """Where a segment ends, by its last line alone; None where that does not tell."""
    size = os.fstat(file).st_size
    for near in _NEAR:
        tail = pread(file, near, max(0, size - near))
        data = tail[:-1].rpartition(b"\n")[2]
        if tail.endswith(b"\n") and fault(data, None) is None:
            return place(data)
    return None


def is_torn(rest: bytes) -> bool:
    """Whether bytes at the end of the last segment are what is left of a write that was cut off.

    A write leaves a beginning of what was to be written, maybe with zeros after it. So no sound record may be in it but one
    at its start that lacks only its line feed.
    """
    ends = [found.end() for found in _END.finditer(rest)]
    for found in _START.finditer(rest):
        begin = found.start()
        for end in [end for end in ends if end > begin][:_TRIES]:
            if fault(rest[begin:end], None) is None and (begin or rest[end:].strip(b"\0")):
                return False
    return True


def pread(file: int, most: int, offset: int) -> bytes:
    """Bytes from an offset on, fewer than `most` only at the end of the file."""
    parts = []
    while most > 0 and (part := os.pread(file, min(most, 1 << 24), offset)):
        parts.append(part)
        offset, most = offset + len(part), most - len(part)
    return b"".join(parts)


def _whole_lines(file: int, offset: int) -> list[bytes]:
    size = _CHUNK
    while True:
        data = pread(file, size, offset)
        end = data.rfind(b"\n")
        if end >= 0:
            return data[:end].split(b"\n")
        if len(data) < size:
            return []
        size *= 2


def _seek_near(file: int, offset: int, after: int) -> tuple[int, Head] | None:
    """The same among the lines after an offset, if it is there."""
    data = pread(file, EVERYTHING, offset)
    begin = data.find(b"\n") + 1
    lines = data[begin : data.rfind(b"\n") + 1].split(b"\n")[:-1]
    if not lines or fault(lines[0], None) is not None:
        return None
    index = after - place(lines[0]).seq
    if not 0 <= index < len(lines) or fault(lines[index], None) is not None or place(lines[index]).seq != after:
        return None
    return offset + begin + sum(map(len, lines[: index + 1])) + index + 1, place(lines[index])
