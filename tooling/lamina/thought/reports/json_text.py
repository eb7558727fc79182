"""Findings for programs: the documented shape, one a finding and environment."""

import json
from collections.abc import Mapping
from typing import Any

from lamina.thought.reports.report import Entry, Report, Weighed
from lamina.words.address import parse_path, path_text
from lamina.words.finding import Finding, Position, Related
from lamina.words.harmless import safe_json
from lamina.words.mend import Drop, Mend


def write(report: Report) -> str:
    """Every finding in every environment, by position."""
    findings = [finding for one in report.found for finding in one.findings]
    findings.sort(key=lambda finding: (finding.position, finding.environment or ""))
    commit = {"commit": report.commit} if report.commit else {}
    known = {"baseline": _weighed(report.baseline)} if report.baseline else {}
    part = {"part": report.part} if report.part else {}
    shape = {**commit, "findings": list(map(shape_of, findings)), **known, **part}
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


def finding_of(shape: Mapping[str, Any]) -> Finding:
    """The finding that the documented shape tells of, of whose mend only the safety is known.

    Raises KeyError, TypeError, ValueError and BadAddress where the shape is another, or names a file outside of a repository.
    """
    texts = [shape[key] for key in ("rule", "message")]
    options = [shape[key] for key in ("environment", "document", "path", "fix")]
    if not all(isinstance(one, str) for one in texts) or not all(isinstance(one, str | None) for one in options):
        raise TypeError
    severity, safety = shape["severity"], shape["mend"]
    if severity not in ("error", "warning", "note") or safety not in (None, "safe", "unsafe"):
        raise ValueError
    position = _position(shape)
    (rule, message), (environment, document, path, fix) = texts, options
    related = tuple(Related(_position(one), _sentence(one["message"])) for one in shape["related"])
    mend = None if safety is None else Mend(position.file, (), Drop(), safety)
    known = None if path is None else parse_path(path)
    return Finding(rule, message, position, severity, environment, document, known, related, fix, mend)


def _position(shape: Mapping[str, Any]) -> Position:
    file, line, column = _sentence(shape["file"]), shape["line"], shape["column"]
    if type(line) is not int or type(column) is not int:
        raise TypeError
    if line < 1 or column < 1 or "\0" in file or not {"", ".", ".."}.isdisjoint(file.split("/")):
        raise ValueError
    return Position(file, line, column)


def _sentence(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


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
