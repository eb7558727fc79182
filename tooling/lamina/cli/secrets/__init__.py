"""`lamina secrets ...`: opening, sealing and looking after sealed files; each command in its module of this folder."""

import click

from lamina.cli.groups import help_alone, table_group

# In the order of the help page: values, files, keys and recipients, judging, git.
COMMANDS = {
    "get": "values", "set": "values", "unset": "values",
    "encrypt": "encrypting", "decrypt": "decrypting", "edit": "editing", "exec": "running",
    "keygen": "keys", "rotate": "keys", "updatekeys": "recipients", "reseal": "recipients", "revoke": "recipients",
    "access": "judging", "check": "judging", "diff": "comparing",
    "merge": "git", "textconv": "git", "git-setup": "git",
}  # fmt: skip


@table_group("secrets", COMMANDS, __name__, "Open, seal and look after secrets (SOPS files).")
@click.pass_context
def secrets_command(ctx: click.Context) -> None:
    """Open, seal and look after secrets: files in the format of SOPS, for age and SSH keys.

    A file is named as it lies on disk, in a repository or not; a value by environment and address, or by file and path.

    Example: lamina secrets edit environments/prod/app.sops.yaml
    """
    help_alone(ctx)
