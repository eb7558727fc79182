"""Examples: `example`."""

from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import at_commit, at_option, formats, project_of
from lamina.words.address import path_text

if TYPE_CHECKING:
    from lamina.project import Project


@click.command("example", short_help="A document that a schema allows, or ones with a single fault.")
@click.argument("kind")
@click.option("--invalid", is_flag=True, help="Near misses: documents with exactly one fault each, and which.")
@click.option("--all", "everything", is_flag=True, help="Every key that there may be; with --invalid, every place too.")
@at_option
@formats("yaml", "json", default="yaml")
@click.pass_context
def example_command(ctx: click.Context, kind: str, invalid: bool, everything: bool, at: str | None, form: str) -> int:
    """A document of a KIND, made from its schema and validated: a layer to begin with. The same schema makes the same one.

    Example: lamina example agents > environments/base/agents/new.yaml
    """
    project = project_of(ctx, at)
    if invalid:
        _near_misses(project, kind, everything, form)
        return 0
    from lamina.project.examples import valid_example

    made = valid_example(project.tree, kind, everything)
    if form == "json":
        output.result_json(made.layer)
    else:
        output.result(made.text)
    for address in made.secrets:
        output.tell(f"a secret is left out: lamina secrets set ENV {address} VALUE")
    return 0


def _near_misses(project: "Project", kind: str, everything: bool, form: str) -> None:
    from lamina.project.examples import invalid_examples

    version, found = invalid_examples(project.tree, kind, everything)
    if form == "json":
        output.result_json(
            {**at_commit(project), "kind": kind, "version": version, "documents": [_json(one) for one in found]}
        )
        return
    from lamina.thought.export import EXPORTS

    for number, one in enumerate(found, 1):
        fault = one.fault
        rule = f"{fault.rule}: {fault.message}" + (f" ({fault.fix})" if fault.fix else "")
        separator = "---\n" if number > 1 else ""
        output.result(f"{separator}# {number} of {len(found)}: {output.safe(one.change)}\n# {output.safe(rule)}")
        output.result(EXPORTS["yaml"](one.document).decode())


def _json(one: Any) -> dict[str, Any]:
    fault = one.fault
    said = {"rule": fault.rule, "path": path_text(fault.path), "message": fault.message, "fix": fault.fix}
    return {"change": one.change, "keyword": one.keyword, "fault": said, "document": one.document}
