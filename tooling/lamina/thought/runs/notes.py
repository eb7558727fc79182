"""What is noted of a run beside its course: findings, artifacts, interventions, gates and checkpoints."""

import re

from lamina.thought.runs import soundness
from lamina.thought.runs.failures import BadRecord, Conflict, IllegalTransition
from lamina.thought.runs.present import Present, Wish, new_id, of, phase_of, run_of, the
from lamina.thought.runs.soundness import count, only, said, said_or_none, truth
from lamina.words.event import Draft
from lamina.words.runs import (
    INTERVENTION_STEPS,
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    RunFinding,
)

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def record_finding(
    present: Present,
    run: str,
    grade: str,
    title: str,
    *,
    phase: int | None = None,
    execution: str | None = None,
    detail: str | None = None,
    file: str | None = None,
    line: int | None = None,
) -> Wish[RunFinding]:
    """A finding, open: `grade` is one of critical, high, medium, low and info."""
    data = {
        "id": (id := new_id(present, "finding", run)),
        "grade": soundness.one_of("severity", Grade, grade),
        "title": said("title", title),
        **_place(present, run, phase, execution),
        **only(
            detail=soundness.prose("detail", detail),
            file=said_or_none("file", file),
            line=soundness.count_or_none("line", line, 1),
        ),
    }
    return Wish(RunFinding, id, (Draft("finding.recorded", run, data),))


def update_finding(
    present: Present,
    id: str,
    *,
    grade: str | None = None,
    title: str | None = None,
    detail: str | None = None,
    expected: int | None = None,
) -> Wish[RunFinding]:
    """Another severity, title or detail of a finding. Raises Conflict."""
    found = the(present, RunFinding, id)
    _demand_version("finding", found, expected)
    data = only(
        grade=None if grade is None else soundness.one_of("severity", Grade, grade),
        title=said_or_none("title", title),
        detail=soundness.prose("detail", detail),
    )
    changed = {key: value for key, value in data.items() if getattr(found, key) != value}
    return Wish(RunFinding, id, (Draft("finding.updated", found.run, {"id": id, **changed}),) if changed else ())


def resolve_finding(
    present: Present, id: str, *, by: str | None = None, resolution: str | None = None, expected: int | None = None
) -> Wish[RunFinding]:
    """A finding that is settled, by whom and how. Raises IllegalTransition for one that was, and Conflict."""
    found = the(present, RunFinding, id)
    _demand_version("finding", found, expected)
    if found.resolved is not None:
        raise IllegalTransition("finding", id, "resolved", "resolved", ())
    data = {"id": id, **only(by=said_or_none("person", by), resolution=soundness.prose("resolution", resolution))}
    return Wish(RunFinding, id, (Draft("finding.resolved", found.run, data),))


def record_artifact(
    present: Present,
    run: str,
    name: str,
    size: int,
    digest: str,
    *,
    phase: int | None = None,
    execution: str | None = None,
    format: str | None = None,
    location: str | None = None,
) -> Wish[Artifact]:
    """What a step made, and keeps elsewhere: its size and digest (`sha256:...`), and where it lies."""
    if not _DIGEST.fullmatch(digest):
        raise BadRecord("digest of an artifact", digest, "sha256: or sha512: and the digits")
    data = {
        "id": (id := new_id(present, "artifact", run)),
        "name": said("name of an artifact", name),
        "size": count("size of an artifact", size),
        "digest": digest,
        **_place(present, run, phase, execution),
        **only(format=said_or_none("format", format), location=_inside(location)),
    }
    return Wish(Artifact, id, (Draft("artifact.recorded", run, data),))


def update_artifact(
    present: Present,
    id: str,
    *,
    format: str | None = None,
    location: str | None = None,
    expected: int | None = None,
) -> Wish[Artifact]:
    """Another format of an artifact, or another place. Raises Conflict."""
    found = the(present, Artifact, id)
    _demand_version("artifact", found, expected)
    data = only(format=said_or_none("format", format), location=_inside(location))
    changed = {key: value for key, value in data.items() if getattr(found, key) != value}
    return Wish(Artifact, id, (Draft("artifact.updated", found.run, {"id": id, **changed}),) if changed else ())


