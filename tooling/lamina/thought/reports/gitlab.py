"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

import json
from typing import Any

from lamina.thought.reports.found import Found, clipped, sentence
from lamina.thought.reports.report import Report
from lamina.words.harmless import safe

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def write(report: Report) -> str:
    """Every finding; GitLab keeps one of those that share a fingerprint, and none do."""
    return json.dumps([_issue(report, one) for one in report.found], indent=2, ensure_ascii=False) + "\n"


def _issue(report: Report, found: Found) -> dict[str, Any]:
    finding = found.finding
    fix = f"; fix: {clipped(finding.fix)}" if finding.fix else ""
    return {
        "description": sentence(found) + fix,
        "check_name": safe(finding.rule),
        "fingerprint": found.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": safe(report.in_git(finding.position.file)), "lines": {"begin": finding.position.line}},
    }
