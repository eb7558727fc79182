"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

GitHub refuses a run of more than 25,000 results or a file of more than 10 MB under gzip, and shows the first 5,000 results
(https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support); what does not fit is counted in
a notification. `primaryLocationLineHash` is left to the action that uploads: it complains about one that it did not compute.
"""

import json
import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from lamina.thought.reports.found import Found, by_weight, clipped, count_of, sentence
from lamina.thought.reports.report import Report
from lamina.words.address import Address
from lamina.words.finding import Position
from lamina.words.harmless import safe

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MOST, _MOST_RELATED = 25_000, 100
_ROOM = 9_500_000


def write(report: Report) -> str:
    """As many findings as GitHub takes, what matters most first."""
    ordered = by_weight(report.found, report.first)
    shown = ordered[:_MOST]
    text = _text(report, shown, ordered[_MOST:])
    while len(data := text.encode()) > _ROOM and len(zlib.compress(data, 1)) > _ROOM:
        shown = shown[: len(shown) // 2]
        text = _text(report, shown, ordered[len(shown) :])
    return text


def _text(report: Report, shown: Sequence[Found], rest: Sequence[Found]) -> str:
    rules = {rule: number for number, rule in enumerate(sorted({one.finding.rule for one in shown}))}
    run = {
        "tool": {
            "driver": {
                "name": "lamina",
                "version": report.version,
                "rules": [_rule(name, report.pages.get(name)) for name in rules],
            }
        },
        "automationDetails": {"id": f"lamina/{report.command.replace(' ', '-')}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_told(report, rest))}],
        "results": [_result(report, one, rules) for one in shown],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _rule(name: str, page: str | None) -> dict[str, Any]:
    """A rule, with all that GitHub demands of one."""
    words = safe(name).replace("-", " ")
    summary, _, rest = (page or f"lamina's rule: {words}").partition("\n")
    return {
        "id": safe(name),
        "shortDescription": {"text": words},
        "fullDescription": _message(clipped(summary)),
        "help": _message(safe(rest.strip(), keep="\n") or "The result says what to do."),
    }


def _told(report: Report, rest: Sequence[Found]) -> list[dict[str, Any]]:
    if not rest:
        return []
    text = f"{count_of(rest)} more, which are left out: lamina {report.command} tells of all"
    return [{"level": "warning", "message": {"text": text}}]


def _result(report: Report, found: Found, rules: dict[str, int]) -> dict[str, Any]:
    finding = found.finding
    fix = f"\nfix: {clipped(finding.fix)}" if finding.fix else ""
    place: dict[str, Any] = {"physicalLocation": _physical(report, finding.position)}
    if finding.document is not None:
        place["logicalLocations"] = [
            {"fullyQualifiedName": clipped(str(Address(finding.document, finding.path or ())))}
        ]
    related = [
        {"id": number, "physicalLocation": _physical(report, one.position), "message": _message(clipped(one.message))}
        for number, one in enumerate(finding.related[:_MOST_RELATED], 1)
    ]
    return {
        "ruleId": safe(finding.rule),
        "ruleIndex": rules[finding.rule],
        "level": finding.severity,
        "message": _message(sentence(found) + fix),
        "locations": [place],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"laminaFinding/v1": found.fingerprint},
        **({"properties": properties} if (properties := _properties(found)) else {}),
    }


def _properties(found: Found) -> dict[str, Any]:
    environments = {"environments": list(map(safe, found.environments))} if found.environments else {}
    return environments | ({"mend": found.finding.mend.safety} if found.finding.mend else {})


def _message(text: str) -> dict[str, str]:
    """A message that holds no link: `[text](target)` is one in SARIF's plain text too."""
    return {"text": text.replace("](", "] (")}


def _physical(report: Report, position: Position) -> dict[str, Any]:
    file = quote(report.in_git(position.file).encode(errors="surrogateescape"))
    location = {"uri": f"file://{file}"} if file.startswith("/") else {"uri": file, "uriBaseId": "%SRCROOT%"}
    return {
        "artifactLocation": location,
        "region": {"startLine": position.line, "startColumn": position.column},
    }
