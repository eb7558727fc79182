"""How it went, in numbers, from the records of runs: what became of them, how long they took, what had to be done again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, TypeVar

from lamina.words.event import Event
from lamina.words.runs import (
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    PhaseStatus,
    Record,
    Run,
    RunFinding,
    RunStatus,
)
from lamina.words.times import instant
from lamina.words.values import dataclass

_Status = TypeVar("_Status", bound=StrEnum)
# Executions whose beginning and end both say something: of an interrupted one nobody knows the end.
_TIMED = (ExecutionStatus.FINISHED, ExecutionStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long things took, in seconds: how many there were, the median, and what nine of ten took at most."""

    count: int
    median: float | None = None
    p90: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of a grade."""

    open: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Work:
    """What an agent did: tries by what became of them, and how long they took."""

    tries: int
    finished: int
    failed: int
    interrupted: int
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class Gates:
    """How often a gate let a phase pass, and how often not."""

    passed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers; every status and grade has its count, be it zero. Retries are the tries, and turns, after the first."""

    runs: Mapping[RunStatus, int]
    run_lengths: Lengths
    phases: Mapping[PhaseStatus, int]
    phase_retries: int
    executions: Mapping[ExecutionStatus, int]
    step_lengths: Lengths
    step_retries: int
    findings: Mapping[Grade, Found]
    agents: Mapping[str, Work]
    interventions: Mapping[InterventionStatus, int]
    artifacts: int
    artifact_bytes: int
    checkpoints: int
    gates: Gates

    def shape(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)


def statistics(records: Iterable[Record], gates: Gates | None = None) -> Statistics:
    """The numbers of the records of any number of runs; what gates said is in no record, but in the log (`gates_of`)."""
    by: dict[type, list[Any]] = {}
    for one in records:
        by.setdefault(type(one), []).append(one)
    runs: list[Run] = by.get(Run, [])
    phases: list[Phase] = by.get(Phase, [])
    executions: list[Execution] = by.get(Execution, [])
    artifacts: list[Artifact] = by.get(Artifact, [])
    return Statistics(
        runs=_counted(RunStatus, (one.status for one in runs)),
        run_lengths=_lengths((one.created, one.ended) for one in runs if one.ended),
        phases=_counted(PhaseStatus, (one.status for one in phases)),
        phase_retries=sum(max(one.attempt - 1, 0) for one in phases),
        executions=_counted(ExecutionStatus, (one.status for one in executions)),
        step_lengths=_lengths_of(executions),
        step_retries=len(executions) - len({(one.run, one.phase, one.step) for one in executions}),
        findings=_findings(by.get(RunFinding, [])),
        agents=_agents(executions),
        interventions=_counted(InterventionStatus, (one.status for one in by.get(Intervention, []))),
        artifacts=len(artifacts),
        artifact_bytes=sum(one.size for one in artifacts),
        checkpoints=len(by.get(Checkpoint, [])),
        gates=gates or Gates(),
    )


def gates_of(events: Iterable[Event]) -> Gates:
    """What the gates said, by the log."""
    counts = Counter(one.type for one in events)
    return Gates(counts["gate.passed"], counts["gate.failed"])


def _counted(statuses: type[_Status], found: Iterable[_Status]) -> Mapping[_Status, int]:
    counts = Counter(found)
    return {status: counts[status] for status in statuses}


def _findings(found: Iterable[RunFinding]) -> Mapping[Grade, Found]:
    counts = Counter((one.grade, one.resolved is not None) for one in found)
    return {grade: Found(counts[grade, False], counts[grade, True]) for grade in Grade}


def _agents(executions: Iterable[Execution]) -> Mapping[str, Work]:
    """By agent, those that did most first."""
    by: dict[str, list[Execution]] = {}
    for one in executions:
        if one.agent is not None:
            by.setdefault(one.agent, []).append(one)
    order = sorted(by, key=lambda agent: (-len(by[agent]), agent))
    return {agent: _work(by[agent]) for agent in order}


def _work(executions: list[Execution]) -> Work:
    counts = Counter(one.status for one in executions)
    return Work(
        len(executions),
        counts[ExecutionStatus.FINISHED],
        counts[ExecutionStatus.FAILED],
        counts[ExecutionStatus.INTERRUPTED],
        _lengths_of(executions),
    )


def _lengths_of(executions: Iterable[Execution]) -> Lengths:
    return _lengths((one.started, one.ended) for one in executions if one.ended and one.status in _TIMED)


def _lengths(spans: Iterable[tuple[str, str | None]]) -> Lengths:
    """The median is that of two in the middle, the p90 by nearest rank; a span over a clock that was set back lasts no time."""
    lengths = sorted(max(instant(end) - instant(start), 0) for start, end in spans if end)
    if not lengths:
        return Lengths(0)
    half = len(lengths) // 2
    median = (lengths[half] + lengths[-half - 1]) / 2
    ninth = lengths[-(-len(lengths) * 9 // 10) - 1]
    return Lengths(len(lengths), median / 1e6, ninth / 1e6, sum(lengths) / 1e6)
