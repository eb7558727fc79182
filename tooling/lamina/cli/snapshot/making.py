"""`create`, `push` and `pull`: snapshots into the archive, to its remote, and from there."""

from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.options import formats
from lamina.cli.snapshot.places import at_work, key_of, of_archive, patience, snapshot_json, trusts_of

if TYPE_CHECKING:
    from lamina.changes.archiving.committing import Made
    from lamina.changes.archiving.pushing import Sent
    from lamina.changes.state.store import StateStore
    from lamina.project.state.snapshots import ArchivePlace


@click.command("create", short_help="Commit a snapshot, if anything has happened.")
@of_archive()
@click.option("--pin", is_flag=True, help="Keep it for ever: no retention and no prune takes what it needs.")
@formats("text", "json")
@click.pass_context
def create_command(ctx: click.Context, place: "ArchivePlace", pin: bool, form: str) -> None:
    """Commit a snapshot of the run state of an ENVIRONMENT to its archive on this machine, if anything has happened.

    With a key of git (user.signingKey) it gets an anchor, by which lamina audit verify can tell what was tampered with.

    Example: lamina snapshot create prod --pin
    """
    with at_work(place) as store:
        made = _made(ctx, place, store, pin)
    if form == "json":
        output.result_json({"snapshot": _made_json(made)})
    else:
        _tell_made(made)


@click.command("push", short_help="Commit a snapshot, and push all that the remote lacks.")
@of_archive(remote=True)
@click.option(
    "--again", is_flag=True, help="Put back what the remote has lost: its branch was moved back or rewritten."
)
@formats("text", "json")
@click.pass_context
def push_command(ctx: click.Context, place: "ArchivePlace", again: bool, form: str) -> None:
    """Commit a snapshot of the run state of an ENVIRONMENT, if anything has happened, and push all that the remote lacks.

    What cannot be pushed stays here and is pushed next time: exit 3, and nothing is lost.

    Example: lamina snapshot push prod
    """
    from lamina.changes.archiving.pushing import push

    with at_work(place) as store:
        made = _made(ctx, place, store, False)
        if form == "text" and made is not None:
            _tell_made(made)
        sent = push(place, store, patience(), trusts_of(ctx), again=again)
    if form == "json":
        output.result_json({"snapshot": _made_json(made), **_sent_json(sent)})
    else:
        _tell_sent(sent)


@click.command("pull", short_help="Fetch the archive from its remote.")
@of_archive(remote=True)
@formats("text", "json")
@click.pass_context
def pull_command(ctx: click.Context, place: "ArchivePlace", form: str) -> None:
    """Fetch what was pushed to the archive of an ENVIRONMENT, be it from here or from other machines.

    Where no state is kept yet, this comes first: lamina snapshot restore then makes a store of it.

    Example: lamina snapshot pull prod
    """
    from lamina.changes.archiving.pushing import pull
    from lamina.project.state.snapshots import stores_in

    commit = pull(place, trusts_of(ctx))
    stores = stores_in(place)
    if form == "json":
        output.result_json({"commit": commit, "branch": place.branch, "stores": stores})
    elif commit is None:
        output.result(f"{output.safe(place.branch)} is not there yet")
    else:
        output.result(f"{output.safe(place.branch)} is at {commit[:12]}, with {output.safe(', '.join(stores))}")


def _made(ctx: click.Context, place: "ArchivePlace", store: "StateStore", pin: bool) -> "Made | None":
    from lamina.changes.archiving.committing import create
    from lamina.thought.runs.report import report

    made = create(place, store, now, pin=pin, report=report, key=key_of(ctx))
    for one in made.left_out if made else ():
        output.note(f"the state that the checkpoint {one} saved is gone or too large, and is not archived")
    return made


def _tell_made(made: "Made | None") -> None:
    if made is None:
        output.result("nothing has happened since the last snapshot")
        return
    runs = "1 run" if made.runs == 1 else f"{made.runs} runs"
    pinned = ", pinned" if made.snapshot.pinned else ""
    output.result(f"{output.safe(made.snapshot.name)}: {runs} changed, commit {made.commit[:12]}{pinned}")


def _tell_sent(sent: "Sent") -> None:
    where = f"{output.safe(sent.branch)} at {output.safe(sent.remote)}"
    if sent.snapshots:
        number = "1 snapshot" if len(sent.snapshots) == 1 else f"{len(sent.snapshots)} snapshots"
        output.result(f"pushed {number} to {where}")
    else:
        output.result(f"{where} has all of them")


def _made_json(made: "Made | None") -> dict[str, Any] | None:
    if made is None:
        return None
    return {**snapshot_json(made.snapshot), "commit": made.commit, "runs": made.runs, "left_out": [*made.left_out]}


def _sent_json(sent: "Sent") -> dict[str, Any]:
    names = [one.name for one in sent.snapshots]
    return {"remote": sent.remote, "branch": sent.branch, "pushed": names, "tries": sent.tries}
