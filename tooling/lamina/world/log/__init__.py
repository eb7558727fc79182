"""The log of a store on a disk: events in segments, each line bound to all before it; the truth of run state.

A segment `<number of its first event, 20 digits>.jsonl` holds whole lines (`words/event_line.py`). The last one is written to,
the others are sealed: read-only, and never touched but by retention. Each but the first begins with `log.rotated`, which tells
how the one before it ended. Beside them lie `lock`, `slack` (room for when the disk is full) and `torn/` (what was cut off).
"""

from lamina.world.log.checking import Verification, check
from lamina.world.log.cutting import cut
from lamina.world.log.dropping import drop_before, force
from lamina.world.log.entries import Segment, segments
from lamina.world.log.failures import (
    CannotAppend,
    CannotOpen,
    Closed,
    CorruptLog,
    DiskFull,
    EventsGone,
    LinkInLog,
    LostEvents,
    Poisoned,
)
from lamina.world.log.log import EventLog, Tail
from lamina.world.log.reading import first, follow, head, lines, read
from lamina.world.log.syncing import Sync

__all__ = [
    "CannotAppend",
    "CannotOpen",
    "Closed",
    "CorruptLog",
    "DiskFull",
    "EventLog",
    "EventsGone",
    "LinkInLog",
    "LostEvents",
    "Poisoned",
    "Segment",
    "Sync",
    "Tail",
    "Verification",
    "check",
    "cut",
    "drop_before",
    "first",
    "follow",
    "force",
    "head",
    "lines",
    "read",
    "segments",
]
