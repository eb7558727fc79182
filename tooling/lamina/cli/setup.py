"""Setting up: `init` and `doctor`.

This module imports nothing of the package that reads YAML: `doctor` must be able to say that this cannot be done here.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from lamina import __version__
from lamina.cli import output
from lamina.cli.checks import show_checks
from lamina.words.check import Check

_KEEP = "Leave a README and other files around the configuration as they are, and write the rest."
_FORM = "The form of the output."
_FIX = "First do what lamina ide does."
_GITHUB = "Ask GitHub too whether its rules are in force; GITHUB_TOKEN, or GH_TOKEN, is sent to it where it is set."


@click.command("init", short_help="Make a new repository.")
@click.argument("folder", metavar="[DIR]", default=".")
@click.option("--keep", is_flag=True, help=_KEEP)
@click.pass_context
def init_command(ctx: click.Context, folder: str, keep: bool) -> None:
    """Make a new repository in DIR (here, if none is given): a small configuration that validates, with all around it.

    Example: lamina init infra
    """
    from lamina.project.beginning import begin

    where: Path = ctx.find_root().obj / folder
    begun = begin(where, __version__, keep=keep)
    extent = f"{len(begun.files)} files{', and a git repository' * begun.fresh}"
    place = "here" if Path(folder) == Path() else f"in {output.safe(folder)}"
    output.result(f"A lamina repository stands {place}: {extent}.")
    if begun.kept:
        output.result(f"Left as it was: {', '.join(begun.kept)}.")
    if begun.top != where.resolve():
        top = output.safe(str(begun.top))
        output.result(f".github/ and .pre-commit-config.yaml work only at the top of a git repository: {top}")
    output.result("\nNext:")
    for command, remark in _next(folder):
        output.result(f"  {command:<38}  {output.styled('# ' + remark, 'bright_black')}" if remark else f"  {command}")


def _next(folder: str) -> Iterator[tuple[str, str]]:
    """Commands to try, and why."""
    if Path(folder) != Path():
        yield f"cd {folder}", ""
    yield "lamina validate", "everything fits its schema"
    yield "lamina render prod", "what production gets"
    yield "lamina explain prod app:server.timeout", "where a value comes from"
    yield "git add . && git commit -m Begin", "from here on every commit is a version"
    yield "lamina doctor", "what is missing on this machine"


@click.command("doctor", short_help="What is wrong with this set-up.")
@click.option("--fix", is_flag=True, help=_FIX)
@click.option("--github", is_flag=True, help=_GITHUB)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help=_FORM)
@click.pass_context
def doctor_command(ctx: click.Context, fix: bool, github: bool, form: str) -> int:
    """What is wrong with this set-up, and the way out of it; exit 1 when there is a problem.

    Example: lamina doctor
    """
    folder: Path = ctx.find_root().obj
    checks = [*_checks(folder, fix), *([_on_github(folder)] if github else [])]
    return show_checks(checks, form)


def _fix(folder: Path) -> None:
    import lamina
    from lamina.changes.editor_setup import write_editor_setup

    for one in write_editor_setup(lamina.open(folder)):
        output.note(f"{'removed' if one.state == 'left over' else 'wrote'} {one.file}")


def _checks(folder: Path, fix: bool) -> Iterator[Check]:
    from lamina.world.programs import programs

    for check in programs(__version__):
        yield check
        if check.state == "problem":
            return  # without its programs lamina cannot look any further
    from lamina.project.checkup import check_git, check_repository
    from lamina.world.identities import VARIABLES, key_places

    if fix:
        _fix(folder)
    variables = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    yield check_git()
    yield from check_repository(folder, __version__, key_places(variables, Path.home()))


def _on_github(folder: Path) -> Check:
    from lamina.project.rules_on_github import check_rules_on_github
    from lamina.world.github import API

    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    return check_rules_on_github(folder, os.environ.get("GITHUB_API_URL") or API, token)
