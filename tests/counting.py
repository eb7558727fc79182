"""How runs went, counted from the events of a log by brute force, to hold what the program says of them to it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import median

from lamina.thought.runs.statistics import Statistics
from lamina.words.event import Event


def told(found: Statistics) -> dict[str, object]:
    """The numbers of ours, in the same words."""
    return {
        "runs": found.runs,
        "phases": found.phases,
        "executions": found.executions,
        "interventions": found.interventions,
        "step_retries": found.step_retries,
        "phase_retries": found.phase_retries,
        "findings": {grade: (one.open, one.resolved) for grade, one in found.findings.items()},
        "agents": {
            agent: (one.tries, one.finished, one.failed, one.interrupted) for agent, one in found.agents.items()
        },
        "gates": (found.gates.passed, found.gates.failed),
        "artifacts": (found.artifacts, found.artifact_bytes),
        "checkpoints": found.checkpoints,
        "lengths": (found.step_lengths.count, found.step_lengths.median, found.step_lengths.total),
    }


def counted(events: Sequence[Event]) -> dict[str, object]:
    """The numbers by brute force: event by event, with no record of ours."""
    status: dict[str, dict[object, str]] = defaultdict(dict)
    turns, tries, agents, begun = Counter[object](), Counter[object](), {}, {}
    lengths, sizes, done = [], [], defaultdict(Counter)  # type: ignore[var-annotated]
    for event in events:
        data, what = event.data, event.type
        if what in ("run.created", "run.transitioned"):
            status["run"][event.run] = str(data.get("status", "planning"))
        elif what in ("phase.created", "phase.transitioned"):
            status["phase"][event.run, data["phase"]] = str(data.get("status", "pending"))
            turns[event.run, data["phase"]] += data.get("status") == "in_progress"
        elif what == "step.started":
            status["execution"][data["id"]] = "running"
            tries[event.run, data["phase"], data["step"]] += 1
            begun[data["id"]], agents[data["id"]] = datetime.fromisoformat(event.time), data.get("agent")
        elif what.startswith("step."):
            status["execution"][data["id"]] = what[5:]
            if what in ("step.finished", "step.failed"):
                lengths.append((datetime.fromisoformat(event.time) - begun[data["id"]]).total_seconds())
        elif what == "finding.recorded":
            status["finding"][data["id"]] = str(data["grade"])
        elif what == "finding.updated":
            held = status["finding" if data["id"] in status["finding"] else "resolved"]
            held[data["id"]] = str(data.get("grade", held[data["id"]]))
        elif what == "finding.resolved":
            status["resolved"][data["id"]] = status["finding"].pop(data["id"])
        elif what == "artifact.recorded":
            sizes.append(data["size"])
        elif what in ("intervention.requested", "intervention.answered"):
            status["intervention"][data["id"]] = str(data.get("status", "pending"))
    for id, agent in agents.items():
        done[agent][status["execution"][id]] += 1
    kinds = Counter(event.type for event in events)
    dropped = sum(len(event.data["ids"]) for event in events if event.type == "checkpoint.dropped")
    return {
        "runs": _zeros("planning executing paused completed failed aborted", status["run"]),
        "phases": _zeros("pending in_progress completed failed skipped", status["phase"]),
        "executions": _zeros("running finished failed skipped interrupted", status["execution"]),
        "interventions": _zeros("pending approved rejected expired", status["intervention"]),
        "step_retries": sum(count - 1 for count in tries.values()),
        "phase_retries": sum(count - 1 for count in turns.values() if count),
        "findings": {
            grade: (list(status["finding"].values()).count(grade), list(status["resolved"].values()).count(grade))
            for grade in ("critical", "high", "medium", "low", "info")
        },
        "agents": {
            agent: (one.total(), one["finished"], one["failed"], one["interrupted"])
            for agent, one in done.items()
            if agent
        },
        "gates": (kinds["gate.passed"], kinds["gate.failed"]),
        "artifacts": (len(sizes), sum(sizes)),
        "checkpoints": kinds["checkpoint.made"] - dropped,
        "lengths": (len(lengths), median(lengths) if lengths else None, sum(lengths)),
    }


def _zeros(known: str, found: dict[object, str]) -> dict[str, int]:
    return {one: list(found.values()).count(one) for one in known.split()}
