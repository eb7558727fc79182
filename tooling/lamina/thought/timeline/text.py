"""A timeline on a terminal: a bar a phase and a step, along one line of time.

Steps: `█` finished, `▓` failed, `▒` still running, `░` interrupted, `·` skipped. The run and its phases: `━`, paused `┄`.
On the line of a phase: `◆` a gate passed, `✖` a gate failed, `?` a person was asked, `!` a finding, `○` a checkpoint.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from unicodedata import combining, east_asian_width

from lamina.thought.timeline.lengths import at_once, length, length_of_all, when
from lamina.thought.timeline.model import Mark, Phase, Span, Step, Timeline
from lamina.thought.timeline.scale import ticks
from lamina.thought.timeline.sentences import brief
from lamina.words.harmless import safe, safe_line
from lamina.words.times import lasting

Paint = Callable[[str, str], str]

_COLOURS = {
    "completed": "green", "finished": "green", "failed": "red", "aborted": "red", "interrupted": "yellow",
    "paused": "yellow", "skipped": "bright_black", "pending": "bright_black", "running": "cyan", "in_progress": "cyan",
    "executing": "cyan", "planning": "cyan",
}  # fmt: skip
_SIGNS = {"finished": "█", "failed": "▓", "running": "▒", "interrupted": "░", "skipped": "·"}
_POINTS = {
    "gate.passed": ("◆", "green"),
    "gate.failed": ("✖", "red"),
    "intervention.requested": ("?", "yellow"),
    "finding.recorded": ("!", "yellow"),
    "checkpoint.made": ("○", "bright_black"),
}
_OF_STEPS = {"step.failed": ("▓", "red"), "step.interrupted": ("░", "yellow")}  # fmt: skip
# Of names so much is shown, of marks so many; bars are never narrower.
_LONGEST, _MOST_MARKS, _NARROWEST = 28, 40, 16


def write(timeline: Timeline, width: int, paint: Paint) -> str:
    """The picture, in lines of at most `width` columns where that is wide enough for names and bars at all."""
    return "".join(f"{safe_line(line.rstrip())}\n" for line in _Drawing(timeline, width, paint).lines())


class _Drawing:
    def __init__(self, timeline: Timeline, width: int, paint: Paint) -> None:
        self._timeline, self._paint = timeline, paint
        cells = [_cells_of(timeline)]
        for phase in timeline.phases:
            cells += [_cells_of_phase(phase), *map(_cells_of_step, phase.steps)]
        self._widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
        self._room = max(width - sum(one + 2 for one in self._widths if one), _NARROWEST)
        self._scale = max(timeline.span.length, *(one.at for one in timeline.marks), 1)

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield self._axis()
        yield self._line(_cells_of(self._timeline), self._timeline.status, self._run_bar())
        for phase in self._timeline.phases:
            yield self._line(_cells_of_phase(phase), phase.status, self._phase_bar(phase))
            for step in phase.steps:
                yield self._line(_cells_of_step(step), step.last.status, self._step_bar(step))
        yield from self._marks()

    def _head(self) -> Iterator[str]:
        one = self._timeline
        where = f" in {safe(one.environment)}" if one.environment else ""
        status = self._paint(safe(one.status.replace("_", " ")), _COLOURS.get(one.status, "bright_black"))
        yield f"{safe(one.run)}: {safe(one.workflow)}{where}, {status}, {length(one.span)}"
        yield self._paint(f"{safe(when(one.span, one.last))}, {one.events} events", "bright_black")
        if not one.whole:
            yield "its beginning is not in the log; what was carried over stands for it"
        if one.error:
            yield f"{self._paint('error:', 'red')} {safe(brief(one.error))}"
        yield ""

    def _line(self, cells: Sequence[str], status: str, bar: str) -> str:
        colour = _COLOURS.get(status)
        padded = [
            cell.rjust(width) if number == 3 else cell + " " * (width - columns(cell))
            for number, (cell, width) in enumerate(zip(cells, self._widths, strict=True))
        ]
        padded[1] = self._paint(padded[1], "bright_black") if padded[1].strip() else padded[1]
        padded[2] = self._paint(padded[2], colour) if colour else padded[2]
        shown = [cell for cell, width in zip(padded, self._widths, strict=True) if width]
        return "  ".join([*shown, bar])

    def _axis(self) -> str:
        room = self._room
        line = [" "] * room
        free = 0
        for at, name in ticks(self._scale, max(room // 12, 1)):
            start = min(at * room // self._scale, room - 1)
            if start < free or start + len(name) + 1 > room:
                continue
            line[start : start + len(name) + 1] = f"╷{name}"
            free = start + len(name) + 2
        indent = " " * sum(one + 2 for one in self._widths if one)
        return indent + self._paint("".join(line).rstrip(), "bright_black")

    def _cells(self, span: Span) -> range:
        """The columns that a span covers: one at the least."""
        room, scale = self._room, self._scale
        start = min(span.at * room // scale, room - 1)
        return range(start, max(min(-(-span.until * room // scale), room), start + 1))

    def _drawn(self, parts: Sequence[tuple[range, str, str]]) -> str:
        """A bar of signs in their colours; what is later in the list covers what is before."""
        line = [(" ", "")] * self._room
        for where, sign, colour in parts:
            for column in where:
                line[column] = (sign, colour)
        runs = ((colour, "".join(sign for sign, _ in group)) for colour, group in groupby(line, lambda one: one[1]))
        return "".join(self._paint(signs, colour) if colour else signs for colour, signs in runs)

    def _run_bar(self) -> str:
        one = self._timeline
        colour = _COLOURS.get(one.status, "bright_black")
        pauses = [(self._cells(span), "┄", "yellow") for span in one.pauses]
        return self._drawn([(self._cells(one.span), "━", colour), *pauses])

    def _phase_bar(self, phase: Phase) -> str:
        turns = [(self._cells(one.span), "━", _COLOURS.get(one.status, "cyan")) for one in phase.turns]
        points = [
            (self._cells(Span("", "", mark.at, 0)), *_POINTS[mark.type])
            for mark in self._timeline.marks
            if mark.phase == phase.number and mark.type in _POINTS
        ]
        return self._drawn([*turns, *points])

    def _step_bar(self, step: Step) -> str:
        return self._drawn(
            [
                (self._cells(one.span), _SIGNS.get(one.status, "█"), _COLOURS.get(one.status, "cyan"))
                for one in step.tries
            ]
        )

    def _marks(self) -> Iterator[str]:
        marks = self._timeline.marks
        if not marks:
            return
        yield ""
        width = max(len(lasting(one.at)) for one in marks[:_MOST_MARKS])
        yield from (self._mark(one, width) for one in marks[:_MOST_MARKS])
        if len(marks) > _MOST_MARKS:
            yield f"and {len(marks) - _MOST_MARKS:,} more, of which the history tells"

    def _mark(self, mark: Mark, width: int) -> str:
        sign, colour = (_POINTS | _OF_STEPS).get(mark.type, ("·", "bright_black"))
        at = self._paint(lasting(mark.at).rjust(width), "bright_black")
        return f"  {self._paint(sign, colour)} {at}  {safe(brief(mark.text))}"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _cells_of(timeline: Timeline) -> tuple[str, str, str, str]:
    return _cut(timeline.workflow), "", safe(timeline.status), length(timeline.span)


def _cells_of_phase(phase: Phase) -> tuple[str, str, str, str]:
    took = length_of_all(phase.turns) if phase.turns else ""
    return _cut(f"{phase.number} {phase.name}"), at_once(phase), _status(phase.status, len(phase.turns)), took


def _cells_of_step(step: Step) -> tuple[str, str, str, str]:
    status = _status(step.last.status, len(step.tries))
    return f"  {_cut(step.name)}", _cut(step.last.agent or ""), status, length_of_all(step.tries)


def _status(status: str, tries: int) -> str:
    return safe(status.replace("_", " ")) + (f", {tries} tries" if tries > 1 else "")


def _cut(name: str) -> str:
    shown = safe(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
