"""`lamina state ...`: what programs keep of their runs; each command in its module of this folder."""

import click

from lamina.cli.groups import help_alone, table_group

# In the order of the help page: looking at runs, handing them on, keeping the store.
COMMANDS = {
    "runs": "looking", "show": "looking", "history": "telling", "timeline": "telling", "stats": "looking",
    "export": "exporting", "import": "keeping", "resume": "keeping",
    "vacuum": "keeping", "rebuild": "keeping", "fsck": "keeping", "cleanup": "cleaning",
}  # fmt: skip


@table_group("state", COMMANDS, __name__, "What is kept of runs: their state, history and timeline.")
@click.pass_context
def state_command(ctx: click.Context) -> None:
    """What is kept of runs: their state, their history, where they go on.

    A store is named by its ENVIRONMENT, whose rendered orchestrator document says where state is kept; or by --location,
    and then no environment is named.

    Example: lamina state timeline prod nightly-42
    """
    help_alone(ctx)
