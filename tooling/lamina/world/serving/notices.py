"""Notices: what a stream tells, and what a client that comes back has missed (https://html.spec.whatwg.org/#server-sent-events)."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

# When a client comes back after it was cut off, in milliseconds.
_RETRY = 1000
STILL_HERE = b": still here\n\n"
BEGIN = f"retry: {_RETRY}\n\n".encode()
FULL = b'event: reconnect\ndata: {"reason":"you read too slowly"}\n\n'


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of the stream, its data one line; `id` marks one that a client can go on from."""

    event: str
    data: bytes
    id: str | None = None

    @property
    def text(self) -> bytes:
        """As it is sent."""
        id = b"" if self.id is None else b"id: " + self.id.encode() + b"\n"
        return b"event: " + self.event.encode() + b"\n" + id + b"data: " + self.data + b"\n\n"


class Past:
    """The last notices, so that a client which was away for a moment misses none."""

    def __init__(self, most: int) -> None:
        self._kept: deque[Notice] = deque(maxlen=most)
        self._newest: Notice | None = None

    def add(self, notice: Notice) -> None:
        """Remember one."""
        self._kept.append(notice)
        self._newest = notice if notice.id is not None else self._newest

    def since(self, id: str | None) -> Iterator[Notice]:
        """What came after the notice of an id; of one that is not known, the newest that has an id, and what came since."""
        kept = list(self._kept)
        at = [number for number, one in enumerate(kept) if one.id is not None]
        after = [number + 1 for number in at if kept[number].id == id]
        if after:
            yield from kept[after[-1] :]
        elif at:
            yield from kept[at[-1] :]
        else:
            yield from [self._newest] if self._newest else []
            yield from kept
