"""Changing: `set` and `unset`."""

import re
import sys
from collections.abc import Callable

import click

from lamina.changes.judging import WouldBreak
from lamina.changes.landing import Landing
from lamina.changes.values import Outcome, set_value, unset_value
from lamina.cli import output
from lamina.cli.landing import CommitWish, landing_of, landing_options, tell_commit
from lamina.project import Explanation
from lamina.project.hiding import hidden
from lamina.words.address import Address, parse_address
from lamina.words.node import same

_LAYER = click.option("--layer", metavar="ENVIRONMENT", help="Write into the layer of one it extends, such as base.")
_FORCE = click.option("--force", is_flag=True, help="Write even if errors remain, and say what is wrong.")


_NEGATIVE = re.compile(r"-\.?(\d|inf\b)")


class _WithNegatives(click.Command):
    """A command that takes a negative number for a value, not for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.ignore_unknown_options = any(map(_NEGATIVE.match, args))
        return super().parse_args(ctx, args)


@click.command("set", cls=_WithNegatives, short_help="Set a value, and change no other line.")
@click.argument("environment")
@click.argument("address")
@click.argument("value")
@_LAYER
@_FORCE
@landing_options
@click.pass_context
def set_command(
    ctx: click.Context,
    environment: str,
    address: str,
    value: str,
    layer: str | None,
    force: bool,
    wish: CommitWish | None,
) -> int:
    """Set a value in the ENVIRONMENT's own layer; only the lines of that key change.

    Example: lamina set prod orchestrator:execution.concurrency.max_agents 16
    """
    landing, where = landing_of(ctx, wish), parse_address(address)
    return _done(landing, where, lambda: set_value(landing, environment, where, value, layer=layer, force=force))


@click.command("unset", short_help="Take a value out of a layer again.")
@click.argument("environment")
@click.argument("address")
@click.option("--hide", is_flag=True, help="Write !unset, which takes away what lower layers set.")
@_LAYER
@_FORCE
@landing_options
@click.pass_context
def unset_command(
    ctx: click.Context,
    environment: str,
    address: str,
    hide: bool,
    layer: str | None,
    force: bool,
    wish: CommitWish | None,
) -> int:
    """Take a value out of the ENVIRONMENT's own layer, so that what lies below shows again.

    Example: lamina unset prod orchestrator:logging.level
    """
    landing, where = landing_of(ctx, wish), parse_address(address)
    return _done(landing, where, lambda: unset_value(landing, environment, where, hide=hide, layer=layer, force=force))


def _done(landing: Landing, address: Address, act: Callable[[], Outcome]) -> int:
    try:
        outcome = act()
    except WouldBreak as failure:
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
        raise
    output.findings_text(outcome.findings, lambda _: None, sys.stderr)
    output.result(output.safe(f"{address}: {_change(outcome)}  ({outcome.file})"))
    tell_commit(landing, outcome.commit)
    if outcome.beaten_by:
        output.note(f"no change shows here: {outcome.beaten_by} lies above and sets it too")
    if outcome.findings:
        output.note("errors remain: lamina validate shows them all")
    return 1 if outcome.findings else 0


def _change(outcome: Outcome) -> str:
    if not outcome.written:
        return f"{_shown(outcome.after)}, already so"
    values = [side.value if side else None for side in (outcome.before, outcome.after)]
    if outcome.before and outcome.after and same(*values):
        return f"{_shown(outcome.after)}, as before"
    return f"{_shown(outcome.before)} -> {_shown(outcome.after)}"


def _shown(explanation: Explanation | None) -> str:
    if explanation is None:
        return "(not set)"
    return output.brief(hidden(explanation.value, explanation.secrets, "redact"))
