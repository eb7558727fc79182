"""GitLab's code quality report.

No package holds GitLab's schema of it, so the rules are those of its documentation, written out below.
"""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from thought.reports.samples import finding, findings, report

from lamina.thought.reports.gitlab import write
from lamina.words.finding import Finding

TEXT = {"type": "string", "minLength": 1}
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": TEXT,
            "check_name": TEXT,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^\./"}},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


def test_an_issue() -> None:
    found = finding(line=7, environment="dev", fix="mend it", severity="warning")
    [issue] = json.loads(write(report([found], folder="conf/")))
    assert issue.pop("fingerprint") == report([found]).found[0].fingerprint
    assert issue == {
        "description": "it is wrong (in dev); fix: mend it",
        "check_name": "some-rule",
        "severity": "minor",
        "location": {"path": "conf/environments/dev/app.yaml", "lines": {"begin": 7}},
    }


@given(st.lists(findings.filter(lambda one: bool(one.rule and one.message and one.position.file)), max_size=5))
def test_what_the_documentation_demands(found: list[Finding]) -> None:
    issues = json.loads(write(report(found)))
    Draft202012Validator(SCHEMA).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_severities() -> None:
    found = [finding(severity=one) for one in ("error", "warning", "note")]
    assert [issue["severity"] for issue in json.loads(write(report(found)))] == ["major", "minor", "info"]
