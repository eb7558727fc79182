"""Hooks of git: `hooks install`."""

import shutil
import sys
from pathlib import Path

import click

from lamina.cli import output
from lamina.cli.groups import help_alone
from lamina.cli.options import folder_of
from lamina.thought.hooks import HOOKS


@click.group(
    "hooks",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    short_help="Have git check commits, pushes and merges.",
)
@click.pass_context
def hooks_command(ctx: click.Context) -> None:
    """Have git check commits, pushes and merges.

    Example: lamina hooks install
    """
    help_alone(ctx)


@hooks_command.command("install", short_help="Put hooks where git runs them.")
@click.argument("names", nargs=-1, metavar="[HOOK]...", type=click.Choice(list(HOOKS)))
@click.option("--undo", is_flag=True, help="Take them out again.")
@click.pass_context
def install_command(ctx: click.Context, names: tuple[str, ...], undo: bool) -> None:
    """Put hooks where git runs them, in this clone: those of a work tree, or that of a server in a bare repository.

    HOOK is pre-commit, pre-merge-commit, commit-msg, pre-push, post-merge or pre-receive; without one all that fit. A hook of
    somebody else is left alone, and then nothing is written.

    Examples: lamina hooks install; lamina -C /srv/git/config.git hooks install
    """
    from lamina.changes.hooks import install_hooks, remove_hooks

    folder, chosen = folder_of(ctx), tuple(dict.fromkeys(names))
    program = _program()
    done = remove_hooks(folder, chosen) if undo else install_hooks(folder, chosen, program)
    for hook in done:
        output.result(output.safe(f"{hook.file}: {hook.state}"))
    if not done:
        output.result("nothing to take out")
    if not undo and program is None:
        output.note("the hooks will call lamina, and there is none on the PATH here: put it there, or they refuse")


def _program() -> Path | None:
    """The program lamina that runs, or the one that would run by its name."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(sys.argv[0]) if Path(sys.argv[0]).name == "lamina" else None
    found = found or shutil.which("lamina") or shutil.which("lamina", path=beside)
    return Path(found).absolute() if found else None
