"""Values: `get`, `set` and `unset`, by environment and address, or by file and path."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click

from lamina.changes.judging import WouldBreak
from lamina.changes.sealed_values import (
    Place,
    SealedOutcome,
    get_secret,
    place_of_address,
    place_of_file,
    set_secret,
    unset_secret,
)
from lamina.cli import output
from lamina.cli.looking import print_value
from lamina.cli.options import folder_of, formats, keyring_of, named_file, project_of
from lamina.project import Project
from lamina.words.address import parse_address, parse_path, path_text
from lamina.words.errors import Misuse
from lamina.world.repository import NotARepository

_LAYER = click.option("--layer", metavar="ENVIRONMENT", help="Write into the layer of one it extends, such as base.")
_FORCE = click.option("--force", is_flag=True, help="Write even if errors remain, and say what is wrong.")


@click.command("get", short_help="One opened value.")
@click.argument("where", metavar="ENVIRONMENT|FILE")
@click.argument("what", metavar="[ADDRESS|PATH]", default="")
@formats("text", "json")
@click.pass_context
def get_command(ctx: click.Context, where: str, what: str, form: str) -> None:
    """One opened value: of an ENVIRONMENT at an ADDRESS, as it is rendered; or of a sealed FILE at a PATH in it.

    Examples: lamina secrets get prod app:database.password; lamina secrets get prod.env TOKEN
    """
    if named_file(ctx, where):
        place = place_of_file(_project(ctx), folder_of(ctx), where, parse_path(what))
        print_value(get_secret(place, keyring_of(ctx)), form)
        return
    _demand_address(where, what)
    value, _ = project_of(ctx).get(where, parse_address(what), secrets="unseal", keyring=keyring_of(ctx))
    print_value(value, form)


@click.command("set", short_help="Seal a value, and change no other.")
@click.argument("where", metavar="ENVIRONMENT|FILE")
@click.argument("what", metavar="ADDRESS|PATH")
@click.argument("value", required=False)
@_LAYER
@_FORCE
@click.pass_context
def set_command(ctx: click.Context, where: str, what: str, value: str | None, layer: str | None, force: bool) -> int:
    """Seal a value in the ENVIRONMENT's own sealed layer, or in a sealed FILE; nothing else in it changes.

    Without a VALUE it is asked for, or read from the standard input: on a command line others may see it.

    Examples: lamina secrets set prod app:database.password; pass show db | lamina secrets set prod app:database.password
    """
    place, keyring = _place(ctx, where, what, layer), keyring_of(ctx)
    text = value if value is not None else _asked(what)
    return _done(place, "sealed", lambda: set_secret(place, text, keyring, os.urandom, datetime.now(UTC), force))


@click.command("unset", short_help="Take a value out of a sealed file.")
@click.argument("where", metavar="ENVIRONMENT|FILE")
@click.argument("what", metavar="ADDRESS|PATH")
@_LAYER
@_FORCE
@click.pass_context
def unset_command(ctx: click.Context, where: str, what: str, layer: str | None, force: bool) -> int:
    """Take a value out of the ENVIRONMENT's own sealed layer, or out of a sealed FILE.

    Example: lamina secrets unset prod app:database.password
    """
    place, keyring = _place(ctx, where, what, layer), keyring_of(ctx)
    return _done(place, "taken out", lambda: unset_secret(place, keyring, os.urandom, datetime.now(UTC), force))


def _place(ctx: click.Context, where: str, what: str, layer: str | None) -> Place:
    if named_file(ctx, where):
        if layer is not None:
            raise Misuse("--layer goes with an environment, and this is a file", f"name the file of {layer} itself")
        path = parse_path(what)
        if not path:
            raise Misuse("no path in the file is named", f"lamina secrets edit {where} changes the whole file")
        return place_of_file(_project(ctx), folder_of(ctx), where, path)
    _demand_address(where, what)
    return place_of_address(project_of(ctx), where, parse_address(what), layer)


def _project(ctx: click.Context) -> Project | None:
    try:
        return project_of(ctx)
    except NotARepository:
        return None


def _demand_address(environment: str, address: str) -> None:
    if not address:
        raise Misuse(f"no address in {environment} is named", f"lamina secrets get {environment} DOCUMENT:PATH")


def _asked(what: str) -> str:
    """The value, typed unseen or piped in; the line break at its end is not part of it."""
    if sys.stdin is not None and sys.stdin.isatty():
        value: str = click.prompt(f"{output.safe(what)}", hide_input=True, err=True)
        return value
    try:
        text = sys.stdin.buffer.read().decode() if sys.stdin is not None else ""
    except UnicodeDecodeError:
        raise Misuse("the value on the standard input is not UTF-8", "seal bytes as a file of their own") from None
    return text.removesuffix("\n").removesuffix("\r")


def _done(place: Place, done: str, act: Callable[[], SealedOutcome]) -> int:
    try:
        outcome = act()
    except WouldBreak as failure:
        output.findings_text(failure.findings, lambda _: None, sys.stderr)
        raise
    output.findings_text(outcome.findings, lambda _: None, sys.stderr)
    what = done if outcome.written else "already so"
    where = place.address or path_text(place.path)
    output.result(output.safe(f"{where}: {what}  ({outcome.file}{', new' * outcome.created})"))
    if outcome.findings:
        output.note("errors remain: lamina validate shows them all")
    return 1 if outcome.findings else 0
