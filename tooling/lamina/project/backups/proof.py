"""Whether a log is whole and adds up to the records that a backup has: it is told the lines, segment by segment."""

from hashlib import sha256
from typing import Any

from lamina.project.backups.records import text_of, wanted
from lamina.thought.backups.manifest import Manifest, Member
from lamina.thought.backups.points import Point
from lamina.thought.runs.replaying import Replay
from lamina.words.errors import Failure
from lamina.words.event import Event, Head
from lamina.words.event_line import event, fault, place
from lamina.words.runs import KINDS

# What applying an event may raise that was never judged: one of a log that somebody made up.
_SENSELESS = (KeyError, TypeError, ValueError, AttributeError, AssertionError, Failure)


class Unproved(ValueError):
    """A log or records that are not what they should be; its text says where."""


class Proof:
    """The proof of a log, line by line; `state` is what the lines so far add up to."""

    def __init__(self, manifest: Manifest, point: Point | None = None) -> None:
        self.state = Replay()
        self._manifest, self._point = manifest, point
        self._head: Head | None = Head() if manifest.first == 1 else None
        self._before: tuple[int, Member] | None = None
        self._rotated: dict[str, Any] | None = None

    def begin(self, first: int, member: Member) -> None:
        """A segment follows, which begins with an event; raises Unproved."""
        due = self._manifest.first if self._head is None else self._head.seq + 1
        if first != due:
            raise Unproved(f"{member.name} stands where event {due} is due")
        self._rotated = None
        if self._before is not None:
            began, one = self._before
            self._rotated = {"segment": began, "size": one.size, "sha256": one.sha256, "events": first - began}
        self._before = first, member

    def take(self, line: bytes) -> None:
        """The next line, with its line feed; raises Unproved."""
        due = self._manifest.first if self._head is None else self._head.seq + 1
        wrong = fault(line[:-1], self._head) if line.endswith(b"\n") else "is cut off"
        if wrong is None and self._head is None and place(line[:-1]).seq != due:
            wrong = "is another"
        if wrong is not None:
            raise Unproved(f"event {due} {wrong}")
        try:
            self._happen(event(line[:-1]))
        except _SENSELESS as error:
            raise Unproved(f"event {due} says what cannot be: {error}") from None
        self._head = place(line[:-1])

    def finish(self, records: Member) -> None:
        """Raise Unproved unless the log ends where the manifest says, and adds up to these records."""
        if self._head != self._manifest.head:
            raise Unproved(f"the log ends with event {self._head.seq if self._head else 0}, and not where it should")
        text = text_of(self.state)
        if (len(text), sha256(text).hexdigest()) != (records.size, records.sha256):
            raise Unproved("the records are not what the events say")

    @property
    def blobs(self) -> set[str]:
        """The digests of the blobs that the records name."""
        return wanted(one for kind in KINDS for one in self.state.every(kind))

    def _happen(self, one: Event) -> None:
        if self._rotated is not None:
            if one.type != "log.rotated" or one.data != self._rotated:
                raise ValueError("it does not tell how the segment before it ended")
            self._rotated = None
        self.state.take(one)
        if self._point is not None:
            self._point.take(one)
