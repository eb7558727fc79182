"""The records of a run as `state show` prints them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from lamina.cli.output import safe, safe_line
from lamina.thought.timeline.sentences import brief
from lamina.words.runs import (
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    Record,
    Run,
    RunFinding,
)
from lamina.words.times import instant, lasting, second_of, size_text

Paint = Callable[[str, str], str]
_R = TypeVar("_R", bound=Record)
_COLOURS = {
    "completed": "green", "finished": "green", "failed": "red", "aborted": "red", "interrupted": "yellow",
    "paused": "yellow", "running": "cyan", "in_progress": "cyan", "executing": "cyan",
    "critical": "red", "high": "red", "medium": "yellow",
}  # fmt: skip
_GRADES = list(Grade)
_LONGEST = 160
# Of what was interrupted nobody knows when it ended, and what was skipped took no time.
_TIMED = (ExecutionStatus.FINISHED, ExecutionStatus.FAILED)


def lines_of(records: Sequence[Record], paint: Paint) -> Iterator[str]:
    """Line by line: the run, its phases with their steps, and what there is beside them."""
    run = next(one for one in records if isinstance(one, Run))
    yield from _head(run, paint)
    phases = sorted(_of(records, Phase), key=lambda one: one.number)
    rows = [row for phase in phases for row in _phase_rows(phase, _of(records, Execution))]
    yield from _part("phases", _aligned(rows, paint))
    found = sorted(
        (one for one in _of(records, RunFinding) if one.resolved is None), key=lambda one: _GRADES.index(one.grade)
    )
    yield from _part("open findings", _aligned([_finding_row(one) for one in found], paint))
    asked = [one for one in _of(records, Intervention) if one.status is InterventionStatus.PENDING]
    yield from _part("to be answered", _aligned([_intervention_row(one) for one in asked], paint))
    yield from _part("artifacts", _aligned([_artifact_row(one) for one in _of(records, Artifact)], paint))
    made = sorted(_of(records, Checkpoint), key=lambda one: one.number)
    yield from _part("last checkpoint", _aligned([_checkpoint_row(one) for one in made[-1:]], paint))


def _of(records: Sequence[Record], kind: type[_R]) -> list[_R]:
    return [one for one in records if isinstance(one, kind)]


def _head(run: Run, paint: Paint) -> Iterator[str]:
    where = f" in {safe(run.environment)}" if run.environment else ""
    pinned = ", pinned" if run.pinned else ""
    took = _took(run.created, run.ended)
    yield safe_line(
        f"{safe(run.id)}: {safe(run.workflow)}{where}, {_painted(run.status, paint)}{took and ', '}{took}{pinned}"
    )
    until = f", ended {second_of(run.ended)}" if run.ended else f", last changed {second_of(run.updated)}"
    yield paint(safe(f"created {second_of(run.created)}{until} UTC"), "bright_black")
    if run.error:
        yield f"{paint('error:', 'red')} {safe(brief(run.error))}"
    if run.config_commit:
        yield f"configuration: {safe(run.config_commit)}"
    if run.labels:
        yield f"labels: {safe(', '.join(f'{key}={value}' for key, value in run.labels.items()))}"


def _part(title: str, lines: Iterator[str]) -> Iterator[str]:
    held = list(lines)
    if held:
        yield from ("", f"{title}:", *held)


def _aligned(rows: Sequence[Sequence[str]], paint: Paint) -> Iterator[str]:
    """The rows under each other; a cell that is a status or a severity has its colour."""
    shown = [[safe(brief(cell, _LONGEST)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = [_coloured(cell.ljust(width), cell, paint) for cell, width in zip(row, widths, strict=True) if width]
        yield f"  {'  '.join(cells)}".rstrip()


def _coloured(padded: str, cell: str, paint: Paint) -> str:
    colour = _COLOURS.get(cell.partition(",")[0].replace(" ", "_"))
    return paint(padded, colour) if colour else padded


def _painted(status: str, paint: Paint) -> str:
    colour = _COLOURS.get(status)
    shown = safe(status.replace("_", " "))
    return paint(shown, colour) if colour else shown


def _phase_rows(phase: Phase, executions: Sequence[Execution]) -> Iterator[Sequence[str]]:
    turns = f", {phase.attempt} turns" if phase.attempt > 1 else ""
    took = _took(phase.started, phase.ended)
    yield f"{phase.number} {phase.name}", "", f"{phase.status.replace('_', ' ')}{turns}", took, phase.error or ""
    steps: dict[str, list[Execution]] = {}
    for one in executions:
        if one.phase == phase.number:
            steps.setdefault(one.step, []).append(one)
    for step, tries in steps.items():
        yield _step_row(step, tries)


def _step_row(step: str, tries: Sequence[Execution]) -> Sequence[str]:
    last = tries[-1]
    count = f", {len(tries)} tries" if len(tries) > 1 else ""
    took = _took(last.started, last.ended) if last.status in _TIMED else ""
    return f"  {step}", last.agent or "", f"{last.status}{count}", took, last.error or last.summary or ""


def _finding_row(one: RunFinding) -> Sequence[str]:
    line = "" if one.line is None else f":{one.line}"
    return one.grade, one.id, _in_phase(one.phase), f"{one.file}{line}" if one.file else "", one.title


def _intervention_row(one: Intervention) -> Sequence[str]:
    by = f"asked by {one.requested_by}" if one.requested_by else ""
    return one.kind, one.id, _in_phase(one.phase), by, one.reason


def _artifact_row(one: Artifact) -> Sequence[str]:
    return one.name, size_text(one.size), _in_phase(one.phase), one.digest


def _checkpoint_row(one: Checkpoint) -> Sequence[str]:
    steps = f"{one.steps} step{'s' * (one.steps != 1)} done"
    return str(one.number), one.reason, f"{second_of(one.made)} UTC", steps, size_text(one.size)


def _in_phase(phase: int | None) -> str:
    return "" if phase is None else f"phase {phase}"


def _took(start: str | None, end: str | None) -> str:
    return lasting(max(instant(end) - instant(start), 0)) if start and end else ""
