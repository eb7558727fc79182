"""The history of a run: what happened, in the order of the log; as text, JSON and markdown."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lamina.thought.timeline.sentences import brief, sentence
from lamina.words.event import Event
from lamina.words.harmless import cell, inert, row, safe, safe_json, safe_line
from lamina.words.times import second_of

Paint = Callable[[str, str], str]
_COLOURS = {
    "step.failed": "red", "gate.failed": "red", "step.interrupted": "yellow", "step.finished": "green",
    "gate.passed": "green", "intervention.requested": "yellow", "finding.recorded": "yellow",
}  # fmt: skip
_LONGEST = 400


def text(events: Iterable[Event], paint: Paint) -> Iterator[str]:
    """A line an event, without its line feed: number, time (UTC), what it says; and whether the clock was set back before."""
    before = ""
    for event in events:
        # Times of one form are in the order of their text.
        back = paint(" (the clock was set back)", "yellow") if event.time < before else ""
        said, colour = safe(brief(sentence(event))), _COLOURS.get(event.type)
        when = f"{second_of(event.time)}{event.time[19:23]}"
        said = paint(said, colour) if colour else said
        yield safe_line(f"{event.seq:>6}  {paint(safe(when), 'bright_black')}  {said}{back}")
        before = event.time


def json_text(run: str, events: Iterable[Event]) -> str:
    """`{"run", "events": [{"seq", "time", "type", "text", "data"}]}`."""
    shape = {"run": run, "events": [_shape(one) for one in events]}
    return safe_json(json.dumps(shape, indent=2, ensure_ascii=False)) + "\n"


def markdown(run: str, events: Iterable[Event]) -> str:
    """A heading and a table."""
    rows = [row(str(one.seq), inert(second_of(one.time)), cell(sentence(one), _LONGEST)) for one in events]
    return "\n".join([f"### History of {cell(run)}", "", row("", "time (UTC)", "what"), "|--:|---|---|", *rows]) + "\n"


def _shape(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "time": event.time,
        "type": event.type,
        "text": sentence(event),
        "data": event.data,
    }
