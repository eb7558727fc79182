"""The words of run state: runs, their phases, executions, findings and so on; and what may become of each.

A field that is None is not known, or not yet. Times are those of events: UTC, RFC 3339, with microseconds and a `Z`.
`version` is the number of the event that last changed the record, so that of two writers one can be told that it is late.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lamina.words.values import dataclass


class RunStatus(StrEnum):
    """How far a run is."""

    PLANNING = "planning"
    EXECUTING = "executing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    ABORTED = "aborted"


class PhaseStatus(StrEnum):
    """How far a phase is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ExecutionStatus(StrEnum):
    """How the execution of a step went. `interrupted`: its owner died, so nobody knows."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"


class Grade(StrEnum):
    """How bad a finding of a run is, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class InterventionStatus(StrEnum):
    """Whether a person has answered."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


# What may follow what; a status that leads nowhere is final.
RUN_STEPS: Mapping[RunStatus, tuple[RunStatus, ...]] = {
    RunStatus.PLANNING: (RunStatus.EXECUTING, RunStatus.ABORTED, RunStatus.FAILED),
    RunStatus.EXECUTING: (RunStatus.PAUSED, RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.ABORTED),
    RunStatus.PAUSED: (RunStatus.EXECUTING, RunStatus.COMPLETED, RunStatus.ABORTED, RunStatus.FAILED),
    RunStatus.COMPLETED: (),
    RunStatus.FAILED: (),
    RunStatus.ABORTED: (),
}
PHASE_STEPS: Mapping[PhaseStatus, tuple[PhaseStatus, ...]] = {
    PhaseStatus.PENDING: (PhaseStatus.IN_PROGRESS, PhaseStatus.SKIPPED),
    PhaseStatus.IN_PROGRESS: (PhaseStatus.COMPLETED, PhaseStatus.FAILED),
    PhaseStatus.COMPLETED: (),
    # Once more, while retries are left or a person says so; given up only with the word of a person.
    PhaseStatus.FAILED: (PhaseStatus.IN_PROGRESS, PhaseStatus.SKIPPED),
    PhaseStatus.SKIPPED: (),
}
EXECUTION_STEPS: Mapping[ExecutionStatus, tuple[ExecutionStatus, ...]] = {
    ExecutionStatus.RUNNING: (
        ExecutionStatus.FINISHED,
        ExecutionStatus.FAILED,
        ExecutionStatus.SKIPPED,
        ExecutionStatus.INTERRUPTED,
    ),
    ExecutionStatus.FINISHED: (),
    ExecutionStatus.FAILED: (),
    ExecutionStatus.SKIPPED: (),
    ExecutionStatus.INTERRUPTED: (),
}
INTERVENTION_STEPS: Mapping[InterventionStatus, tuple[InterventionStatus, ...]] = {
    InterventionStatus.PENDING: (
        InterventionStatus.APPROVED,
        InterventionStatus.REJECTED,
        InterventionStatus.EXPIRED,
    ),
    InterventionStatus.APPROVED: (),
    InterventionStatus.REJECTED: (),
    InterventionStatus.EXPIRED: (),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow. `config_commit` and `config_digest` say what configuration it was begun with."""

    id: str
    workflow: str
    status: RunStatus
    created: str
    updated: str
    started: str | None = None
    ended: str | None = None
    environment: str | None = None
    config_commit: str | None = None
    config_digest: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    pinned: bool = False
    key: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a run, by its number from one; its id is `RUN.NUMBER`. `attempt` is how often it was begun."""

    id: str
    run: str
    number: int
    name: str
    status: PhaseStatus
    attempt: int = 0
    retries: int = 0
    started: str | None = None
    ended: str | None = None
    error: str | None = None
    key: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Execution:
    """One try at a step of a phase. `owner` is the process that is at it."""

    id: str
    run: str
    phase: int
    step: str
    status: ExecutionStatus
    attempt: int
    started: str
    agent: str | None = None
    owner: str | None = None
    ended: str | None = None
    error: str | None = None
    summary: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class RunFinding:
    """What an agent or check found fault with; open until it is resolved."""

    id: str
    run: str
    grade: Grade
    title: str
    recorded: str
    phase: int | None = None
    execution: str | None = None
    detail: str | None = None
    file: str | None = None
    line: int | None = None
    resolved: str | None = None
    resolved_by: str | None = None
    resolution: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a step made: its size in bytes, its digest (`sha256:...`), and where it lies, as a name that the store knows."""

    id: str
    run: str
    name: str
    size: int
    digest: str
    recorded: str
    phase: int | None = None
    execution: str | None = None
    format: str | None = None
    location: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Intervention:
    """What a person was asked, or did by hand, and the answer."""

    id: str
    run: str
    kind: str
    reason: str
    status: InterventionStatus
    requested: str
    phase: int | None = None
    requested_by: str | None = None
    answered: str | None = None
    answered_by: str | None = None
    answer: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A saved state of a program that works at a run: its digest and size, and how many steps were finished by then."""

    id: str
    run: str
    number: int
    reason: str
    digest: str
    size: int
    steps: int
    made: str
    version: int = 0


Record = Run | Phase | Execution | RunFinding | Artifact | Intervention | Checkpoint

# Every kind of record, by the word that events and tables use for it.
KINDS: Mapping[str, type[Record]] = {
    "run": Run,
    "phase": Phase,
    "execution": Execution,
    "finding": RunFinding,
    "artifact": Artifact,
    "intervention": Intervention,
    "checkpoint": Checkpoint,
}
