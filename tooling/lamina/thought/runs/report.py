"""The records of a run, or of one phase, in markdown for people; the same records always give the same bytes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from lamina.words.harmless import cell, inert, row
from lamina.words.runs import Artifact, Checkpoint, Execution, Grade, Intervention, Phase, Record, Run, RunFinding
from lamina.words.times import instant, lasting, second_of, size_text

_R = TypeVar("_R", bound=Record)
_LONGEST, _LONGEST_NAME, _MOST_LINES = 400, 200, 12
_GRADES = list(Grade)


def report(records: Iterable[Record], phase: int | None = None) -> str:
    """A heading, a table of what the run is, and a part for each kind of record that there is; of one phase what it has."""
    there = list(records)
    run = next(one for one in there if isinstance(one, Run))
    if phase is not None:
        there = [one for one in there if _number(one) == phase]
    return "\n".join(_lines(run, there, phase)) + "\n"


def _number(one: Record) -> int | None:
    return one.number if isinstance(one, Phase) else getattr(one, "phase", None)


def _lines(run: Run, there: Sequence[Record], phase: int | None) -> Iterator[str]:
    title = f"Run {cell(run.id)}" if phase is None else f"Phase {phase} of run {cell(run.id)}"
    yield f"# {title}"
    yield from ("", *_run(run))
    executions = _of(there, Execution)
    phases = sorted(_of(there, Phase), key=lambda one: one.number)
    yield from _part("Phases", phases, ("", "phase", "status", "turns", "took", "error"), _phase)
    for one in phases:
        steps = [step for step in executions if step.phase == one.number]
        name = f"Steps of phase {one.number}: {inert(one.name[:_LONGEST_NAME])}"
        yield from _part(name, steps, ("step", "try", "agent", "status", "took", "error or summary"), _step)
    found = sorted(_of(there, RunFinding), key=lambda one: (one.resolved is not None, _GRADES.index(one.grade)))
    yield from _part("Findings", found, ("grade", "finding", "phase", "place", "state"), _finding)
    asked = _of(there, Intervention)
    yield from _part("Interventions", asked, ("kind", "reason", "phase", "status", "answer"), _intervention)
    yield from _part("Artifacts", _of(there, Artifact), ("artifact", "size", "digest", "phase"), _artifact)
    made = sorted(_of(there, Checkpoint), key=lambda one: one.number)
    yield from _part("Checkpoints", made, ("", "made (UTC)", "for", "steps done", "size", "digest"), _checkpoint)


def _of(there: Sequence[Record], kind: type[_R]) -> list[_R]:
    return [one for one in there if isinstance(one, kind)]


def _part(title: str, there: Sequence[_R], head: tuple[str, ...], line: Callable[[_R], str]) -> Iterator[str]:
    if there:
        yield from ("", f"## {title}", "", row(*head), "|---" * len(head) + "|", *map(line, there))


def _run(run: Run) -> Iterator[str]:
    yield row("", "")
    yield "|---|---|"
    labels = ", ".join(f"{key}={value}" for key, value in run.labels.items())
    facts = {
        "workflow": cell(run.workflow, _LONGEST_NAME),
        "environment": cell(run.environment) if run.environment else "",
        "status": f"**{run.status}**",
        "created": f"{inert(second_of(run.created))} UTC",
        "ended": f"{inert(second_of(run.ended))} UTC" if run.ended else "",
        "took": _took(run.created, run.ended),
        "error": _told(run.error),
        "configuration": cell(run.config_commit) if run.config_commit else "",
        "labels": cell(labels, _LONGEST) if labels else "",
        "pinned": "yes" if run.pinned else "",
    }
    yield from (row(name, value) for name, value in facts.items() if value)


def _phase(phase: Phase) -> str:
    turns = str(phase.attempt) if phase.attempt else ""
    status = phase.status.replace("_", " ")
    name = inert(phase.name[:_LONGEST_NAME])
    return row(str(phase.number), name, status, turns, _took(phase.started, phase.ended), _told(phase.error))


def _step(one: Execution) -> str:
    agent = cell(one.agent, _LONGEST_NAME) if one.agent else ""
    bound = "≤ " * (one.status == "interrupted")
    took = "" if one.status == "skipped" else _took(one.started, one.ended)
    told = _told(one.error or one.summary)
    return row(cell(one.step, _LONGEST_NAME), str(one.attempt), agent, one.status, took and f"{bound}{took}", told)


def _finding(one: RunFinding) -> str:
    line = "" if one.line is None else f":{one.line}"
    place = cell(f"{one.file}{line}", _LONGEST_NAME) if one.file else ""
    detail = f"<br>{_told(one.detail)}" if one.detail else ""
    by, how = f" by {cell(one.resolved_by)}" if one.resolved_by else "", _told(one.resolution)
    state = f"resolved{by}{how and ': '}{how}" if one.resolved else "**open**"
    return row(one.grade, f"{cell(one.title, _LONGEST)}{detail}", _or_none(one.phase), place, state)


def _intervention(one: Intervention) -> str:
    by = f"{cell(one.answered_by)}: " if one.answered_by and one.answer else cell(one.answered_by or "")
    answer = f"{by}{_told(one.answer)}" if one.answered_by or one.answer else ""
    return row(cell(one.kind), _told(one.reason), _or_none(one.phase), one.status, answer)


def _artifact(one: Artifact) -> str:
    return row(cell(one.name, _LONGEST_NAME), size_text(one.size), cell(one.digest), _or_none(one.phase))


def _checkpoint(one: Checkpoint) -> str:
    made = inert(second_of(one.made))
    return row(str(one.number), made, cell(one.reason), str(one.steps), size_text(one.size), cell(one.digest))


def _told(text: str | None) -> str:
    """Prose, line by line."""
    lines = (text or "").splitlines()
    more = [f"… ({len(lines) - _MOST_LINES:,} more lines)"] if len(lines) > _MOST_LINES else []
    return "<br>".join([*(cell(line, _LONGEST) for line in lines[:_MOST_LINES] if line), *more])


def _or_none(number: int | None) -> str:
    return "" if number is None else str(number)


def _took(start: str | None, end: str | None) -> str:
    """How long it took; nothing of what has not ended, and `set back` where the clock says that it ended before it began."""
    if not start or not end:
        return ""
    length = instant(end) - instant(start)
    return lasting(length) if length >= 0 else "clock set back"
