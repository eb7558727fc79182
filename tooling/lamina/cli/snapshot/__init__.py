"""`lamina snapshot ...`: run state in the archive; each command in its module of this folder."""

import click

from lamina.cli.groups import help_alone, table_group

# In the order of the help page: making, looking, judging, going back, letting go.
COMMANDS = {
    "create": "making", "push": "making", "pull": "making",
    "list": "looking", "show": "looking", "diff": "looking", "verify": "looking",
    "restore": "restoring", "prune": "pruning",
}  # fmt: skip


@table_group("snapshot", COMMANDS, __name__, "Archive run state on a branch, and restore it.")
@click.pass_context
def snapshot_command(ctx: click.Context) -> None:
    """Snapshots of run state: committed to a branch of their own (archive.branch of lamina.yaml), and restored from it.

    A store is named by its ENVIRONMENT, whose rendered orchestrator document says where state is kept; or by --location,
    and then no environment is named.

    Example: lamina snapshot push prod
    """
    help_alone(ctx)
