"""Opening whole files: `decrypt`, with the options of sops."""

from pathlib import Path

import click

from lamina.changes.results import Formats
from lamina.changes.unsealing import decrypt
from lamina.cli import output
from lamina.cli.options import keyring_of
from lamina.cli.secrets.files import STDIN, deliver, file_options, input_of, target_of
from lamina.words.errors import Misuse
from lamina.words.tree_path import parse_tree_path


@click.command("decrypt", short_help="Open a sealed file.")
@file_options
@click.option("--extract", "part", metavar="PATH", default="", help="""Only this value: '["db"]["users"][0]'.""")
@click.option("--ignore-mac", is_flag=True, help="Open it even if values were added, removed or moved.")
@click.pass_context
def decrypt_command(
    ctx: click.Context,
    file: str,
    input_type: str | None,
    output_type: str | None,
    in_place: bool,
    into: Path | None,
    called: str | None,
    part: str,
    ignore_mac: bool,
) -> None:
    """Open FILE and print it as plain text; -i and --output write plain text to disk, so mind where.

    Example: lamina secrets decrypt environments/dev/app.sops.yaml
    """
    to, path = target_of(ctx, file, in_place, into), parse_tree_path(part)
    if in_place and path:
        raise Misuse("-i would leave nothing of the file but that value", "say --output FILE, or print it")
    if file == STDIN and called is None and input_type is None:
        raise Misuse("what comes from stdin has no name to tell its format", "say --input-type yaml")
    secret = input_of(ctx, file, called)
    if ignore_mac:
        warning = f"warning: the MAC of {secret.name} is not checked: anybody may have added, removed or moved values"
        output.note(warning)
    formats = Formats(input_type, output_type)
    deliver(decrypt(secret, formats, path, to, keyring_of(ctx), check_mac=not ignore_mac), secret.name)
