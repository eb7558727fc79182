"""Timelines: what happened in a run and how long it took, from the events of the log alone; a writer is a member."""

from lamina.thought.timeline import history, json_text, markdown, svg, text
from lamina.thought.timeline.building import NoSuchRun, timeline
from lamina.thought.timeline.model import Mark, Phase, Span, Step, Timeline, Try
from lamina.thought.timeline.sentences import sentence

__all__ = [
    "Mark", "NoSuchRun", "Phase", "Span", "Step", "Timeline", "Try",
    "history", "json_text", "markdown", "sentence", "svg", "text", "timeline",
]  # fmt: skip
