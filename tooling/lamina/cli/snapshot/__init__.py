"""`lamina snapshot ...`: run state in the archive; each command in its module of this folder."""

import click

from lamina.cli.groups import TableGroup, help_alone

# In the order of the help page: making, looking, judging, going back, letting go.
COMMANDS = {
    "create": "making", "push": "making", "pull": "making",
    "list": "looking", "show": "looking", "diff": "looking", "verify": "looking",
    "restore": "restoring", "prune": "pruning",
}  # fmt: skip


@click.group(
    "snapshot",
    cls=TableGroup,
    table=COMMANDS,
    package=__name__,
    path="snapshot ",
    no_args_is_help=False,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    short_help="Archive run state on a branch, and restore it.",
)
@click.pass_context
def snapshot_command(ctx: click.Context) -> None:
    """Snapshots of run state: committed to a branch of their own (archive.branch of lamina.yaml), and restored from it.

    A store is named by its ENVIRONMENT, whose rendered orchestrator document says where state is kept; or by --location,
    and then no environment is named.

    Example: lamina snapshot push prod
    """
    help_alone(ctx)
