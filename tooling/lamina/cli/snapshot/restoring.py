"""`restore`: a store as it was, from the archive."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.options import formats
from lamina.cli.snapshot.places import of_archive, trusts_of

if TYPE_CHECKING:
    from lamina.project.state.snapshots import ArchivePlace

_TO = "A snapshot (STORE@SEQ, @SEQ, latest), the number of an event, or a time, in UTC where it names no zone."
_INTO = "A new place for it: a file that ends in .sqlite, or a folder. Otherwise it is put in place of what is there."


@click.command("restore", short_help="Restore a store as it was.")
@of_archive(store=True)
@click.option("--to", metavar="SNAPSHOT|SEQ|TIME", default="latest", show_default=True, help=_TO)
@click.option("--into", metavar="PATH", type=click.Path(path_type=Path), help=_INTO)
@formats("text", "json")
@click.pass_context
def restore_command(ctx: click.Context, place: "ArchivePlace", to: str, into: Path | None, form: str) -> None:
    """Restore the run state of an ENVIRONMENT from its archive, byte for byte; what is in its place is kept beside it.

    It is built beside and proved first. Where nothing is archived on this machine, the archive is fetched. A store that
    goes back gets a new name, as the archive has other events under the old one.

    Examples: lamina snapshot restore prod; lamina snapshot restore prod --to 2026-11-21T12:00 --into /tmp/then.sqlite
    """
    from lamina.changes.archiving.restoring import restored

    done = restored(place, to, into, now, output.note, trusts_of(ctx))
    if form == "json":
        output.result_json(
            {
                **{"store": done.store, "renamed": done.renamed, "seq": done.seq, "events": done.events},
                **{"runs": done.runs, "home": str(done.home), "kept": str(done.kept) if done.kept else None},
            }
        )
        return
    runs = "1 run" if done.runs == 1 else f"{done.runs} runs"
    output.result(
        f"restored {output.safe(done.store)} up to event {done.seq}, with {runs}, to {output.safe(str(done.home))}"
    )
    if done.renamed:
        output.note("it has a new name, since the archive has other events under the old one")
    if done.kept:
        output.note(f"what was there is kept: {done.kept}")
