"""Findings for people: place, sentence and rule; the line with a caret; what took part; the way out."""

from collections.abc import Callable, Iterator

from lamina.thought.reports.found import Found
from lamina.thought.reports.report import Report
from lamina.words.finding import Position
from lamina.words.harmless import safe, safe_line

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}

Excerpt = Callable[[Position], str | None]
Paint = Callable[[str, str], str]


def write(report: Report) -> str:
    """Every finding, and how many there are."""
    lines = [line for one in report.found for line in lines_of(one, report.excerpt, report.paint)]
    return "\n".join([*lines, safe(report.summary)]) + "\n"


def lines_of(found: Found, excerpt: Excerpt, paint: Paint) -> Iterator[str]:
    """One finding, line by line."""
    return map(safe_line, _lines(found, excerpt, paint))


def _lines(found: Found, excerpt: Excerpt, paint: Paint) -> Iterator[str]:
    finding, colour = found.finding, _COLOURS[found.finding.severity]
    where = f" (in {safe(', '.join(found.environments))})" if found.environments else ""
    severity, rule = paint(f"{finding.severity}:", colour), paint(f"[{safe(finding.rule)}]", "bright_black")
    yield f"{safe(str(finding.position))}: {severity} {safe(finding.message)}{where} {rule}"
    line = excerpt(finding.position)
    if line is not None:
        yield f"    {safe(line)}"
        yield "    " + " " * (finding.position.column - 1) + paint("^", colour)
    for related in finding.related:
        yield f"  {safe(str(related.position))}: {safe(related.message)}"
    if finding.fix:
        yield f"  {paint('fix:', 'cyan')} {safe(finding.fix)}"
