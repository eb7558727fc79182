"""Running a program with opened secrets: `exec`."""

import os
import sys
from pathlib import Path

import click

from lamina.cli.groups import WithCommand, command_of
from lamina.cli.options import folder_of, keyring_of, named_file, project_of
from lamina.project.sealed_files import file_on_disk
from lamina.project.variables import variables_of, variables_of_file
from lamina.words.address import parse_address
from lamina.words.errors import Failure, Misuse


class CannotRun(Failure):
    """The program is not there, or may not be run; the exit status is the one that shells give."""

    def __init__(self, program: str, error: OSError) -> None:
        super().__init__(f"{program} cannot be run: {error.strerror}", "name a program that is on the PATH")
        self.status = 127 if isinstance(error, FileNotFoundError) else 126


@click.command("exec", cls=WithCommand, options_metavar="", short_help="Run a program with secrets in its environment.")
@click.argument("where", metavar="ENVIRONMENT|FILE")
@click.argument("address", metavar="[ADDRESS] -- COMMAND...", required=False)
@click.pass_context
def exec_command(ctx: click.Context, where: str, address: str | None) -> None:
    """Run COMMAND with opened values as its environment variables, and end as it ends; nothing is written anywhere.

    Of an ENVIRONMENT, or of what stands at an ADDRESS in it, names are those of `render --format env`; the keys of a flat
    sealed FILE are names as they are.

    Examples: lamina secrets exec prod app -- ./server; lamina secrets exec prod.env -- env
    """
    command = command_of(ctx)
    if not command:
        raise Misuse("no command is named", f"lamina secrets exec {where} -- COMMAND")
    if named_file(ctx, where):
        if address is not None:
            raise Misuse(f"{where} is a file, and an address goes with an environment", f"leave {address} out")
        found = variables_of_file(file_on_disk(Path(where), folder_of(ctx)), keyring_of(ctx))
    else:
        of = parse_address(address) if address is not None else None
        found = variables_of(project_of(ctx), where, of, keyring_of(ctx))
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvpe(command[0], command, {**os.environ, **found})
    except OSError as error:
        raise CannotRun(command[0], error) from None
