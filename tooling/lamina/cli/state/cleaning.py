"""Removing old state: `cleanup`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.options import formats, project_of
from lamina.words.times import second_of, size_text

if TYPE_CHECKING:
    from lamina.changes.state.cleanup import Cleanup

_LOCATION = "Where the store is, if not where the environment says; the policies are the environment's all the same."
_DUE = "Only when a time of the schedule has come that nobody has served yet."


@click.command("cleanup", short_help="Remove old state, as the policies say.")
@click.argument("environment")
@click.option("--location", metavar="PATH", type=click.Path(path_type=Path, readable=False), help=_LOCATION)
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--if-due", is_flag=True, help=_DUE)
@formats("text", "json")
@click.pass_context
def cleanup_command(
    ctx: click.Context, environment: str, location: Path | None, dry_run: bool, if_due: bool, form: str
) -> int:
    """Remove the state of old runs from the store of an ENVIRONMENT: by age, by size and by count, as it is configured.

    Runs that have not ended, pinned ones, the newest and what the archive lacks stay. Exit 1: what stays is too large.

    Example: lamina state cleanup prod --dry-run
    """
    from lamina.changes.state.tidying import cleaned_up
    from lamina.project.state.opening import place_at, state_place

    place = state_place(project_of(ctx), environment)
    if location is not None:
        place = place_at(location, place.settings)
    found = cleaned_up(place, now, output.note, dry_run=dry_run, if_due=if_due)
    if form == "json":
        output.result_json(_json(environment, found))
    else:
        for line in _lines(found):
            output.result(output.safe(line))
    return 0 if found is None or found.fits else 1


def _json(environment: str, found: "Cleanup | None") -> dict[str, Any]:
    if found is None:
        return {"environment": environment, "due": False}
    plan = found.plan
    return {
        "environment": environment,
        "due": True,
        "dry_run": found.dry_run,
        "scheduled": found.scheduled.isoformat() if found.scheduled else None,
        "dropped": [{"run": run, "why": why} for run, why in plan.dropped],
        "kept": [{"run": run, "because": because} for run, because in plan.kept],
        "expired": list(plan.expired),
        "contents": len(plan.blobs),
        "first_event": plan.first,
        "carried": list(plan.carried),
        "bytes": {"before": plan.before, "after": found.size, "limit": plan.limit},
        "fits": found.fits,
    }


def _lines(found: "Cleanup | None") -> Iterator[str]:
    if found is None:
        yield "not due"
        return
    plan = found.plan
    would = "would go" if found.dry_run else "went"
    for run, why in plan.dropped:
        yield f"{run}  {would}, by {why}"
    gone = Counter(why for _, why in plan.dropped)
    parts = [f"{gone[why]} by {why}" for why in ("age", "size") if gone[why]]
    yield f"runs that {would}: {len(plan.dropped)}" + (f" ({', '.join(parts)})" if parts else "")
    stay = Counter(because for _, because in plan.kept)
    parts = [f"{count} {because}" for because, count in sorted(stay.items())]
    yield f"runs that stay: {len(plan.kept)}" + (f" ({', '.join(parts)})" if parts else "")
    if plan.blobs or plan.first > 1:
        yield f"contents that {would}: {len(plan.blobs)}; the log begins with event {plan.first}"
    about = "about " if found.dry_run else ""
    yield f"size: {size_text(plan.before)} before, {about}{size_text(found.size)} after, {size_text(plan.limit)} at most"
    if not found.fits:
        yield "what has to stay is larger than cleanup.max_size_mib allows"
    if found.busy:
        yield "somebody is reading the database, so it gives the room back at the next clean-up"
    if found.scheduled:
        yield f"served the schedule's time {second_of(found.scheduled.isoformat())} UTC"
