"""Records for the tests of projections, each with what it needs by default."""

from lamina.words.event import Head
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
    Run,
    RunFinding,
    RunStatus,
)

THEN = "2026-11-21T15:42:03.000000Z"
LATER = "2026-11-21T15:43:04.500000Z"


def head(seq: int) -> Head:
    """A place in a log."""
    return Head(seq, f"{seq:064x}")


def run(id: str = "r1", status: RunStatus = RunStatus.PLANNING, *, workflow: str = "build", version: int = 1) -> Run:
    """A run."""
    return Run(id, workflow, status, THEN, THEN, version=version)


def phase(run: str = "r1", number: int = 1, status: PhaseStatus = PhaseStatus.PENDING, *, version: int = 1) -> Phase:
    """A phase of a run."""
    return Phase(f"{run}.{number}", run, number, f"phase {number}", status, version=version)


def execution(
    id: str = "e1", run: str = "r1", status: ExecutionStatus = ExecutionStatus.RUNNING, *, phase: int = 1
) -> Execution:
    """A try at a step."""
    return Execution(id, run, phase, "compile", status, 1, THEN, agent="builder", owner="host-1")


def finding(id: str = "f1", run: str = "r1", grade: Grade = Grade.HIGH, *, execution: str | None = None) -> RunFinding:
    """A finding of a run."""
    return RunFinding(id, run, grade, "a `title`\nof two lines", THEN, execution=execution, file="a/b.py", line=3)


def artifact(id: str = "a1", run: str = "r1", *, execution: str | None = None) -> Artifact:
    """An artifact of a run."""
    return Artifact(id, run, "report.html", 12, "sha256:" + "ab" * 32, THEN, execution=execution)


def intervention(
    id: str = "i1", run: str = "r1", status: InterventionStatus = InterventionStatus.PENDING, *, phase: int | None = 1
) -> Intervention:
    """A question to a person."""
    return Intervention(id, run, "skip", "it cannot work", status, THEN, phase=phase)


def checkpoint(number: int = 1, run: str = "r1") -> Checkpoint:
    """A saved state."""
    return Checkpoint(f"{run}-c{number}", run, number, "step", "sha256:" + "cd" * 32, 100, number, THEN)
