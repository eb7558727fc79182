"""Sealing whole files: `encrypt`, with the options of sops."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.changes.results import Formats
from lamina.changes.sealing import encrypt
from lamina.cli.secrets.files import STDIN, deliver, file_options, input_of, target_of
from lamina.cli.secrets.wishes import recipients_of, recipients_option
from lamina.project.recipes import Wishes
from lamina.thought.sealed.selection import RULES, Rule
from lamina.words.errors import Misuse

_FROM = "Make FILE of what SOURCE holds."


@click.command("encrypt", short_help="Seal a plain file.")
@file_options
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

        if in_place or into or output_type or called or file == STDIN:
            raise Misuse(
                "--from writes FILE, which is new, in the format of its name", "name FILE, and leave the rest out"
            )
        wishes = Wishes(recipients_of(age), _selection(selections), mac_only_encrypted)
        return take_over(ctx, older_file(ctx, older, input_type, key_file), file, wishes, wipe, force)
    if key_file is not None or wipe or force:
        raise Misuse("--key-file, --wipe and --force belong to --from", "say --from SOURCE")
    to = target_of(ctx, file, in_place, into)
    if file == STDIN and called is None:
        raise Misuse("what comes from stdin has no name to choose a rule by", "say --filename-override NAME")
    wishes = Wishes(recipients_of(age), _selection(selections), mac_only_encrypted)
    formats = Formats(input_type, output_type)
    plain = input_of(ctx, file, called)
    deliver(encrypt(plain, formats, wishes, to, random=os.urandom, now=datetime.now(UTC)), plain.name)


def _selection(said: dict[str, str | None]) -> Rule | None:
    rules = [Rule(name, text) for name in RULES if (text := said.get(name)) is not None]
    if len(rules) > 1:
        both = " and ".join(f"--{rule.name.replace('_', '-')}" for rule in rules)
        raise Misuse(f"a file has one rule of selection, and {both} are two", "say one of them")
    return rules[0] if rules else None
