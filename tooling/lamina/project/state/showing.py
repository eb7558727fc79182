"""What a store holds, gathered for who looks at it: each answer is of one moment, while others write."""

import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from lamina.project.state.opening import HeldState, StatePlace, held_state
from lamina.project.state.telling import gate_events
from lamina.thought.runs.exporting import document
from lamina.thought.runs.report import report
from lamina.thought.runs.statistics import Statistics, gates_of, statistics
from lamina.words.errors import Failure, near
from lamina.words.harmless import safe_json
from lamina.words.runs import KINDS, PhaseStatus, Record, Run
from lamina.words.values import dataclass

# Among how many runs the one is looked for that may be meant.
_NEWEST = 1000
_DONE = (PhaseStatus.COMPLETED, PhaseStatus.SKIPPED)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run, and what is counted of it: phases, those that are done with, open findings, questions without an answer."""

    run: Run
    phases: int
    done: int
    open_findings: int
    pending: int


def run_lines(place: StatePlace, status: Sequence[str] = ()) -> list[RunLine]:
    """The runs, or those of some states, the newest first; raises NoStateKept and NoStore."""
    with held_state(place) as held, held.reader.records.reading():
        return [_line(held, run) for run in held.reader.runs(status or None)]


def records_of_run(place: StatePlace, run: str) -> list[Record]:
    """A run and every record of it; raises NotFound, NoStateKept and NoStore."""
    with held_state(place) as held, held.reader.records.reading():
        held.reader.run(run)
        return [one for kind in KINDS for one in held.reader.records.of_run(kind, run)]


def exported_run(place: StatePlace, run: str, phase: int | None, form: str) -> str:
    """A run, or a phase of it, as text: `json` or `markdown`; raises as `records_of_run`, and NotFound for the phase."""
    records = records_of_run(place, run)
    shape = document(records, phase)
    if form == "markdown":
        return report(records, phase)
    return safe_json(json.dumps(shape, indent=2, ensure_ascii=False)) + "\n"


def run_like(place: StatePlace, run: str) -> str | None:
    """The run whose id is most like that of one that is not there, among the newest; None also where they cannot be read."""
    with suppress(Failure), held_state(place) as held, held.reader.records.reading():
        return near(run, [one.id for one in islice(held.reader.records.runs(), _NEWEST)])
    return None


def statistics_of(place: StatePlace) -> Statistics:
    """The numbers of all runs; raises NoStateKept and NoStore."""
    with held_state(place) as held, held.reader.records.reading():
        records = [one for kind in KINDS for one in held.reader.records.every(kind)]
    return statistics(records, gates_of(gate_events(place)))


def _line(held: HeldState, run: Run) -> RunLine:
    phases = held.reader.phases(run.id)
    return RunLine(
        run,
        len(phases),
        sum(one.status in _DONE for one in phases),
        len(held.reader.findings(run.id, unresolved=True)),
        len(held.reader.interventions(run.id, pending=True)),
    )
