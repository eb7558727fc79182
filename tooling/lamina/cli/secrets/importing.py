"""`lamina secrets encrypt --from`: one way from where secrets were before."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.changes.importing import Older, import_older
from lamina.changes.judging import WouldBreak
from lamina.changes.sheets import Sheet
from lamina.cli import output
from lamina.cli.options import folder_of, project_around
from lamina.project.recipes import Wishes
from lamina.project.sealed_files import file_on_disk


def older_file(ctx: click.Context, source: Path, kind: str | None, key: Path | None) -> Older:
    """The file that `--from` names, with its key."""
    folder = folder_of(ctx)
    return Older(file_on_disk(source, folder), kind, file_on_disk(key, folder) if key is not None else None)


def take_over(ctx: click.Context, older: Older, file: str, wishes: Wishes, wipe: bool, force: bool) -> None:
    """Make a sealed file of what an older one holds, and say what is still to be done."""
    path, source = folder_of(ctx) / file, older.file.name
    to = Sheet(path, file, project_around(path), force)
    try:
        done = import_older(older, to, wishes, wipe=wipe, random=os.urandom, now=datetime.now(UTC))
    except WouldBreak as failure:
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
        raise
    output.note(f"{file}: sealed what {source} held")
    for key in done.drawing:
        output.note(f"{key}: what a shell would fill in is kept as it stands there, and means nothing in {file}")
    if done.wiped:
        output.note(f"{source} is wiped; backups, snapshots, the history of git and the disk itself may still hold it")
    else:
        output.note(f"{source} still holds the secrets: remove it, or say --wipe the next time")
    if done.tracked:
        output.note(f"git tracks {source}, so its history keeps the secrets: change them")