def request_intervention(
    present: Present, run: str, kind: str, reason: str, *, phase: int | None = None, by: str | None = None
) -> Wish[Intervention]:
    """A question to a person; what `kind` of question is for the program to name."""
    data = {
        "id": (id := new_id(present, "intervention", run)),
        "kind": said("kind of an intervention", kind),
        "reason": soundness.prose("reason", reason) or "",
        **_place(present, run, phase, None),
        **only(by=said_or_none("person", by)),
    }
    return Wish(Intervention, id, (Draft("intervention.requested", run, data),))


def answer_intervention(
    present: Present,
    id: str,
    status: str,
    *,
    by: str | None = None,
    answer: str | None = None,
    expected: int | None = None,
) -> Wish[Intervention]:
    """The answer of a person, `approved` or `rejected`, or that none came in time (`expired`).

    Raises IllegalTransition for a question that is answered, and Conflict.
    """
    found = the(present, Intervention, id)
    _demand_version("intervention", found, expected)
    given = soundness.one_of("answer", InterventionStatus, status)
    if given not in INTERVENTION_STEPS[found.status]:
        raise IllegalTransition("intervention", id, found.status, given, INTERVENTION_STEPS[found.status])
    data = {
        "id": id,
        "status": given,
        **only(phase=found.phase, by=said_or_none("person", by), answer=soundness.prose("answer", answer)),
    }
    return Wish(Intervention, id, (Draft("intervention.answered", found.run, data),))


def gate(
    present: Present,
    run: str,
    phase: int,
    name: str,
    passed: bool,
    *,
    detail: str | None = None,
    by: str | None = None,
) -> Wish[Phase]:
    """That a gate of a phase let it pass, or did not; what follows from it is for the program to do."""
    at = phase_of(present, run, phase)
    data = {
        "phase": phase,
        "gate": said("gate", name),
        **only(detail=soundness.prose("detail", detail), by=said_or_none("person", by)),
    }
    return Wish(
        Phase, at.id, (Draft("gate.passed" if truth("answer of a gate", passed) else "gate.failed", run, data),)
    )


def make_checkpoint(present: Present, run: str, reason: str, digest: str, size: int, keep: int) -> Wish[Checkpoint]:
    """A checkpoint more of a run, and which of its older ones go, so that `keep` stay."""
    run_of(present, run)
    before = of(present, Checkpoint, run)
    data = {
        "id": (id := new_id(present, "checkpoint", run)),
        "number": max((one.number for one in before), default=0) + 1,
        "reason": said("reason of a checkpoint", reason),
        "digest": digest,
        "size": count("size of a checkpoint", size),
        "steps": finished(present, run),
    }
    older = [one.id for one in sorted(before, key=lambda one: one.number)]
    gone = older[: max(0, len(older) + 1 - keep)]
    dropped = (Draft("checkpoint.dropped", run, {"ids": gone}),) if gone else ()
    return Wish(Checkpoint, id, (Draft("checkpoint.made", run, data), *dropped))


def finished(present: Present, run: str) -> int:
    """How many steps of a run are finished."""
    return sum(one.status is ExecutionStatus.FINISHED for one in of(present, Execution, run))


def _place(present: Present, run: str, phase: int | None, execution: str | None) -> dict[str, object]:
    """Where in a run something belongs; raises NotFound for what the run does not have."""
    run_of(present, run)
    if execution is not None:
        one = the(present, Execution, execution)
        if one.run != run or phase not in (None, one.phase):
            raise BadRecord("execution", execution, f"one of the run {run}, and of the phase that is named")
        phase = one.phase
    elif phase is not None:
        phase_of(present, run, phase)
    return only(phase=phase, execution=execution)


def _inside(location: str | None) -> str | None:
    """Where an artifact lies: below the store, or an address of another; never a way out of a folder."""
    if location is None:
        return None
    said("location of an artifact", location)
    if location.startswith(("/", "~")) or ".." in location.split("/") or "\\" in location:
        raise BadRecord(
            "location of an artifact", location, "a name below the store's folder, or an address (s3://...)"
        )
    return location


def _demand_version(kind: str, record: RunFinding | Artifact | Intervention, expected: int | None) -> None:
    if expected is not None and record.version != expected:
        raise Conflict(kind, record.id, expected, record.version)
