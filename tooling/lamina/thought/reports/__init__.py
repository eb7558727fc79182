"""Reports: findings as text, for people and for the programs that show them; a member is a format.

Only what people read is imported before it is asked for.
"""

from lamina.thought.reports import text
from lamina.thought.reports.found import Found, gathered
from lamina.thought.reports.report import Entry, Report, Reporter, Weighed

__all__ = ["BASELINE", "REPORTS", "Entry", "Found", "Report", "Reporter", "Weighed", "gathered"]


def _json(report: Report) -> str:
    from lamina.thought.reports import json_text

    return json_text.write(report)


def _github(report: Report) -> str:
    from lamina.thought.reports import github

    return github.write(report)


def _sarif(report: Report) -> str:
    from lamina.thought.reports import sarif

    return sarif.write(report)


def _junit(report: Report) -> str:
    from lamina.thought.reports import junit

    return junit.write(report)


def _gitlab(report: Report) -> str:
    from lamina.thought.reports import gitlab

    return gitlab.write(report)


def _markdown(report: Report) -> str:
    from lamina.thought.reports import markdown

    return markdown.write(report)


def _baseline(report: Report) -> str:
    from lamina.thought.reports import baseline

    return baseline.write(report)


REPORTS: dict[str, Reporter] = {
    "text": text.write,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
    "gitlab": _gitlab,
    "markdown": _markdown,
}
BASELINE: dict[str, Reporter] = {"baseline": _baseline}
"""Not for reading, but to be given to `--baseline` later."""
