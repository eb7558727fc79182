"""What a run looks like along time: its phases, their steps, the tries at each, and what happened beside them.

Places on the line are microseconds since the run's first event. Where the clock was set back between two events, no time
passed between them as far as anyone knows: nothing ever has a length below zero, and what spans such a place says so.
"""

from collections.abc import Iterable

from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """From `at`, for `length` microseconds; with no `end` it had not ended at the last event. `set_back`: the clock was."""

    start: str
    end: str | None
    at: int
    length: int
    set_back: bool = False

    @property
    def until(self) -> int:
        """Where it ends on the line."""
        return self.at + self.length


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a step, or one turn of a phase. Of an interrupted one nobody knows the end: it was at the latest then."""

    status: str
    attempt: int
    span: Span
    id: str | None = None
    agent: str | None = None
    error: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a phase, with every try at it, the first first; there is at least one."""

    name: str
    tries: tuple[Try, ...]

    @property
    def last(self) -> Try:
        """The try that counts."""
        return self.tries[-1]

    @property
    def length(self) -> int:
        """How long all tries took together."""
        return sum(one.span.length for one in self.tries)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase; it has no turns while it is pending, nor when it was skipped. `at_once`: most steps at the same time."""

    number: int
    name: str
    status: str
    retries: int
    turns: tuple[Try, ...]
    steps: tuple[Step, ...]
    at_once: int = 0
    error: str | None = None

    @property
    def length(self) -> int:
        """How long all turns took together."""
        return sum(one.span.length for one in self.turns)


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened at one moment: the type of its event (`clock.set_back` has none), and what is to be said of it."""

    seq: int
    time: str
    at: int
    type: str
    phase: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run. `whole`: the log still has its beginning; else what was carried over stands in the place of the events."""

    run: str
    workflow: str
    environment: str | None
    status: str
    span: Span
    error: str | None
    pauses: tuple[Span, ...]
    phases: tuple[Phase, ...]
    marks: tuple[Mark, ...]
    events: int
    last: str
    whole: bool


def most_at_once(spans: Iterable[Span]) -> int:
    """How many of the spans there were at the same time, at most; one that begins where another ends is after it."""
    edges = sorted(edge for one in spans if one.length for edge in ((one.at, 1), (one.until, -1)))
    present = most = 0
    for _, change in edges:
        present += change
        most = max(most, present)
    return most
