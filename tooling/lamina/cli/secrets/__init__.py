"""`lamina secrets ...`: opening, sealing and looking after sealed files; each command in its module of this folder."""

from importlib import import_module

import click

from lamina.words.errors import Misuse, near

# In the order of the help page: values, files, keys and recipients, judging, git.
COMMANDS = {
    "get": "values", "set": "values", "unset": "values",
    "encrypt": "encrypting", "decrypt": "decrypting", "edit": "editing", "exec": "running",
    "keygen": "keys", "rotate": "keys", "updatekeys": "recipients", "reseal": "recipients", "revoke": "recipients",
    "access": "judging", "check": "judging", "diff": "comparing",
    "merge": "git", "textconv": "git", "git-setup": "git",
}  # fmt: skip


class _Commands(click.Group):
    """The group of these commands, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"lamina.cli.secrets.{COMMANDS[name]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            like = near(args[0], COMMANDS)
            hint = f"did you mean {like}?" if like else "lamina secrets --help lists them"
            raise Misuse(f"there is no command secrets {args[0]}", hint)
        return super().resolve_command(ctx, args)


@click.group(
    "secrets",
    cls=_Commands,
    no_args_is_help=False,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    short_help="Open, seal and look after secrets (SOPS files).",
)
@click.pass_context
def secrets_command(ctx: click.Context) -> None:
    """Open, seal and look after secrets: files in the format of SOPS, for age and SSH keys.

    A file is named as it lies on disk, in a repository or not; a value by environment and address, or by file and path.

    Example: lamina secrets edit environments/prod/app.sops.yaml
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(Misuse.status)
