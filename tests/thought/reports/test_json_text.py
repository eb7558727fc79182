"""Findings for programs."""

import json

from thought.reports.samples import finding, report

from lamina.thought.reports import Weighed
from lamina.thought.reports.json_text import write
from lamina.thought.reports.report import Entry


def test_one_a_finding_and_environment_by_position() -> None:
    found = [finding(line=2), finding(environment="prod"), finding(environment="dev")]
    told = json.loads(write(report(found)))["findings"]
    assert [(one["line"], one["environment"]) for one in told] == [(1, "dev"), (1, "prod"), (2, None)]


def test_the_commit_stands_first_and_what_a_baseline_holds_last() -> None:
    entry = Entry("f", "r", "a.yaml", None, "m", ("dev",))
    told = json.loads(write(report([], commit="c0ffee", baseline=Weighed("known.json", (), 7, (entry,)))))
    stale = {"rule": "r", "file": "a.yaml", "path": None, "message": "m", "environments": ["dev"], "fingerprint": "f"}
    assert told == {
        "commit": "c0ffee",
        "findings": [],
        "baseline": {"file": "known.json", "known": 7, "stale": [stale]},
    }
    assert list(told) == ["commit", "findings", "baseline"]
