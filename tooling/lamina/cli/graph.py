"""The graph: `graph`."""

import click

from lamina.cli import output
from lamina.cli.options import at_option, formats, project_of
from lamina.thought.graph import PRINTERS
from lamina.words.address import parse_address

_WHY = "Who refers to ADDRESS, near and far: what a change of it may affect, and why."


@click.command("graph", short_help="Which document refers to which.")
@click.argument("environment", required=False)
@click.option("--why", "address", metavar="ADDRESS", help=_WHY)
@at_option
@formats(*PRINTERS)
@click.pass_context
def graph_command(ctx: click.Context, environment: str | None, address: str | None, at: str | None, form: str) -> int:
    """Who refers to whom in an ENVIRONMENT (in each, when none is named), by name (x-refers) or by ${reference}.

    And what is wrong with it: names in a circle, missing, ambiguous, and what nobody uses.

    Examples: lamina graph prod; lamina graph prod --why agents/planner; lamina graph prod --format dot | dot -Tsvg
    """
    from lamina.project.graph import graphs, why

    project = project_of(ctx, at)
    names = () if environment is None else (environment,)
    answers = graphs(project, names) if address is None else why(project, parse_address(address), names)
    text = PRINTERS[form](answers, project.commit)
    output.result_bytes(text.encode(errors="backslashreplace"))
    return 0
