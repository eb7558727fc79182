"""Events of run state: what happened, each bound to all before it by a hash."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lamina.words.values import dataclass

# What stands in the place of a hash before the first event.
NOTHING = "0" * 64
# The hash of a place that is in no log: the records are ahead of it, and know it.
UNLOGGED = "f" * 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be recorded: its type (`run.created`), the run that it belongs to, if any, and what JSON can hold of it."""

    type: str
    run: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """What was recorded: `seq` counts from one without a gap, `time` is UTC to the microsecond, as `...Z` (RFC 3339)."""

    seq: int
    time: str
    type: str
    run: str | None
    data: Mapping[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log, or a place in it: the sequence number and the hash of the last event."""

    seq: int = 0
    hash: str = NOTHING
