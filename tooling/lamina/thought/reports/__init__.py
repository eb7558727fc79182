"""Reports: findings as text, for people and for the programs that show them; a member is a format."""

from lamina.thought.reports import baseline, github, gitlab, json_text, junit, markdown, sarif, text
from lamina.thought.reports.found import Found, gathered
from lamina.thought.reports.report import Entry, Report, Reporter, Weighed

__all__ = ["BASELINE", "REPORTS", "Entry", "Found", "Report", "Reporter", "Weighed", "gathered"]

REPORTS: dict[str, Reporter] = {
    "text": text.write,
    "json": json_text.write,
    "github": github.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "gitlab": gitlab.write,
    "markdown": markdown.write,
}
BASELINE: dict[str, Reporter] = {"baseline": baseline.write}
"""Not for reading, but to be given to `--baseline` later."""
