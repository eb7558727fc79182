"""Keys: `keygen` and `rotate`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from lamina.changes.rekeying import new_key
from lamina.changes.rekeying import rotate as rotate_files
from lamina.cli import output
from lamina.cli.options import folder_of, keyring_of
from lamina.cli.secrets import showing

_ADDED = click.option("--add-age", multiple=True, metavar="RECIPIENTS", help="Seal for these too; commas part several.")
_REMOVED = click.option("--rm-age", multiple=True, metavar="RECIPIENTS", help="Seal for these no longer.")


@click.command("keygen", short_help="Make a new age key.")
@click.option(
    "-o", "--output", "file", metavar="FILE", type=click.Path(), help="Write it to a new FILE, for its owner alone."
)
@click.pass_context
def keygen_command(ctx: click.Context, file: str | None) -> None:
    """Make a new age key: print it, as age-keygen does, or write it to a new file.

    sops and lamina look for keys in ~/.config/sops/age/keys.txt (XDG_CONFIG_HOME counts; on macOS, ~/Library/Application
    Support/sops/age/keys.txt), and where SOPS_AGE_KEY_FILE says.

    Example: lamina secrets keygen -o ~/.config/sops/age/keys.txt
    """
    path = folder_of(ctx) / file if file is not None and file != "-" else None
    made = new_key(datetime.now(UTC), path)
    if path is None:
        output.result(made.text)
    output.note(f"public key: {made.recipient}")
    if path is not None and path.parts[-3:] != ("sops", "age", "keys.txt"):
        output.tell(f"export SOPS_AGE_KEY_FILE={path.absolute()}")
    output.tell("name the public key in .sops.yaml, then: lamina secrets updatekeys")


@click.command("rotate", short_help="Seal files under a new data key.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@_ADDED
@_REMOVED
@click.option("-i", "--in-place", is_flag=True, hidden=True, help="As for sops; it is always in place.")
@click.pass_context
def rotate_command(
    ctx: click.Context, paths: tuple[str, ...], add_age: tuple[str, ...], rm_age: tuple[str, ...], in_place: bool
) -> None:
    """Seal files anew, in place, under a new data key: every value gets a new ciphertext.

    Their recipients stay, whatever .sops.yaml says. All files are checked before the first is written.

    Example: lamina secrets rotate environments/prod/app.sops.yaml
    """
    add, remove = _parted(add_age), _parted(rm_age)
    places = [Path(path) for path in paths]
    done = rotate_files(folder_of(ctx), places, keyring_of(ctx), os.urandom, datetime.now(UTC), add=add, remove=remove)
    for file in done:
        output.result(output.safe(f"{file.name}: new data key"))
        showing.groups(file.groups)
        for name in file.already:
            output.note(f"{file.name}: {name} is a recipient already")
        for name in file.never:
            output.note(f"{file.name}: {name} is no recipient")
    if not done:
        output.note("no sealed files are there")
    elif any(change.removed for file in done for change in file.groups):
        output.tell("git history still opens with the old data key: change the values too")


def _parted(texts: tuple[str, ...]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]
