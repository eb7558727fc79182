"""Annotations of a GitHub workflow, as commands to its runner in the log of a step.

The runner decodes `%25`, `%0D` and `%0A` everywhere, `%3A` and `%2C` in properties
(https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
GitHub shows ten annotations of each severity a step; those beyond are lost, so they are counted instead.
"""

from collections.abc import Iterator

from lamina.thought.reports.found import SEVERITIES, Found, by_weight, clipped, count_of, sentence
from lamina.thought.reports.report import Report
from lamina.words.harmless import safe, safe_line

_MOST = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report) -> str:
    """The annotations that GitHub shows, errors first; how many more there are; how many there are in all."""
    shown, rest = _budgeted(by_weight(report.found, report.first))
    lines = [_annotation(report, one) for one in shown]
    if rest:
        more = f"{count_of(rest)} more, which GitHub has no room for: lamina {report.command} tells of all"
        lines.append(_command("notice", more, title=f"lamina {report.command}"))
    return "\n".join([*lines, safe_line(safe(report.summary))]) + "\n"


def escaped(text: str) -> str:
    """Text as the data of a command."""
    return safe(text, keep="\n").replace("%", "%25").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Text as the value of a command's property."""
    return escaped(safe(text)).replace(":", "%3A").replace(",", "%2C")


def _budgeted(found: list[Found]) -> tuple[list[Found], list[Found]]:
    """What is shown and what is not; the line that counts the rest is a notice too."""
    ranks = {severity: [one for one in found if one.finding.severity == severity] for severity in SEVERITIES}
    over = any(len(group) > _MOST for group in ranks.values())
    room = {severity: _MOST - (over and severity == "note") for severity in SEVERITIES}
    shown = [one for severity, group in ranks.items() for one in group[: room[severity]]]
    return shown, [one for severity, group in ranks.items() for one in group[room[severity] :]]


def _annotation(report: Report, found: Found) -> str:
    position, fix = found.finding.position, found.finding.fix
    text = "\n".join(_sentences(found, fix))
    place = {"file": report.in_git(position.file), "line": str(position.line), "col": str(position.column)}
    return _command(_COMMANDS[found.finding.severity], text, **place, title=found.finding.rule)


def _sentences(found: Found, fix: str | None) -> Iterator[str]:
    yield sentence(found)
    if fix:
        yield f"fix: {clipped(fix)}"


def _command(name: str, text: str, **properties: str) -> str:
    shown = ",".join(f"{key}={escaped_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{escaped(text)}"
