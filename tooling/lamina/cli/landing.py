"""Where a change lands, as options: `--commit`, `-m` and `--branch`, for every command that changes layers."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import folder_of, project_of
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.changes.landing import Landing


@dataclass(frozen=True, slots=True)
class CommitWish:
    """The user's wish for a commit: with which message, on which branch; None for a made one, and for the one checked out."""

    message: str | None
    branch: str | None


def landing_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--commit`, `-m TEXT` and `--branch NAME`, each of which asks for a commit: the command gets a `wish`, or None."""

    @click.option("--commit", is_flag=True, help="Commit the change, on top of the last commit, and nothing else.")
    @click.option("-m", "--message", metavar="TEXT", help="Commit with this message.")
    @click.option("--branch", metavar="NAME", help="Commit to this branch, new or not, and check nothing out.")
    @wraps(command)
    def wishing(*args: Any, commit: bool, message: str | None, branch: str | None, **words: Any) -> int:
        asked = commit or message is not None or branch is not None
        return command(*args, **words, wish=CommitWish(message, branch) if asked else None)

    return wishing


def landing_of(ctx: click.Context, wish: CommitWish | None) -> "Landing":
    """Where the command's change lands; raises what forbids a commit there before anything is computed."""
    from lamina import __version__
    from lamina.changes.landing import Landing, on_branch

    if wish is None:
        return Landing(project_of(ctx))
    return on_branch(folder_of(ctx), __version__, wish.branch, wish.message)


def tell_commit(landing: "Landing", commit: str | None) -> None:
    """Say which commit a change became, where it was to be one."""
    if landing.branch is not None:
        name = output.safe(landing.branch.name)
        output.result(f"committed to {name}: {commit[:12]}" if commit else f"nothing to commit to {name}")
