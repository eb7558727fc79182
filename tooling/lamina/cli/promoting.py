"""Promoting: `promote`."""

import click

from lamina.cli import output
from lamina.cli.landing import CommitWish, landing_of, landing_options, tell_commit
from lamina.cli.options import formats
from lamina.cli.planned import findings_shown, plan_json, plan_text
from lamina.words.address import parse_address, path_text


@click.command("promote", short_help="Copy values from one environment to another.")
@click.argument("source", metavar="FROM")
@click.argument("to", metavar="TO")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@landing_options
@formats("text", "json")
@click.pass_context
def promote_command(
    ctx: click.Context,
    source: str,
    to: str,
    addresses: tuple[str, ...],
    dry_run: bool,
    form: str,
    wish: CommitWish | None,
) -> int:
    """Copy what differs, everywhere or at some ADDRESSes, from one environment to the own layers of another.

    Secrets, and what each environment has of its own (x-environments: own), are held back and listed.

    Examples: lamina promote staging prod --dry-run; lamina promote staging prod orchestrator:logging --commit
    """
    from lamina.changes.promoting import promoted

    landing, where = landing_of(ctx, wish), [parse_address(address) for address in addresses]
    with findings_shown():
        found = promoted(landing.project, source, to, where)
    subject = f"Promote {', '.join(addresses) or 'what differs'} from {source} to {to}"
    commit = None if dry_run else landing.land(found.plan.files, subject)
    if form == "json":
        held = [
            {"document": one.address.document, "path": path_text(one.address.path), "reason": one.reason}
            for one in found.held
        ]
        output.result_json({"from": source, "to": to, "commit": commit, "held": held, **plan_json(found.plan)})
        return 0
    if found.plan.files:
        plan_text(found.plan)
    else:
        output.result(output.safe(f"nothing to do: {to} has all that {source} can give it"))
    for one in found.held:
        output.result(output.safe(f"held back: {one.address}: {one.reason}"))
    if dry_run:
        output.note("nothing was written: --dry-run")
    elif found.plan.files:
        tell_commit(landing, commit)
    return 0
