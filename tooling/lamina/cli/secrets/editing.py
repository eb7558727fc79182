"""`lamina secrets edit`: a sealed file in the user's editor."""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.changes.editing import Desk, edit
from lamina.changes.judging import WouldBreak
from lamina.changes.sheets import Sheet
from lamina.cli import output
from lamina.cli.options import folder_of, keyring_of, project_around
from lamina.cli.secrets.wishes import recipients_of, recipients_option
from lamina.project.recipes import Wishes
from lamina.words.errors import Failure
from lamina.world.editor import editor_words, run_editor
from lamina.world.private.folder import private_folder

_FORCE = "Write even if the repository would have errors."


@click.command("edit", short_help="Change a sealed file in your editor.")
@click.argument("file", type=click.Path(path_type=Path))
@recipients_option
@click.option("--force", is_flag=True, help=_FORCE)
@click.pass_context
def edit_command(ctx: click.Context, file: Path, age: str, force: bool) -> None:
    """Open FILE in your editor (SOPS_EDITOR, EDITOR) and seal it again; a FILE that is not there is begun, for the
    recipients of the nearest .sops.yaml or those of --age.

    Example: lamina secrets edit environments/dev/app.sops.yaml
    """
    path = folder_of(ctx) / file
    sheet = Sheet(path, str(file), project_around(path), force)
    wishes = Wishes(recipients_of(age))
    try:
        done = edit(sheet, wishes, keyring_of(ctx), _desk(), random=os.urandom, clock=lambda: datetime.now(UTC))
    except WouldBreak as failure:
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
        raise
    output.note(f"{file}: {done}")


def _desk() -> Desk:
    variables = dict(os.environ)
    words, attended = editor_words(variables), sys.stdin.isatty()
    in_memory = [Path(place) for place in (variables.get("XDG_RUNTIME_DIR"), "/dev/shm") if place]
    return Desk(
        lambda: private_folder(in_memory, Path(tempfile.gettempdir()), output.note),
        lambda file: run_editor(words, file, variables, attended),
        lambda failure: attended and _again(failure),
    )


def _again(failure: Failure) -> bool:
    """Whether the user wants to mend what is wrong."""
    if isinstance(failure, WouldBreak):
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
    output.error(failure.message, failure.hint, failure.details)
    if not click.confirm("edit again?", default=True, err=True):
        output.note("nothing was written")
        raise click.exceptions.Exit(failure.status)
    return True
