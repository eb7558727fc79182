"""Findings for programs: the documented shape, one a finding and environment."""

import json
from typing import Any

from lamina.thought.reports.report import Entry, Report, Weighed
from lamina.words.address import path_text
from lamina.words.finding import Finding, Position
from lamina.words.harmless import safe_json


def write(report: Report) -> str:
    """Every finding in every environment, by position."""
    findings = [finding for one in report.found for finding in one.findings]
    findings.sort(key=lambda finding: (finding.position, finding.environment or ""))
    commit = {"commit": report.commit} if report.commit else {}
    known = {"baseline": _weighed(report.baseline)} if report.baseline else {}
    shape = {**commit, "findings": list(map(shape_of, findings)), **known}
    return safe_json(json.dumps(shape, indent=2, ensure_ascii=False)) + "\n"


def shape_of(finding: Finding) -> dict[str, Any]:
    """The documented shape of a finding."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "environment": finding.environment,
        "document": finding.document,
        "path": None if finding.path is None else path_text(finding.path),
        **_place(finding.position),
        "related": [{**_place(related.position), "message": related.message} for related in finding.related],
        "fix": finding.fix,
        "mend": None if finding.mend is None else finding.mend.safety,
    }


def entry_shape(entry: Entry) -> dict[str, Any]:
    """The documented shape of an entry of a baseline."""
    return {
        "rule": entry.rule,
        "file": entry.file,
        "path": entry.path,
        "message": entry.message,
        "environments": list(entry.environments),
        "fingerprint": entry.fingerprint,
    }


def _weighed(weighed: Weighed) -> dict[str, Any]:
    return {"file": weighed.file, "known": weighed.known, "stale": list(map(entry_shape, weighed.stale))}


def _place(position: Position) -> dict[str, Any]:
    return {"file": position.file, "line": position.line, "column": position.column}
