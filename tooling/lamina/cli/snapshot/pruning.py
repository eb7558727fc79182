"""`prune`: letting go of what retention dropped, by a commit or by a history that begins anew."""

from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.options import formats
from lamina.cli.snapshot.places import at_work, key_of, of_archive, patience, trusts_of
from lamina.words.errors import Failure, Misuse

if TYPE_CHECKING:
    from lamina.changes.archiving.pruning import Pruned, Squashed
    from lamina.changes.state.store import StateStore
    from lamina.project.state.snapshots import ArchivePlace


class NoKey(Failure):
    """A history that is to begin anew, and nobody who signs why."""

    def __init__(self) -> None:
        super().__init__(
            "there is no key to sign the record with, so others would not follow",
            "git config user.signingKey ~/.ssh/id_ed25519.pub, and list the key in the file that archive.signers names",
        )


@click.command("prune", short_help="Let go of what retention dropped.")
@of_archive()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option(
    "--squash", is_flag=True, help="Begin the history anew, at the remote too: what is gone is gone there as well."
)
@click.option("--reason", metavar="TEXT", help="Why the history begins anew; it is recorded, and signed.")
@formats("text", "json")
@click.pass_context
def prune_command(
    ctx: click.Context, place: "ArchivePlace", dry_run: bool, squash: bool, reason: str | None, form: str
) -> None:
    """Remove from the archive of an ENVIRONMENT what the retention of its store dropped, and no pinned snapshot needs.

    That is a commit: the history before it stays, and so does every snapshot. With --squash the history begins anew, with a
    signed record of it, which other machines follow.

    Examples: lamina snapshot prune prod --dry-run; lamina snapshot prune prod --squash --reason "erasure request 17"
    """
    from lamina.changes.archiving.pruning import prune_archive

    if squash != (reason is not None) or (squash and dry_run):
        raise Misuse("--squash and --reason belong together, and --dry-run is without them", "say why: --reason TEXT")
    with at_work(place) as store:
        if reason is not None:
            done = _squashed(ctx, place, store, reason)
            _tell_squashed(done, form)
        else:
            _tell_pruned(prune_archive(place, store, now, dry_run), dry_run, form)


def _squashed(ctx: click.Context, place: "ArchivePlace", store: "StateStore", reason: str) -> "Squashed":
    from lamina.changes.archiving.pruning import squash

    key = key_of(ctx)
    if key is None:
        raise NoKey
    return squash(place, store, now, trusts_of(ctx), patience(), reason, key)


def _tell_pruned(done: "Pruned", dry_run: bool, form: str) -> None:
    if form == "json":
        output.result_json({**_pruned_json(done), "commit": done.commit})
    elif not done.files:
        output.result("there is nothing to let go of")
    else:
        would = "would remove" if dry_run else "removed"
        output.result(f"{would} {_runs(done)} and the events before {done.first}, {done.files} files")


def _tell_squashed(done: "Squashed", form: str) -> None:
    if form == "json":
        output.result_json({"old": done.old, "new": done.new, "commits": done.commits, **_pruned_json(done.pruned)})
    else:
        commits = "1 commit is" if done.commits == 1 else f"{done.commits} commits are"
        output.result(f"{commits} one that begins anew, {done.new[:12]}; the newest was {done.old[:12]}")


def _pruned_json(done: "Pruned") -> dict[str, Any]:
    return {"runs": [*done.runs], "files": done.files, "first": done.first}


def _runs(done: "Pruned") -> str:
    return "1 run" if len(done.runs) == 1 else f"{len(done.runs)} runs"
