"""What an event says, as a sentence for people; not made harmless yet, which is for those who write it somewhere."""

from collections.abc import Callable, Mapping
from json import dumps

from lamina.thought.timeline.data import number, text
from lamina.thought.timeline.store_sentences import STORE_SENTENCES
from lamina.words.event import Event
from lamina.words.times import size_text

# Of an event that nothing here knows at most so much of its data is shown.
_MOST = 200


def sentence(event: Event) -> str:
    """One sentence without a full stop; of a type that is not known its name and its data."""
    say = SENTENCES.get(event.type)
    if say is not None:
        return say(event)
    data = dumps(event.data, ensure_ascii=False) if event.data else ""
    return f"{event.type} {data[:_MOST]}{'…' * (len(data) > _MOST)}".rstrip()


def brief(text: str, most: int = 300) -> str:
    """A sentence for a line that a person reads: of a long one how much is left out."""
    over = len(text) - most
    return f"{text[:most]}… ({over:,} more characters)" if over > 0 else text


def place(event: Event) -> str:
    """Where it happened: `phase 1`, `phase 1, step compile`, or nothing."""
    phase, step = number(event, "phase"), text(event, "step")
    where = [] if phase is None else [f"phase {phase}"]
    return ", ".join([*where, *([f"step {step}"] if step else [])])


def _at(event: Event, what: str) -> str:
    where = place(event)
    return f"{where}: {what}" if where else what


def _after(text: str | None, before: str = ": ") -> str:
    return f"{before}{text}" if text else ""


def _run_created(event: Event) -> str:
    where, commit = text(event, "environment"), text(event, "config_commit")
    configured = f", configuration {commit[:12]}" if commit else ""
    return f"run of {text(event, 'workflow') or 'no workflow'} created{_after(where, ' in ')}{configured}"


def _run_transitioned(event: Event) -> str:
    return f"run {text(event, 'status')}{_before(event)}{_after(text(event, 'error'))}"


def _before(event: Event) -> str:
    before = text(event, "from")
    return f", was {before}" if before else ""


def _run_updated(event: Event) -> str:
    said = [] if "pinned" not in event.data else ["pinned" if event.data["pinned"] else "no longer pinned"]
    labels = event.data.get("labels")
    if isinstance(labels, Mapping):
        said.append("labels " + (", ".join(f"{key}={value}" for key, value in labels.items()) or "taken away"))
    return f"run: {'; '.join(said) or 'updated'}"


def _run_carried(event: Event) -> str:
    records = event.data.get("records")
    return f"{len(records) if isinstance(records, list) else 0} records carried over"


def _phase_created(event: Event) -> str:
    retries = number(event, "retries")
    kept = f", {_counted(retries, 'retry', 'retries')}" if retries else ""
    return f"phase {number(event, 'phase')} created: {text(event, 'name') or ''}{kept}"


def _phase_transitioned(event: Event) -> str:
    by = " by an intervention" if text(event, "intervention") else ""
    status, attempt = text(event, "status") or "moved on", number(event, "attempt")
    turn = f", turn {attempt}" if status == "in_progress" and attempt and attempt > 1 else ""
    return _at(event, f"{status.replace('_', ' ')}{turn}{by}{_after(text(event, 'error'))}")


def _phase_updated(event: Event) -> str:
    retries = number(event, "retries")
    said = [f"named {text(event, 'name')}"] if text(event, "name") else []
    said += [] if retries is None else [_counted(retries, "retry", "retries")]
    return _at(event, "; ".join(said) or "updated")


def _step(what: str) -> Callable[[Event], str]:
    def said(event: Event) -> str:
        attempt = number(event, "attempt")
        try_ = f", try {attempt}" if attempt and attempt > 1 else ""
        by = _after(text(event, "agent"), " by ") if what == "started" else ""
        made = event.data.get("artifacts")
        artifacts = f", {_counted(len(made), 'artifact', 'artifacts')}" if isinstance(made, list) and made else ""
        return _at(event, f"{what}{by}{try_}{artifacts}{_after(text(event, 'error') or text(event, 'summary'))}")

    return said


def _finding_recorded(event: Event) -> str:
    file, line = text(event, "file"), number(event, "line")
    spot = f" ({file}{'' if line is None else f':{line}'})" if file else ""
    return _at(event, f"{text(event, 'grade') or 'a'} finding: {text(event, 'title') or text(event, 'id')}{spot}")


def _finding_resolved(event: Event) -> str:
    said = f"finding {text(event, 'id')} resolved{_after(text(event, 'by'), ' by ')}{_after(text(event, 'resolution'))}"
    return _at(event, said)


def _artifact_recorded(event: Event) -> str:
    size = number(event, "size")
    return _at(event, f"artifact {text(event, 'name')}{'' if size is None else f', {size_text(size)}'}")


def _intervention_requested(event: Event) -> str:
    asked = f"{text(event, 'kind') or 'intervention'} asked for{_after(text(event, 'by'), ' by ')}"
    return _at(event, f"{asked}{_after(text(event, 'reason'))}")


def _intervention_answered(event: Event) -> str:
    said = f"intervention {text(event, 'id')} {text(event, 'status')}{_after(text(event, 'by'), ' by ')}"
    return _at(event, f"{said}{_after(text(event, 'answer'))}")


def _gate(what: str) -> Callable[[Event], str]:
    return lambda event: _at(event, f"gate {text(event, 'gate') or ''} {what}{_after(text(event, 'detail'))}")


def _checkpoint(event: Event) -> str:
    size, steps = number(event, "size"), number(event, "steps")
    more = [
        "" if size is None else size_text(size),
        "" if steps is None else f"{_counted(steps, 'step', 'steps')} done",
    ]
    said = "".join(f", {one}" for one in more if one)
    return f"checkpoint {number(event, 'number')}{_after(text(event, 'reason'), ' for ')}{said}"


def _checkpoints_dropped(event: Event) -> str:
    ids = event.data.get("ids")
    return f"{_counted(len(ids) if isinstance(ids, list) else 0, 'older checkpoint', 'older checkpoints')} dropped"


def _updated(what: str) -> Callable[[Event], str]:
    return lambda event: _at(event, f"{what} {text(event, 'id')} updated")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


SENTENCES: Mapping[str, Callable[[Event], str]] = {
    "run.created": _run_created,
    "run.transitioned": _run_transitioned,
    "run.updated": _run_updated,
    "run.carried": _run_carried,
    "phase.created": _phase_created,
    "phase.transitioned": _phase_transitioned,
    "phase.updated": _phase_updated,
    "step.started": _step("started"),
    "step.finished": _step("finished"),
    "step.failed": _step("failed"),
    "step.skipped": _step("skipped"),
    "step.interrupted": _step("interrupted"),
    "finding.recorded": _finding_recorded,
    "finding.updated": _updated("finding"),
    "finding.resolved": _finding_resolved,
    "artifact.recorded": _artifact_recorded,
    "artifact.updated": _updated("artifact"),
    "intervention.requested": _intervention_requested,
    "intervention.answered": _intervention_answered,
    "gate.passed": _gate("passed"),
    "gate.failed": _gate("failed"),
    **STORE_SENTENCES,
    "checkpoint.made": _checkpoint,
    "checkpoint.dropped": _checkpoints_dropped,
}
