"""Findings for people: place, sentence and rule; the line with a caret; what took part; the way out."""

from collections.abc import Callable, Iterator

from lamina.thought.reports.found import Found
from lamina.thought.reports.report import Report
from lamina.words.finding import Position
from lamina.words.harmless import safe, safe_line
from lamina.words.mend import Mend

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}

Excerpt = Callable[[Position], str | None]
Paint = Callable[[str, str], str]


def write(report: Report) -> str:
    """Every finding, and how many there are."""
    lines = [line for one in report.found for line in lines_of(one, report.excerpt, report.paint, mends=True)]
    return "\n".join([*lines, safe(report.summary)]) + "\n"


def lines_of(found: Found, excerpt: Excerpt, paint: Paint, mends: bool = False) -> Iterator[str]:
    """One finding, line by line; with `mends` whether `lamina fix` does it, which it can only in what is written."""
    return map(safe_line, _lines(found, excerpt, paint, mends))


def _lines(found: Found, excerpt: Excerpt, paint: Paint, mends: bool) -> Iterator[str]:
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
    ways = [safe(finding.fix)] if finding.fix else []
    ways += [_by_itself(finding.mend)] if mends and finding.mend else []
    if ways:
        yield f"  {paint('fix:', 'cyan')} {' '.join(ways)}"


def _by_itself(mend: Mend) -> str:
    """How lamina does it."""
    return "(lamina fix)" if mend.safety == "safe" else f"(lamina fix --{mend.safety})"
