"""From the events of one run, in the order of the log, to its timeline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lamina.thought.timeline.carried import beginning
from lamina.thought.timeline.data import number, text
from lamina.thought.timeline.model import Mark, Phase, Span, Step, Timeline, Try, most_at_once
from lamina.thought.timeline.sentences import sentence
from lamina.words.errors import Failure
from lamina.words.event import Event
from lamina.words.times import instant, lasting

_MARKS = (
    *("gate.", "intervention.", "checkpoint.made", "finding.", "artifact.", "log.", "run.carried"),
    *("step.failed", "step.interrupted"),
)
# What a run is, and a phase, when it has got no further.
_FIRST_OF_RUN, _FIRST_OF_PHASE, _RUNNING = "planning", "pending", "running"


class NoSuchRun(Failure):
    """A run of which the log holds no event."""

    def __init__(self, run: str) -> None:
        super().__init__(
            f"the log holds no event of a run {run}", "lamina state runs ENV tells of those that there are"
        )


def timeline(run: str, events: Iterable[Event]) -> Timeline:
    """The timeline of a run, of all whose events these are; raises NoSuchRun where there is none."""
    there = [one for one in events if one.run == run]
    if not there:
        raise NoSuchRun(run)
    kept, whole = beginning(there)
    reading = _Reading(kept[0])
    for event in kept:
        reading.take(event)
    return reading.timeline(run, len(there), whole)


class _Line:
    """The line of time: it goes on as the events' clock does, and stands still where that was set back."""

    def __init__(self) -> None:
        self.at = 0
        self.set_backs = 0
        self._last: int | None = None

    def go_on(self, time: str) -> int:
        """Go to the next event's time; gives by how much the clock was set back before it."""
        try:
            now = instant(time)
        except ValueError:
            return 0
        passed = 0 if self._last is None else now - self._last
        self._last = now
        self.at += max(passed, 0)
        self.set_backs += passed < 0
        return max(-passed, 0)


@dataclass(slots=True)
class _Open:
    """What began and may not have ended yet."""

    status: str
    attempt: int
    start: str
    at: int
    set_backs: int
    id: str | None = None
    agent: str | None = None
    end: str | None = None
    until: int = 0
    set_backs_then: int = 0
    error: str | None = None
    summary: str | None = None

    def span(self, line: _Line) -> Span:
        if self.end is None:
            return Span(self.start, None, self.at, line.at - self.at, line.set_backs > self.set_backs)
        return Span(self.start, self.end, self.at, self.until - self.at, self.set_backs_then > self.set_backs)

    def closed(self, line: _Line) -> Try:
        return Try(self.status, self.attempt, self.span(line), self.id, self.agent, self.error, self.summary)


@dataclass(slots=True)
class _Phase:
    number: int
    name: str = ""
    status: str = _FIRST_OF_PHASE
    retries: int = 0
    error: str | None = None
    turns: list[_Open] = field(default_factory=list)
    steps: dict[str, list[_Open]] = field(default_factory=dict)

    def closed(self, line: _Line) -> Phase:
        steps = tuple(Step(name, tuple(one.closed(line) for one in tries)) for name, tries in self.steps.items())
        turns = tuple(one.closed(line) for one in self.turns)
        at_once = most_at_once(one.span for step in steps for one in step.tries)
        return Phase(self.number, self.name, self.status, self.retries, turns, steps, at_once, self.error)


