"""Runs for tests, as events: a line a moment, `SECONDS type key=value ...`; times count from a fixed evening."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lamina.words import event_line
from lamina.words.event import Draft, Event, Head

BEGIN = datetime(2026, 11, 21, 15, 42, 3, tzinfo=UTC)


def time(seconds: float) -> str:
    """The time of an event so many seconds after the beginning."""
    return (BEGIN + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def told(text: str, run: str = "r1") -> list[Event]:
    """The events of the lines, bound together as the log would; a value is JSON, or else text as it is."""
    return chained((float(line.split()[0]), _draft(line, run)) for line in text.strip().splitlines())


def chained(drafts: Iterable[tuple[float, Draft]]) -> list[Event]:
    """Drafts as the events of a log."""
    head, events = Head(), []
    for seconds, draft in drafts:
        data, head = event_line.line(draft, head, time(seconds))
        events.append(event_line.event(data[:-1]))
    return events


def _draft(line: str, run: str) -> Draft:
    _, kind, *pairs = line.split()
    return Draft(kind, run, {key: _value(value) for key, _, value in (pair.partition("=") for pair in pairs)})


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text.replace("_", " ") if text.count("_") > 1 else text


FULL = """\
0     run.created workflow=release environment=prod config_commit=1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d
0.01  phase.created phase=1 name=build retries=1
0.02  phase.created phase=2 name=deploy retries=0
0.03  phase.created phase=3 name=announce retries=0
0.1   run.transitioned from=planning status=executing
0.2   phase.transitioned phase=1 from=pending status=in_progress attempt=1
0.5   step.started id=e1 phase=1 step=compile agent=coder attempt=1 owner=h1
0.6   step.started id=e2 phase=1 step=lint agent=reviewer attempt=1 owner=h1
9     step.finished id=e2 phase=1 step=lint attempt=1 summary=two_small_remarks
9.5   finding.recorded id=f1 phase=1 execution=e2 grade=high title=a_key_in_the_log file=app.py line=12
20    step.failed id=e1 phase=1 step=compile attempt=1 error=the_disk_is_full
21    step.started id=e3 phase=1 step=compile agent=coder attempt=2 owner=h1
52    step.finished id=e3 phase=1 step=compile attempt=2 artifacts=[{"name":"app","size":4096,"digest":"sha256:00"}]
52.1  artifact.recorded id=a1 phase=1 execution=e3 name=app size=4096 digest=sha256:00
53    gate.passed phase=1 gate=tests
53.5  checkpoint.made id=c1 number=1 reason=gate digest=sha256:11 size=2048 steps=2
54    phase.transitioned phase=1 from=in_progress status=completed attempt=1
55    phase.transitioned phase=2 from=pending status=in_progress attempt=1
55.5  step.started id=e4 phase=2 step=migrate agent=operator attempt=1 owner=h1
56    step.skipped id=e5 phase=2 step=seed attempt=1 summary=nothing_to_seed
60    intervention.requested id=i1 phase=2 kind=approval reason=go_to_production? by=operator
60.5  run.transitioned from=executing status=paused
95    intervention.answered id=i1 status=approved by=ann
95.5  run.transitioned from=paused status=executing
96    finding.resolved id=f1 by=ann resolution=taken_out_again
118   step.interrupted id=e4 phase=2 step=migrate attempt=1
119   step.started id=e6 phase=2 step=migrate agent=operator attempt=2 owner=h2
150   step.finished id=e6 phase=2 step=migrate attempt=2
151   gate.failed phase=2 gate=smoke detail=2_of_40_requests_failed
152   phase.transitioned phase=2 from=in_progress status=failed attempt=1 error=gate_smoke_failed
152.5 phase.transitioned phase=3 from=pending status=skipped intervention=i2
153   run.transitioned from=executing status=failed error=phase_2_failed
"""
