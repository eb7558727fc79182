"""What git calls, and what tells it to: `merge`, `textconv` and `git-setup`."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.cli import output
from lamina.cli.options import folder_of, keyring_of


@click.command("merge", short_help="Merge three versions of a sealed file (git's merge driver).")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("path", required=False)
@click.pass_context
def merge_command(ctx: click.Context, base: Path, ours: Path, theirs: Path, path: str | None) -> None:
    """Put into the sealed file OURS what THEIRS changed since BASE; PATH is what the file is called in the repository.

    Values are compared as they are opened, and only what changed is sealed anew. What both changed differently is named, not
    shown: then OURS stays as it is, and the exit status is 1. An empty BASE means that both made the file.

    Example: lamina secrets merge base.sops.yaml ours.sops.yaml theirs.sops.yaml
    """
    from lamina.changes.merging import merge_files

    folder, name = folder_of(ctx), path or str(ours)
    files = (folder / base, folder / ours, folder / theirs)
    for note in merge_files(*files, name, keyring_of(ctx), os.urandom, datetime.now(UTC)):
        output.note(f"{name}: {note}")


@click.command("textconv", short_help="A sealed file with marks for values, for git diff.")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def textconv_command(ctx: click.Context, file: Path) -> None:
    """Print a sealed FILE with a short mark in place of every value, and who can open it: for `git diff` and `git log -p`.

    No key is used, and nothing is opened: a mark changes when the ciphertext does.

    Example: lamina secrets textconv environments/prod/app.sops.yaml
    """
    from lamina.thought.sealed.marks import marked
    from lamina.world.files import read_file

    output.result_bytes(marked(read_file(folder_of(ctx) / file), file.name).encode("utf-8", "replace"))


@click.command("git-setup", short_help="Have git merge and show sealed files by lamina.")
@click.option("--undo", is_flag=True, help="Take it out again.")
@click.pass_context
def git_setup_command(ctx: click.Context, undo: bool) -> None:
    """Have git merge sealed files with `lamina secrets merge`, and show them with `lamina secrets textconv`.

    Writes .gitattributes, which is for everybody, and the settings of this clone, which are not cloned: in every clone this
    command is needed once. A clone without it merges sealed files as text.

    Example: lamina secrets git-setup
    """
    from lamina.changes.git_setup import ATTRIBUTES, set_up_git, undo_git

    done = (undo_git if undo else set_up_git)(folder_of(ctx))
    verb = "taken out" if undo else "added"
    for pattern in done.attributes:
        output.result(output.safe(f"{ATTRIBUTES}: {pattern} {verb}"))
    for name in done.settings:
        output.result(f"git config: {name} {'taken out' if undo else 'set'}")
    if not (done.attributes or done.settings):
        output.result("nothing to take out" if undo else "already set up")
    if undo:
        return
    if done.attributes:
        output.tell(f"commit {ATTRIBUTES}; git's settings are not cloned: everybody runs lamina secrets git-setup once")
    if shutil.which("lamina") is None:
        output.note("git will call lamina, and there is none on the PATH here: put it there, or merges stop")