class _Reading:
    """A run as far as its events were read."""

    def __init__(self, first: Event) -> None:
        self._line = _Line()
        self._whole_run = self._opened(first, _FIRST_OF_RUN)
        self._workflow = ""
        self._environment: str | None = None
        self._last = first.time
        self._pauses: list[_Open] = []
        self._phases: dict[int, _Phase] = {}
        self._tries: dict[str, _Open] = {}
        self._marks: list[Mark] = []

    def take(self, event: Event) -> None:
        back = self._line.go_on(event.time)
        self._last = event.time
        if back:
            self._mark(event, "clock.set_back", f"the clock was set back by {lasting(back)}")
        take = _TAKERS.get(event.type)
        if take is not None:
            take(self, event)
        if event.type.startswith(_MARKS):
            self._mark(event, event.type, sentence(event))

    def timeline(self, run: str, events: int, whole: bool) -> Timeline:
        line, own = self._line, self._whole_run
        return Timeline(
            run, self._workflow, self._environment, own.status, own.span(line), own.error,
            tuple(one.span(line) for one in self._pauses),
            tuple(self._phases[number].closed(line) for number in sorted(self._phases)),
            tuple(self._marks), events, self._last, whole,
        )  # fmt: skip

    def run_created(self, event: Event) -> None:
        self._workflow = text(event, "workflow") or ""
        self._environment = text(event, "environment")

    def run_transitioned(self, event: Event) -> None:
        status = text(event, "status") or self._whole_run.status
        if self._pauses and self._pauses[-1].end is None:
            self._close(self._pauses[-1], event, "over")
        if status == "paused":
            self._pauses.append(self._opened(event, status))
        self._whole_run.status, self._whole_run.error = status, text(event, "error")
        if status not in (_FIRST_OF_RUN, "executing", "paused"):
            self._close(self._whole_run, event, status)
        if "paused" in (status, text(event, "from")) or text(event, "error"):
            self._mark(event, event.type, sentence(event))

    def phase_told(self, event: Event) -> None:
        """Created or updated."""
        phase = self._phase(event)
        phase.name = text(event, "name") or phase.name
        retries = number(event, "retries")
        phase.retries = phase.retries if retries is None else retries

    def phase_transitioned(self, event: Event) -> None:
        phase = self._phase(event)
        phase.status, phase.error = text(event, "status") or phase.status, text(event, "error")
        if phase.status == "in_progress":
            attempt = number(event, "attempt") or len(phase.turns) + 1
            phase.turns.append(self._opened(event, phase.status, attempt))
        elif phase.turns and phase.turns[-1].end is None:
            self._close(phase.turns[-1], event, phase.status)

    def step_started(self, event: Event) -> None:
        self._try(event, _RUNNING)

    def step_ended(self, event: Event) -> None:
        status = event.type.partition(".")[2]
        self._close(self._tries.get(text(event, "id") or "") or self._try(event, status), event, status)

    def _try(self, event: Event, status: str) -> _Open:
        tries = self._phase(event).steps.setdefault(text(event, "step") or "", [])
        opened = self._opened(event, status, number(event, "attempt") or len(tries) + 1)
        opened.id, opened.agent = text(event, "id"), text(event, "agent")
        tries.append(opened)
        if opened.id is not None:
            self._tries[opened.id] = opened
        return opened

    def _phase(self, event: Event) -> _Phase:
        which = number(event, "phase") or 0
        return self._phases.setdefault(which, _Phase(which))

    def _opened(self, event: Event, status: str, attempt: int = 1) -> _Open:
        return _Open(status, attempt, event.time, self._line.at, self._line.set_backs)

    def _close(self, opened: _Open, event: Event, status: str) -> None:
        opened.status, opened.end, opened.until = status, event.time, self._line.at
        opened.set_backs_then = self._line.set_backs
        opened.error, opened.summary = text(event, "error"), text(event, "summary")

    def _mark(self, event: Event, kind: str, said: str) -> None:
        self._marks.append(Mark(event.seq, event.time, self._line.at, kind, number(event, "phase"), said))


_TAKERS: Mapping[str, Callable[[_Reading, Event], None]] = {
    "run.created": _Reading.run_created,
    "run.transitioned": _Reading.run_transitioned,
    "phase.created": _Reading.phase_told,
    "phase.updated": _Reading.phase_told,
    "phase.transitioned": _Reading.phase_transitioned,
    "step.started": _Reading.step_started,
    "step.finished": _Reading.step_ended,
    "step.failed": _Reading.step_ended,
    "step.skipped": _Reading.step_ended,
    "step.interrupted": _Reading.step_ended,
}
