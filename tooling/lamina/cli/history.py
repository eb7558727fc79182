"""History: `blame`."""

import click

from lamina.cli import output
from lamina.cli.options import at_commit, at_option, folder_of, formats, project_of
from lamina.world.history import Commit

_LONGEST_NAME = 20


@click.command("blame", short_help="Who set each line of a document, and when.")
@click.argument("environment")
@click.argument("document")
@at_option
@formats("text", "json")
@click.pass_context
def blame_command(ctx: click.Context, environment: str, document: str, at: str | None, form: str) -> int:
    """Every line of a DOCUMENT as an ENVIRONMENT renders it, secrets redacted, with the commit and the place that set it.

    A line that is not committed yet has no commit.

    Example: lamina blame prod agents/planner
    """
    from lamina.project.blaming import Blame
    from lamina.words.address import path_text

    project = project_of(ctx, at)
    lines = Blame(project, folder_of(ctx)).document(environment, document)
    if form == "json":
        rows = [
            {
                "text": line.text,
                "path": path_text(line.path),
                "file": line.position.file,
                "line": line.position.line,
                "commit": commit_json(line.commit),
            }
            for line in lines
        ]
        head = {**at_commit(project), "environment": environment, "document": document}
        output.result_json({**head, "lines": rows})
        return 0
    places = [f"{line.position.file}:{line.position.line}" for line in lines]
    cells = [[*commit_cells(line.commit), place, line.text] for line, place in zip(lines, places, strict=True)]
    output.table(cells, ["COMMIT", "AUTHOR", "DATE", "PLACE", "LINE"])
    return 0


def commit_cells(commit: Commit | None) -> tuple[str, str, str]:
    """A commit on a line: the beginning of its id, its author, the day."""
    if commit is None:
        return "not committed", "-", "-"
    name = commit.author if len(commit.author) <= _LONGEST_NAME else commit.author[: _LONGEST_NAME - 1] + "…"
    return commit.id[:12], name, commit.date.partition("T")[0]


def commit_json(commit: Commit | None) -> dict[str, str] | None:
    """The documented shape of a commit."""
    if commit is None:
        return None
    return {"id": commit.id, "author": commit.author, "date": commit.date, "subject": commit.subject}
