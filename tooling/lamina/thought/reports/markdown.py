"""Findings as a comment, or as the summary of a job: as much as fits into 65,536 characters, counted as bytes."""

from lamina.thought.reports.found import Found, by_weight, count_of
from lamina.thought.reports.report import Report
from lamina.words.errors import listing
from lamina.words.harmless import cell, inert, row

_ROOM = 64_000
_LONGEST, _LONGEST_NAME = 400, 200


def write(report: Report) -> str:
    """A heading that counts, and a table: what matters most first."""
    lines = [f"### {inert(report.summary[:_LONGEST])}"]
    if report.found:
        lines += ["", row("", "place", "finding", "fix"), "|---" * 4 + "|"]
    room, ordered = _ROOM - len("\n".join(lines).encode()), by_weight(report.found, report.first)
    for number, one in enumerate(ordered):
        line = _row(one)
        room -= len(line.encode()) + 1
        if room < 0:
            lines += ["", f"{count_of(ordered[number:])} more; `lamina {report.command}` tells of all."]
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _row(found: Found) -> str:
    finding = found.finding
    where = f" in {listing([cell(one, _LONGEST_NAME) for one in found.environments])}" if found.environments else ""
    return row(
        f"{finding.severity} {cell(finding.rule, _LONGEST_NAME)}",
        cell(str(finding.position), _LONGEST_NAME),
        cell(finding.message, _LONGEST) + where,
        cell(finding.fix, _LONGEST) if finding.fix else "",
    )
