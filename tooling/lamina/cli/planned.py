"""Plans as they are told: what a change does to every environment, and to which files."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lamina.cli import output
from lamina.cli.comparing import change_json, changes_text
from lamina.cli.impact import alike_environments, environment_json, names_text
from lamina.cli.impact_phrases import troubles_text, untouched_text

if TYPE_CHECKING:
    from lamina.changes.plan import Plan

_WHEN = {"base": " today, so there is nothing to compare", "head": " then"}


def plan_text(plan: "Plan") -> None:
    """What a plan changes, environment by environment; then those that it leaves alone, and the files."""
    for alike in alike_environments(plan.effects):
        output.result(names_text(alike))
        changes_text([caused.found for caused in alike[0].changes], "  ")
        for documents, error in troubles_text(alike[0].troubles, _WHEN):
            output.result(output.safe(f"  {documents or alike[0].name} {error}"))
    untouched = [one.name for one in plan.effects if not one.touched]
    if untouched:
        output.result(untouched_text(untouched))
    for change in plan.files:
        verb = "new" if change.before is None else "deleted" if change.after is None else "rewritten"
        output.result(output.safe(f"{verb}: {change.file}"))


def plan_json(plan: "Plan") -> dict[str, Any]:
    """The documented shape of a plan."""
    files = [
        {"file": one.file, "change": "added" if one.before is None else "removed" if one.after is None else "changed"}
        for one in plan.files
    ]
    changes = [change_json(one.name, caused.found) for one in plan.effects for caused in one.changes]
    return {"files": files, "environments": [environment_json(one) for one in plan.effects], "changes": changes}


@contextmanager
def findings_shown() -> Iterator[None]:
    """Show the errors for which a plan is refused."""
    from lamina.changes.plan import WouldNotHold

    try:
        yield
    except WouldNotHold as failure:
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
        raise
