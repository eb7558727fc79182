"""A group of commands by a table: each stands in its module, which is imported only when the command is called."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click

from lamina.words.errors import Misuse, near

_COMMAND = "lamina.cli.groups.command"


def help_alone(ctx: click.Context) -> None:
    """What a group does that is called without a command: its help page on stderr, and the status of a misuse."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(Misuse.status)


class WithCommand(click.Command):
    """A command whose words end at `--`; what follows is the command line of another program (see `command_of`)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click, up to `--`."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_COMMAND] = args[end + 1 :]
        return super().parse_args(ctx, args[:end])


def command_of(ctx: click.Context) -> list[str]:
    """The command line that stands after `--`; empty where there is none."""
    command: list[str] = ctx.meta[_COMMAND]
    return command


class TableGroup(click.Group):
    """The commands of a table of name to module; `package` holds the modules, `path` is what stands before a name."""

    def __init__(self, *args: Any, table: Mapping[str, str], package: str, path: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self._table = table
        self._package = package
        self._path = path

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a name: `NAME_command` in its module."""
        if name not in self._table:
            return None
        module = import_module(f"{self._package}.{self._table[name]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, but an unknown name is told the nearest."""
        if args and args[0] not in self._table:
            like = near(args[0], self._table)
            hint = f"did you mean {like}?" if like else f"lamina {self._path}--help lists them"
            raise Misuse(f"there is no command {self._path}{args[0]}", hint)
        return super().resolve_command(ctx, args)


def table_group(
    name: str, table: Mapping[str, str], package: str, short_help: str
) -> Callable[[Callable[..., Any]], click.Group]:
    """A group below `lamina`, whose page is the docstring of what is decorated."""
    return click.group(
        name,
        cls=TableGroup,
        table=table,
        package=package,
        path=f"{name} ",
        no_args_is_help=False,
        invoke_without_command=True,
        subcommand_metavar="COMMAND [ARGS]...",
        short_help=short_help,
    )
