"""Migrating: `migrate`."""

import sys
from typing import TYPE_CHECKING, Literal

import click

from lamina.cli import output
from lamina.cli.landing import CommitWish, landing_of, landing_options, tell_commit
from lamina.cli.options import keyring_of
from lamina.cli.patching import patch_of
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.project.outdated import Survey

Act = Literal["check", "preview", "write"]


@click.command("migrate", short_help="Bring layers to the newest versions of their kinds.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--check", "check", is_flag=True, help="Say what is outdated, and exit 1 if anything is (the default).")
@click.option("--preview", is_flag=True, help="Print the patch that --write applies.")
@click.option("--write", is_flag=True, help="Rewrite the layers, all or none.")
@click.option("--plain", is_flag=True, help="Leave sealed layers as they are; no key is needed then.")
@landing_options
@click.pass_context
def migrate_command(
    ctx: click.Context,
    environments: tuple[str, ...],
    check: bool,
    preview: bool,
    write: bool,
    plain: bool,
    wish: CommitWish | None,
) -> int:
    """Bring the layers in the ENVIRONMENTs' own folders (in all, when none is named) to the newest versions of their kinds.

    Comments and all else stay as they are; every document says what it said before. Sealed layers need your key.

    Example: lamina migrate --preview
    """
    from lamina.changes import migrating
    from lamina.project.outdated import surveyed

    if check + preview + write > 1:
        raise Misuse("--check, --preview and --write exclude each other", "choose one")
    if wish is not None and not write:
        raise Misuse("only what is written can be committed", "lamina migrate --write --commit")
    landing = landing_of(ctx, wish)
    survey = surveyed(landing.project, environments, plain)
    if not (preview or write):
        _tell(survey)
        return 0 if survey.current else 1
    changes = migrating.migrated(landing.project, survey, keyring_of(ctx))
    if preview:
        output.result_bytes(b"".join(map(patch_of, changes)))
        return 0
    commit = landing.land(changes, f"Migrate {_count(len(changes), 'file')} to the newest versions of their kinds")
    for change in changes:
        output.result(output.safe(f"rewritten: {change.file}"))
    output.result(_count(len(changes), "file") + " rewritten; every document says what it said before")
    tell_commit(landing, commit)
    return 0


def _tell(survey: "Survey") -> None:
    """What is outdated, line by line, and what hinders."""
    output.findings_text(survey.findings, lambda _: None, sys.stdout)
    for layer in survey.layers:
        sealed = ", sealed" if layer.of.sealed else ""
        output.result(
            output.safe(f"{layer.position}: version {layer.version}, and {layer.newest} is the newest{sealed}")
        )
    for one in survey.references:
        output.result(output.safe(f"{one.position}: {one.text} is {one.now} today"))
    layers, references = _count(len(survey.layers), "layer"), _count(len(survey.references), "reference")
    output.result("all layers are current" if survey.current else f"{layers} and {references} outdated")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
