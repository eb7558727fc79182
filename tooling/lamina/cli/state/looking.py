"""What a store holds: `runs`, `show` and `stats`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import formats
from lamina.cli.state.places import of_run, of_store
from lamina.words.runs import RunStatus
from lamina.words.times import instant, lasting, second_of, size_text

if TYPE_CHECKING:
    from lamina.project.state.opening import StatePlace
    from lamina.project.state.showing import RunLine
    from lamina.thought.runs.statistics import Lengths, Statistics

_STATUS = click.option(
    "--status",
    type=click.Choice([one.value for one in RunStatus]),
    multiple=True,
    help="Only the runs of this status, or of these.",
)
_HEAD = ("RUN", "WORKFLOW", "STATUS", "PHASES", "OPEN FINDINGS", "QUESTIONS", "CREATED (UTC)", "TOOK")


@click.command("runs", short_help="The runs, the newest first.")
@of_store
@_STATUS
@formats("text", "json")
def runs_command(place: "StatePlace", status: tuple[str, ...], form: str) -> None:
    """The runs that are kept, the newest first: how far each is, and what of it waits for somebody.

    Example: lamina state runs prod --status executing --status paused
    """
    from lamina.project.state.showing import run_lines

    lines = run_lines(place, status)
    if form == "json":
        output.result_json({"runs": list(map(_run_json, lines))})
    else:
        output.table(list(map(_run_row, lines)), _HEAD)


@click.command("show", short_help="A run: its phases, steps, findings, artifacts.")
@of_run
@formats("text", "json")
def show_command(place: "StatePlace", run: str, form: str) -> None:
    """A RUN as it stands: phases and steps, open findings, questions without an answer, artifacts, the last checkpoint.

    json is what lamina state export writes.

    Example: lamina state show prod nightly-42
    """
    from lamina.cli.state.shown import lines_of
    from lamina.project.state.showing import exported_run, records_of_run

    if form == "json":
        output.result_bytes(exported_run(place, run, None, "json").encode())
        return
    for line in lines_of(records_of_run(place, run), output.styled):
        output.result(line)


@click.command("stats", short_help="How runs went, in numbers.")
@of_store
@formats("text", "json")
def stats_command(place: "StatePlace", form: str) -> None:
    """How runs went: what became of them, how long they took, what was tried again, findings, agents, gates.

    Example: lamina state stats prod
    """
    from lamina.project.state.showing import statistics_of

    found = statistics_of(place)
    if form == "json":
        output.result_json(found.shape())
        return
    for line in _numbers(found):
        output.result(output.safe(line))
    if found.agents:
        output.result("")
        rows = [_agent_row(agent, one) for agent, one in found.agents.items()]
        output.table(rows, ("AGENT", "TRIES", "FINISHED", "FAILED", "INTERRUPTED", "MEDIAN", "P90"))


def _run_json(line: "RunLine") -> dict[str, Any]:
    run = line.run
    return {
        "run": run.id, "workflow": run.workflow, "environment": run.environment, "status": run.status,
        "phases": line.phases, "phases_done": line.done, "open_findings": line.open_findings,
        "pending_interventions": line.pending, "created": run.created, "updated": run.updated,
        "started": run.started, "ended": run.ended, "error": run.error, "pinned": run.pinned,
    }  # fmt: skip


def _run_row(line: "RunLine") -> Sequence[str]:
    run = line.run
    took = lasting(max(instant(run.ended) - instant(run.created), 0)) if run.ended else ""
    counts = (str(line.open_findings or ""), str(line.pending or ""))
    phases = f"{line.done} of {line.phases}" if line.phases else ""
    return (run.id, run.workflow, run.status, phases, *counts, second_of(run.created), took)


def _numbers(found: "Statistics") -> Iterator[str]:
    """A line a kind of thing, aligned."""
    kept = f"{found.artifacts} of {size_text(found.artifact_bytes)}" if found.artifacts else "0"
    resolved = sum(one.resolved for one in found.findings.values())
    open_ones = {f"{grade} open": one.open for grade, one in found.findings.items()}
    lines = {
        "runs": _counts(found.runs),
        "  took": _lengths(found.run_lengths),
        "phases": f"{_counts(found.phases)}{_again(found.phase_retries)}",
        "steps": f"{_counts(found.executions)}{_again(found.step_retries)}",
        "  took ": _lengths(found.step_lengths),
        "gates": _counts({"passed": found.gates.passed, "failed": found.gates.failed}),
        "findings": _counts({**open_ones, "resolved": resolved}),
        "questions": _counts(found.interventions),
        "artifacts": kept,
        "checkpoints": f"{found.checkpoints:,}",
    }
    width = max(map(len, lines))
    yield from (f"{name.ljust(width)}  {said}" for name, said in lines.items() if said)


def _counts(counts: Mapping[Any, int]) -> str:
    """`3 completed, 1 failed`: those that are not zero."""
    return ", ".join(f"{count:,} {str(what).replace('_', ' ')}" for what, count in counts.items() if count) or "0"


def _again(retries: int) -> str:
    return f"; {retries:,} tried again" if retries else ""


def _lengths(lengths: "Lengths") -> str:
    if lengths.median is None or lengths.p90 is None:
        return ""
    return f"median {_seconds(lengths.median)}, nine of ten within {_seconds(lengths.p90)}"


def _agent_row(agent: str, work: Any) -> Sequence[str]:
    lengths = work.lengths
    took = ("", "") if lengths.median is None else (_seconds(lengths.median), _seconds(lengths.p90))
    return (agent, str(work.tries), *(str(one or "") for one in (work.finished, work.failed, work.interrupted)), *took)


def _seconds(seconds: float) -> str:
    return lasting(round(seconds * 1e6))
