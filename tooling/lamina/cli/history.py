"""History: `log` and `blame`."""

from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.comparing import change_cells, change_json, changes_text
from lamina.cli.options import at_commit, at_option, folder_of, formats, project_of
from lamina.words.errors import listing
from lamina.words.harmless import cell, row
from lamina.world.history import Commit

if TYPE_CHECKING:
    from lamina.project.log import LogEntry

_LONGEST_NAME = 20


@click.command("log", short_help="The commits that changed an environment, or a value.")
@click.argument("environment")
@click.argument("address", required=False)
@at_option
@click.option("-n", "most", type=click.IntRange(min=1), metavar="N", help="Only the newest N.")
@click.option("--all-parents", is_flag=True, help="Go through both sides of merges, not only the first parent's.")
@formats("text", "json", "markdown")
@click.pass_context
def log_command(
    ctx: click.Context,
    environment: str,
    address: str | None,
    at: str | None,
    most: int | None,
    all_parents: bool,
    form: str,
) -> int:
    """The commits that changed what an ENVIRONMENT renders, or the value at an ADDRESS of it, newest first.

    Whatever file they did it in: an environment that this one extends, a schema, lamina.yaml.

    Examples: lamina log prod; lamina log prod orchestrator:logging.level
    """
    from lamina import __version__
    from lamina.project.log import log
    from lamina.words.address import parse_address

    asked = parse_address(address) if address else None
    revision = at or "HEAD"
    entries = log(folder_of(ctx), __version__, environment, asked, revision=revision, all_parents=all_parents)[:most]
    if form == "json":
        output.result_json({"environment": environment, "commits": [_entry_json(environment, one) for one in entries]})
    elif form == "markdown":
        _log_markdown(entries)
    else:
        for entry in entries:
            _entry_text(entry)
        if not entries:
            output.note(f"no commit changed {address or environment}")
    return 0


def _entry_json(environment: str, entry: "LogEntry") -> dict[str, Any]:
    changes = [change_json(environment, change) for change in entry.changes]
    return {"commit": commit_json(entry.commit), "changes": changes, "broken": list(entry.broken)}


def _entry_text(entry: "LogEntry") -> None:
    id, author, day = commit_cells(entry.commit)
    output.result(f"{output.styled(id, 'yellow')}  {output.safe(f'{day}  {author}  {entry.commit.subject}')}")
    changes_text(entry.changes, "  ")
    if entry.broken:
        verb = "has" if len(entry.broken) == 1 else "have"
        told = output.styled(f"{verb} errors from here on", "red")
        output.result(f"  {output.styled(output.safe(listing(entry.broken)), 'cyan')}\n    {told}")


def _log_markdown(entries: list["LogEntry"]) -> None:
    output.result(row("commit", "date", "author", "subject", "address", "before", "after") + "\n" + "|---" * 7 + "|")
    for entry in entries:
        id, author, day = commit_cells(entry.commit)
        head = [cell(id), day, cell(author), cell(entry.commit.subject)]
        for change in entry.changes:
            output.result(row(*head, *change_cells(change)))
        for name in entry.broken:
            output.result(row(*head, cell(name), "", "has errors from here on"))


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
