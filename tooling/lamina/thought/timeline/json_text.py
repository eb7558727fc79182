"""A timeline for programs: the documented shape. Lengths and places are seconds; places count from the run's first event."""

import json
from typing import Any

from lamina.thought.timeline.model import Phase, Span, Step, Timeline, Try
from lamina.words.harmless import safe_json


def write(timeline: Timeline) -> str:
    """Indented JSON."""
    return safe_json(json.dumps(shape_of(timeline), indent=2, ensure_ascii=False)) + "\n"


def shape_of(timeline: Timeline) -> dict[str, Any]:
    """The documented shape."""
    return {
        "run": timeline.run,
        "workflow": timeline.workflow,
        "environment": timeline.environment,
        "status": timeline.status,
        **_span(timeline.span),
        "error": timeline.error,
        "events": timeline.events,
        "whole": timeline.whole,
        "pauses": [_span(one) for one in timeline.pauses],
        "phases": [_phase(one) for one in timeline.phases],
        "marks": [
            {"seq": one.seq, "time": one.time, "at": _seconds(one.at), "type": one.type, "phase": one.phase,
             "text": one.text}
            for one in timeline.marks
        ],
    }  # fmt: skip


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "number": phase.number,
        "name": phase.name,
        "status": phase.status,
        "retries": phase.retries,
        "seconds": _seconds(phase.length),
        "at_once": phase.at_once,
        "error": phase.error,
        "turns": [
            {"attempt": one.attempt, "status": one.status, **_span(one.span), "error": one.error} for one in phase.turns
        ],
        "steps": [_step(one) for one in phase.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.name,
        "status": step.last.status,
        "agent": step.last.agent,
        "seconds": _seconds(step.length),
        "tries": [_try(one) for one in step.tries],
    }


def _try(one: Try) -> dict[str, Any]:
    return {
        "id": one.id,
        "attempt": one.attempt,
        "status": one.status,
        "agent": one.agent,
        **_span(one.span),
        "error": one.error,
        "summary": one.summary,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "at": _seconds(span.at),
        "seconds": _seconds(span.length),
        "set_back": span.set_back,
    }


def _seconds(microseconds: int) -> float:
    return microseconds / 1_000_000
