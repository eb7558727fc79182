"""A timeline in markdown: the phases and steps as a table, and what happened beside them as another."""

from collections.abc import Iterator

from lamina.thought.timeline.lengths import length, length_of_all
from lamina.thought.timeline.model import Phase, Step, Timeline
from lamina.words.harmless import cell, inert, row
from lamina.words.times import lasting, second_of

_LONGEST, _LONGEST_NAME = 400, 200


def write(timeline: Timeline) -> str:
    """A heading, a line about the run, and the tables."""
    return "\n".join(_lines(timeline)) + "\n"


def _lines(timeline: Timeline) -> Iterator[str]:
    where = f" in {cell(timeline.environment, _LONGEST_NAME)}" if timeline.environment else ""
    yield f"### Run {cell(timeline.run)}: {inert(timeline.status)}"
    yield ""
    workflow = cell(timeline.workflow, _LONGEST_NAME)
    yield f"{workflow}{where}, begun {inert(second_of(timeline.span.start))} UTC, {length(timeline.span)}."
    if timeline.error:
        yield f"\n{cell(timeline.error, _LONGEST)}"
    if not timeline.whole:
        yield "\nIts beginning is not in the log; what was carried over stands for it."
    if timeline.phases:
        yield from (
            "",
            row("", "phase, step", "agent", "status", "tries", "at", "took", "error"),
            "|--:|---|---|---|--:|--:|--:|---|",
        )
        for phase in timeline.phases:
            yield _phase(phase)
            yield from map(_step, phase.steps)
    if timeline.marks:
        yield from ("", row("at", "phase", "what"), "|--:|--:|---|")
        for mark in timeline.marks:
            yield row(lasting(mark.at), "" if mark.phase is None else str(mark.phase), cell(mark.text, _LONGEST))


def _phase(phase: Phase) -> str:
    turns = phase.turns
    return row(
        str(phase.number),
        f"**{inert(phase.name[:_LONGEST_NAME])}**",
        "",
        inert(phase.status.replace("_", " ")),
        str(len(turns)) if turns else "",
        lasting(turns[0].span.at) if turns else "",
        length_of_all(turns) if turns else "",
        cell(phase.error, _LONGEST) if phase.error else "",
    )


def _step(step: Step) -> str:
    last = step.last
    return row(
        "",
        cell(step.name, _LONGEST_NAME),
        cell(last.agent, _LONGEST_NAME) if last.agent else "",
        inert(last.status),
        str(len(step.tries)),
        lasting(step.tries[0].span.at),
        length_of_all(step.tries),
        cell(last.error, _LONGEST) if last.error else "",
    )
