"""Going back: `rollback` and `revert`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.history import commit_cells, commit_json
from lamina.cli.landing import CommitWish, landing_of, tell_commit
from lamina.cli.options import folder_of, formats, keyring_of
from lamina.cli.planned import findings_shown, plan_json, plan_text
from lamina.words.errors import Misuse, listing

if TYPE_CHECKING:
    from lamina.changes.landing import Landing
    from lamina.changes.rolling.revert import Revert
    from lamina.changes.rolling.rollback import Rollback

_NOTHING = "nothing to do: {} already is what it was at {}"


def _going_back(command: Callable[..., int]) -> Callable[..., int]:
    """The options that both share."""
    command = formats("text", "json")(command)
    branch = "Commit to this branch, new or not, and check nothing out."
    command = click.option("--branch", metavar="NAME", help=branch)(command)
    command = click.option("-m", "--reason", metavar="TEXT", help="Say in the commit why.")(command)
    return click.option("--dry-run", is_flag=True, help="Show what would change, and commit nothing.")(command)


@click.command("rollback", short_help="Bring an environment, or all, back to what it was.")
@click.argument("environment", required=False)
@click.option("--to", "revision", metavar="REV", required=True, help="The commit, tag or branch to go back to.")
@click.option("--secrets", is_flag=True, help="The sealed files too; they stay as they are otherwise.")
@_going_back
@click.pass_context
def rollback_command(
    ctx: click.Context,
    environment: str | None,
    revision: str,
    secrets: bool,
    dry_run: bool,
    reason: str | None,
    branch: str | None,
    form: str,
) -> int:
    """Make an ENVIRONMENT, or all, what it was at REV, under today's schemas: as a new commit, proved before it is made.

    Of one environment only its own layers change, whatever has become of those below it. No other environment changes
    but those that extend it.

    Examples: lamina rollback prod --to v1.4; lamina rollback prod --to HEAD~3 --dry-run
    """
    from lamina.changes.rolling.rollback import rollback

    if environment == "":
        # The name in an empty variable of a script must not come to mean all of them.
        raise Misuse("the name of the environment is empty", "leave it out to bring all of them back")
    landing = _landing(ctx, branch, dry_run)
    with findings_shown():
        found = rollback(landing, folder_of(ctx), revision, environment, keyring_of(ctx), secrets)
    commit = None if dry_run else found.land(landing, reason)
    if form == "json":
        output.result_json({"environment": environment, **_json(landing, found, commit), "kept": list(found.kept)})
        return 0
    if found.kept:
        output.note(f"sealed files stay as they are today: {listing(found.kept)}; --secrets brings back those of then")
    if not found.plan.files:
        output.result(output.safe(_NOTHING.format(environment or "every environment", _name(found))))
        return 0
    output.result(output.safe(f"{environment or 'everything'} as it was at {_name(found)}"))
    _tell(landing, found, commit, dry_run)
    return 0


@click.command("revert", short_help="Take back what one commit did.")
@click.argument("revision", metavar="REV")
@_going_back
@click.pass_context
def revert_command(
    ctx: click.Context, revision: str, dry_run: bool, reason: str | None, branch: str | None, form: str
) -> int:
    """Take back what the commit REV did, as a new commit, and leave what was done since; of a merge, what it brought.

    Layers of older versions are brought to today's first. Where later commits changed the same lines it is refused.

    Example: lamina revert HEAD~2
    """
    from lamina.changes.rolling.revert import revert

    landing = _landing(ctx, branch, dry_run)
    with findings_shown():
        found = revert(landing, folder_of(ctx), revision, keyring_of(ctx))
    commit = None if dry_run else found.land(landing, reason)
    if form == "json":
        output.result_json({**_json(landing, found, commit), "others": list(found.others)})
        return 0
    if not found.files:
        output.result(output.safe(f"nothing to do: nothing of {_name(found)} is left"))
        return 0
    output.result(output.safe(f"taken back: {_name(found)}"))
    _tell(landing, found, commit, dry_run, found.others)
    return 0


def _landing(ctx: click.Context, branch: str | None, dry_run: bool) -> "Landing":
    """Where the commit goes; without one what is checked out is only looked at, whatever forbids to commit there."""
    from lamina import __version__
    from lamina.changes.landing import Landing
    from lamina.project.revisions import project_at

    if dry_run and branch is None:
        return Landing(project_at(folder_of(ctx), "HEAD", __version__))
    return landing_of(ctx, CommitWish(None, branch))


def _name(found: "Rollback | Revert") -> str:
    id, author, day = commit_cells(found.commit)
    return f"{id} ({day}, {author}: {found.commit.subject})"


def _tell(
    landing: "Landing", found: "Rollback | Revert", commit: str | None, dry_run: bool, others: tuple[str, ...] = ()
) -> None:
    plan_text(found.plan)
    if others:
        output.result(output.safe(f"files that lamina does not read: {listing(others)}"))
    if dry_run:
        output.note("nothing was committed: --dry-run")
    else:
        tell_commit(landing, commit)


def _json(landing: "Landing", found: "Rollback | Revert", commit: str | None) -> dict[str, Any]:
    branch = landing.branch.name if landing.branch else None
    return {"to": commit_json(found.commit), "branch": branch, "commit": commit, **plan_json(found.plan)}
