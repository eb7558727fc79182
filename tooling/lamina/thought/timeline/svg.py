"""A timeline as a picture (SVG 1.1) that needs nothing else: no script, font or link; light or dark as the screen is."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from lamina.thought.timeline.lengths import at_once, length, length_of, length_of_all, when
from lamina.thought.timeline.model import Mark, Phase, Span, Step, Timeline, Try
from lamina.thought.timeline.scale import ticks
from lamina.words.harmless import safe
from lamina.words.times import lasting

# The picture: margin, where bars begin, how wide they are, how high a row is; of names so many characters are shown.
_MARGIN, _LEFT, _ROOM, _ROW, _TOP = 24, 404, 640, 26, 112
_WIDTH = _LEFT + _ROOM + _MARGIN
_NAME, _AGENT, _SENTENCE, _MOST_MARKS = 22, 14, 130, 30
# The right ends of the columns of status and length.
_STATUS, _TOOK = 206, _LEFT - 14

_POINTS = {
    "gate.passed": ("good", "M0-6 6 0 0 6-6 0Z"),
    "gate.failed": ("bad", "M-5-5 5 5M5-5-5 5"),
    "intervention.requested": ("warn", "M0-6 6 5-6 5Z"),
    "finding.recorded": ("warn", "M0-6V1M0 4V6"),
    "checkpoint.made": ("calm", "M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z"),
}
_OF_STEPS = {"step.failed": "failed", "step.interrupted": "interrupted"}
_OUTLINES = frozenset({"gate.failed", "finding.recorded"})
_STYLE = """\
text{font:12px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2328}
.title{font-size:17px;font-weight:600}.phase{font-weight:600}.faint{fill:#656d76;font-weight:400}.small{font-size:11px}
.paper{fill:#fff}.band{fill:#f6f8fa}.grid{stroke:#d8dee4;stroke-width:1}
.finished,.completed{fill:#2da44e}.failed,.aborted{fill:#cf222e}.interrupted,.paused{fill:#d4a72c}
.running,.in_progress,.executing,.planning{fill:#218bff}.skipped,.pending,.other{fill:#8c959f}
.open{fill-opacity:.55}.good{fill:#1a7f37}.bad{fill:#cf222e}.warn{fill:#9a6700}.calm{fill:#8c959f}
.line{fill:none;stroke-width:2.4;stroke-linecap:round}.line.bad{stroke:#cf222e}.line.warn{stroke:#9a6700}
.halo{fill:none;stroke:#fff;stroke-width:6;stroke-linecap:round;stroke-linejoin:round}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.faint{fill:#8d96a0}.paper{fill:#0d1117}.band{fill:#161b22}
.grid{stroke:#30363d}.finished,.completed{fill:#3fb950}.failed,.aborted{fill:#f85149}.interrupted,.paused{fill:#e3b341}
.running,.in_progress,.executing,.planning{fill:#58a6ff}.skipped,.pending,.other{fill:#6e7681}
.good{fill:#56d364}.bad{fill:#ff7b72}.warn{fill:#e3b341}.calm{fill:#8b949e}
.line.bad{stroke:#ff7b72}.line.warn{stroke:#e3b341}.halo{stroke:#0d1117}}
"""
_KNOWN = frozenset(
    ("finished", "completed", "failed", "aborted", "interrupted", "paused", "running", "in_progress", "executing",
     "planning", "skipped", "pending")
)  # fmt: skip


def write(timeline: Timeline) -> str:
    """The picture, a row for the run, one for each phase and one for each step; more is said where a pointer rests."""
    return "\n".join(_Picture(timeline).lines()) + "\n"


class _Picture:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._scale = max(timeline.span.length, *(one.at for one in timeline.marks), 1)
        self._rows = 1 + sum(1 + len(phase.steps) for phase in timeline.phases)
        self._bottom = _TOP + self._rows * _ROW
        self._shown = timeline.marks[:_MOST_MARKS]

    def lines(self) -> Iterator[str]:
        more = len(self._timeline.marks) > len(self._shown)
        said = len(self._shown) + more
        height = self._bottom + (said * 18 + 28 if said else 0) + _MARGIN - 8
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
            f'viewBox="0 0 {_WIDTH} {height}" role="img">'
        )
        yield f"<title>{_escaped(f'Timeline of run {self._timeline.run}')}</title>"
        yield f"<style>\n{_STYLE}</style>"
        yield f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="8"/>'
        yield from self._head()
        yield from self._grid()
        yield from self._all_rows()
        yield from self._said(more)
        yield "</svg>"

    def _head(self) -> Iterator[str]:
        one = self._timeline
        where = f" in {one.environment}" if one.environment else ""
        yield _text(_MARGIN, 36, _cut(f"{one.run}: {one.workflow}{where}", 100), "title")
        gone = "" if one.whole else "; its beginning is not in the log"
        status = one.status.replace("_", " ")
        said = f"{status}, {length(one.span)} · {when(one.span, one.last)}, {one.events} events{gone}"
        yield f'<circle class="{_class(one.status)}" cx="{_MARGIN + 5}" cy="56" r="5"/>'
        yield _text(_MARGIN + 17, 60, said, "faint")
        if one.error:
            yield _text(_MARGIN + 17, 79, _cut(one.error, _SENTENCE), "bad")

    def _grid(self) -> Iterator[str]:
        last = -100.0
        for at, name in ticks(self._scale, 10):
            x = self._x(at)
            yield f'<line class="grid" x1="{x:g}" y1="{_TOP - 6}" x2="{x:g}" y2="{self._bottom}"/>'
            if x - last >= 44:
                yield _text(x, _TOP - 12, name, "faint small", "middle")
                last = x

    def _all_rows(self) -> Iterator[str]:
        one = self._timeline
        yield from self._labels(0, one.workflow, "", one.status, 1, length(one.span), True)
        yield self._bar(0, one.span, one.status, f"{one.status}, {length(one.span)}", 6)
        yield from (self._bar(0, span, "paused", f"paused, {length(span)}", 6) for span in one.pauses)
        row = 1
        for phase in one.phases:
            yield from self._phase(row, phase)
            for number, step in enumerate(phase.steps, row + 1):
                yield from self._step(number, step)
            row += 1 + len(phase.steps)

    def _phase(self, row: int, phase: Phase) -> Iterator[str]:
        y = _TOP + row * _ROW
        yield f'<rect class="band" x="{_MARGIN - 8}" y="{y}" width="{_LEFT - _MARGIN}" height="{_ROW}" rx="4"/>'
        took = length_of_all(phase.turns) if phase.turns else ""
        yield from self._labels(
            row, f"{phase.number} {phase.name}", at_once(phase), phase.status, len(phase.turns), took, True
        )
        for one in phase.turns:
            yield self._bar(row, one.span, one.status, _hint(f"phase {phase.number}, turn {one.attempt}", one), 6)
        marks = [mark for mark in self._timeline.marks if mark.phase == phase.number and mark.type in _POINTS]
        yield from (self._point(mark, self._x(mark.at), y + _ROW / 2, True) for mark in marks)

    def _step(self, row: int, step: Step) -> Iterator[str]:
        last = step.last
        yield from self._labels(
            row, step.name, last.agent or "", last.status, len(step.tries), length_of_all(step.tries), False
        )
        for one in step.tries:
            yield self._bar(row, one.span, one.status, _hint(f"{step.name}, try {one.attempt}", one), 14)

    def _labels(
        self, row: int, name: str, agent: str, status: str, tries: int, took: str, strong: bool
    ) -> Iterator[str]:
        y = _TOP + row * _ROW + 17
        indent = 0 if strong else 14
        shown = _cut(name, _NAME + 4 if strong else _NAME)
        agents = f'<tspan class="faint small" dx="8">{_escaped(_cut(agent, _AGENT))}</tspan>' if agent else ""
        yield (
            f'<text class="{"phase" if strong else "step"}" x="{_MARGIN + indent}" y="{y}">{_escaped(shown)}{agents}</text>'
        )
        times = f", {tries} tries" if tries > 1 else ""
        yield _text(_STATUS + 16, y, f"{status.replace('_', ' ')}{times}", "faint small")
        yield _text(_TOOK, y, took, "small", "end")

    def _bar(self, row: int, span: Span, status: str, hint: str, high: int) -> str:
        x, y = self._x(span.at), _TOP + row * _ROW + (_ROW - high) / 2
        wide = max(self._x(span.until) - x, 2)
        going = "" if span.end else " open"
        size = f'width="{wide:g}" height="{high}" rx="{min(high, 6) / 2:g}"'
        return (
            f'<rect class="{_class(status)}{going}" x="{x:g}" y="{y:g}" {size}><title>{_escaped(hint)}</title></rect>'
        )

    def _point(self, mark: Mark, x: float, y: float, halo: bool = False) -> str:
        kind, path = _POINTS[mark.type]
        line = "line " if mark.type in _OUTLINES else ""
        under = f'<path class="halo" d="{path}"/>' if halo else ""
        return (
            f'<g transform="translate({x:g} {y:g})"><title>{_escaped(mark.text)}</title>{under}'
            f'<path class="{line}{kind}" d="{path}"/></g>'
        )

    def _said(self, more: bool) -> Iterator[str]:
        y = self._bottom + 30
        for mark in self._shown:
            if mark.type in _POINTS:
                yield self._point(mark, _MARGIN + 6, y - 4)
            else:
                yield f'<circle class="{_OF_STEPS.get(mark.type, "calm")}" cx="{_MARGIN + 6}" cy="{y - 4}" r="2.5"/>'
            yield _text(_MARGIN + 82, y, lasting(mark.at), "faint small", "end")
            yield _text(_MARGIN + 96, y, _cut(mark.text, _SENTENCE), "step")
            y += 18
        if more:
            count = len(self._timeline.marks) - len(self._shown)
            yield _text(_MARGIN + 96, y, f"and {count:,} more, of which the history tells", "faint")

    def _x(self, at: int) -> float:
        return round(_LEFT + at * _ROOM / self._scale, 2)


def _hint(what: str, one: Try) -> str:
    by, error = f" by {one.agent}" if one.agent else "", f": {one.error}" if one.error else ""
    took = length_of(one)
    return f"{what}{by}: {one.status.replace('_', ' ')}{took and ', '}{took}{error}"


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{where}>{_escaped(text)}</text>'


def _class(status: str) -> str:
    """The class of a status: of one that is not known it is `other`, since it comes from the log."""
    return status if status in _KNOWN else "other"


def _cut(text: str, most: int) -> str:
    shown = safe(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _escaped(text: str) -> str:
    return escape(safe(text), {'"': "&quot;"})
