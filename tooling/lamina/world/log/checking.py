"""The whole of a log, verified: every record, the chain through all segments, and what each says of the one before."""

from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from lamina.words.event import Head
from lamina.words.event_line import event
from lamina.words.values import dataclass
from lamina.world.log.entries import Segment, segments
from lamina.world.log.failures import CorruptLog
from lamina.world.log.reading import walk


@dataclass(frozen=True, slots=True)
class Verification:
    """What is sound of a log: from `first` on, up to `head`, in so many segments; and what ends it, if anything does."""

    first: int
    head: Head
    events: int
    segments: int
    fault: CorruptLog | None = None


def check(folder: Path) -> Verification:
    """Verify a log; raises CannotOpen, LinkInLog and EventsGone."""
    present = segments(folder)
    begun = {one.first: before for before, one in pairwise(present)}
    head, events = Head(), 0
    try:
        for data, head in walk(folder):
            events += 1
            if (before := begun.get(head.seq)) is not None:
                _demand_facts(data, before, head.seq)
    except CorruptLog as fault:
        return Verification(_first(present), head, events, len(present), fault)
    return Verification(_first(present), head, events, len(present))


def _first(present: tuple[Segment, ...]) -> int:
    return present[0].first if present else 1


def _demand_facts(data: bytes, before: Segment, seq: int) -> None:
    """Raises CorruptLog where a segment's first event is not of the segment before it."""
    said = event(data)
    content = before.path.read_bytes()
    facts = {"segment": before.first, "size": len(content), "sha256": sha256(content).hexdigest()}
    if said.type != "log.rotated" or said.data != {**facts, "events": seq - before.first}:
        raise CorruptLog(before.path, 0, seq, "does not tell how the segment before it ended")
