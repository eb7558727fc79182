"""Bisecting: `bisect`."""

from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.comparing import change_json, changes_text
from lamina.cli.history import commit_cells, commit_json
from lamina.cli.options import folder_of, formats
from lamina.words.errors import Failure
from lamina.world.history import Commit

if TYPE_CHECKING:
    from lamina.project.bisecting import Bisection


@click.command("bisect", short_help="The first commit where a condition changes its truth.")
@click.argument("environment")
@click.argument("expression")
@click.argument("good")
@click.argument("bad")
@formats("text", "json")
@click.pass_context
def bisect_command(ctx: click.Context, environment: str, expression: str, good: str, bad: str, form: str) -> int:
    """The first commit between GOOD and BAD where EXPRESSION over the render of ENVIRONMENT is no longer what it was.

    EXPRESSION is CEL: `documents` has the documents by name, `environment` the name. Secrets are redacted in it. Exit 3 where
    several commits are left, since it cannot be evaluated between them.

    Example: lamina bisect prod 'documents.orchestrator.logging.level == "debug"' v1.0 HEAD
    """
    from lamina import __version__
    from lamina.project.bisecting import bisect
    from lamina.thought.expressions import compile_expression

    found = bisect(folder_of(ctx), __version__, environment, compile_expression(expression), good, bad)
    if form == "json":
        output.result_json(_json(environment, expression, found))
    else:
        _text(found)
    return 0 if len(found.candidates) == 1 else Failure.status


def _json(environment: str, expression: str, found: "Bisection") -> dict[str, Any]:
    one = found.candidates[0] if len(found.candidates) == 1 else None
    return {
        "environment": environment,
        "expression": expression,
        "good": {"commit": found.good.id, "value": found.before},
        "bad": {"commit": found.bad.id, "value": found.after},
        "commit": commit_json(one),
        "changes": [change_json(environment, change) for change in found.changes],
        "candidates": [commit_json(commit) for commit in found.candidates],
        "skipped": [{"commit": commit_json(skip.commit), "reason": skip.reason} for skip in found.skipped],
        "tried": found.tried,
        "commits": found.commits,
    }


def _text(found: "Bisection") -> None:
    before, after = str(found.before).lower(), str(found.after).lower()
    if len(found.candidates) == 1:
        _commit_text(found.candidates[0])
        output.result(f"  {before} before, {after} from here on")
        changes_text(found.changes, "  ")
    else:
        output.result(f"{before} before, {after} after one of these commits:")
        reasons = {skip.commit.id: skip.reason for skip in found.skipped}
        for commit in found.candidates:
            _commit_text(commit)
            if commit.id in reasons:
                output.result(output.safe(f"  cannot be evaluated: {reasons[commit.id]}"))
    output.note(f"{found.tried} of {found.commits} commits tried")


def _commit_text(commit: Commit) -> None:
    id, author, day = commit_cells(commit)
    output.result(f"{output.styled(id, 'yellow')}  {output.safe(f'{day}  {author}  {commit.subject}')}")
