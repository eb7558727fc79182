"""Whole files: `encrypt` and `decrypt`, with the options of sops."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from lamina.changes.sealing import Formats, Result, Target, decrypt, encrypt
from lamina.cli import output
from lamina.cli.options import folder_of, keyring_of
from lamina.project.recipes import Wishes
from lamina.project.sealed_files import FileOnDisk, file_on_disk
from lamina.thought.sealed.selection import RULES, Rule
from lamina.words.address import path_text
from lamina.words.errors import Misuse
from lamina.words.tree_path import parse_tree_path

Command = TypeVar("Command", bound=Callable[..., Any])

_FORMATS = click.Choice(["yaml", "json", "dotenv", "ini", "binary"])
_STDIN = "-"
_FROM = "Make FILE of what SOURCE holds."


def _shared(command: Command) -> Command:
    """The options of both commands."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--filename-override", "called", metavar="NAME", help="Take FILE for one of this name."),
        click.option("--output", "into", metavar="FILE", type=path, help="Write the result into FILE."),
        click.option("-i", "--in-place", is_flag=True, help="Write the result over FILE itself."),
        click.option("--output-type", type=_FORMATS, help="The format of the result; otherwise that of FILE."),
        click.option("--input-type", type=_FORMATS, help="The format of FILE; otherwise its name tells."),
    ):
        command = option(command)
    return click.argument("file", default=_STDIN)(command)


def recipients_option(command: Command) -> Command:
    """`--age`, as sops has it."""
    text = "Seal for these, separated by commas, and not for those of the creation rule."
    return click.option("--age", metavar="RECIPIENTS", default="", envvar="SOPS_AGE_RECIPIENTS", help=text)(command)


def recipients_of(text: str) -> tuple[str, ...]:
    """The recipients that `--age` names."""
    return tuple(one.strip() for one in text.split(",") if one.strip())


@click.command("encrypt", short_help="Seal a plain file.")
@_shared
@recipients_option
@click.option("--encrypted-regex", metavar="REGEX", help="Seal what stands under keys that match.")
@click.option("--unencrypted-regex", metavar="REGEX", help="Seal all but what stands under keys that match.")
@click.option("--encrypted-suffix", metavar="SUFFIX", help="Seal what stands under keys that end so.")
@click.option("--unencrypted-suffix", metavar="SUFFIX", help="Seal all but what stands under keys that end so.")
@click.option("--mac-only-encrypted", is_flag=True, help="Let the MAC cover only what is sealed.")
@click.option("--from", "older", metavar="SOURCE", type=click.Path(path_type=Path), help=_FROM)
@click.option("--key-file", metavar="FILE", type=click.Path(path_type=Path), help="The AES-GCM key that opens SOURCE.")
@click.option("--wipe", is_flag=True, help="Overwrite and remove SOURCE once it is sealed.")
@click.option("--force", is_flag=True, help="Write even if the repository would have errors.")
@click.pass_context
def encrypt_command(
    ctx: click.Context,
    /,
    file: str,
    input_type: str | None,
    output_type: str | None,
    in_place: bool,
    into: Path | None,
    called: str | None,
    age: str,
    mac_only_encrypted: bool,
    older: Path | None,
    key_file: Path | None,
    wipe: bool,
    force: bool,
    **selections: str | None,
) -> None:
    """Seal FILE for the recipients that the nearest .sops.yaml names, and print the result. With --from, make FILE of
    what an older one holds: YAML, JSON, a .env file, or any of these under AES-GCM.

    Examples: lamina secrets encrypt -i environments/prod/app.sops.yaml;
    lamina secrets encrypt --from .env environments/prod/app.sops.yaml
    """
    if older is not None:
        from lamina.cli.secrets.importing import older_file, take_over

        if in_place or into or output_type or called or file == _STDIN:
            raise Misuse(
                "--from writes FILE, which is new, in the format of its name", "name FILE, and leave the rest out"
            )
        wishes = Wishes(recipients_of(age), _selection(selections), mac_only_encrypted)
        return take_over(ctx, older_file(ctx, older, input_type, key_file), file, wishes, wipe, force)
    if key_file is not None or wipe or force:
        raise Misuse("--key-file, --wipe and --force belong to --from", "say --from SOURCE")
    to = _target(ctx, file, in_place, into)
    if file == _STDIN and called is None:
        raise Misuse("what comes from stdin has no name to choose a rule by", "say --filename-override NAME")
    wishes = Wishes(recipients_of(age), _selection(selections), mac_only_encrypted)
    formats = Formats(input_type, output_type)
    plain = _input(ctx, file, called)
    _deliver(encrypt(plain, formats, wishes, to, random=os.urandom, now=datetime.now(UTC)), plain.name)


@click.command("decrypt", short_help="Open a sealed file.")
@_shared
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
    to, path = _target(ctx, file, in_place, into), parse_tree_path(part)
    if in_place and path:
        raise Misuse("-i would leave nothing of the file but that value", "say --output FILE, or print it")
    if file == _STDIN and called is None and input_type is None:
        raise Misuse("what comes from stdin has no name to tell its format", "say --input-type yaml")
    secret = _input(ctx, file, called)
    if ignore_mac:
        warning = f"warning: the MAC of {secret.name} is not checked: anybody may have added, removed or moved values"
        output.note(warning)
    formats = Formats(input_type, output_type)
    _deliver(decrypt(secret, formats, path, to, keyring_of(ctx), check_mac=not ignore_mac), secret.name)


def _input(ctx: click.Context, file: str, called: str | None) -> FileOnDisk:
    """What is worked on; messages, rules and the format go by the name it is given."""
    folder = folder_of(ctx)
    if file == _STDIN:
        if sys.stdin.isatty():
            raise Misuse("Missing argument 'FILE'", "name a file, or pipe it in")
        name = called or "stdin"
        return FileOnDisk(folder / name, name, sys.stdin.buffer.read())
    found = file_on_disk(Path(file), folder)
    return FileOnDisk(folder / called, called, found.data) if called else found


def _target(ctx: click.Context, file: str, in_place: bool, into: Path | None) -> Target:
    if in_place and into is not None:
        raise Misuse("--in-place and --output name two places for one result", "say one of them")
    if in_place and file == _STDIN:
        raise Misuse("there is no place in stdin to write to", "name a file, or leave -i out")
    named = Path(file) if in_place else into
    return Target(folder_of(ctx) / named if named is not None else None, in_place)


def _selection(said: dict[str, str | None]) -> Rule | None:
    rules = [Rule(name, text) for name in RULES if (text := said.get(name)) is not None]
    if len(rules) > 1:
        both = " and ".join(f"--{rule.name.replace('_', '-')}" for rule in rules)
        raise Misuse(f"a file has one rule of selection, and {both} are two", "say one of them")
    return rules[0] if rules else None


def _deliver(result: Result, name: str) -> None:
    for doubt in result.doubts:
        place = f"{name}: {path_text(doubt.path)}" if doubt.path else name
        output.note(f"{place}: {doubt.message} ({doubt.fix})")
    if not result.written:
        output.result_bytes(result.data)
