"""Judging: `validate`."""

import click

from lamina.cli import output
from lamina.cli.options import at_commit, at_option, formats, layer_option, overrides_of, project_of, shown_commit
from lamina.words.finding import worst


@click.command("validate", short_help="Check every document; no key is needed.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--all", "everything", is_flag=True, help="Every environment; the same as naming none.")
@layer_option
@at_option
@formats("text", "json")
@click.pass_context
def validate_command(
    ctx: click.Context,
    environments: tuple[str, ...],
    everything: bool,
    layers: tuple[str, ...],
    at: str | None,
    form: str,
) -> int:
    """Check every document of the ENVIRONMENTs (of all, when none is named) against its schema; no key is needed.

    Example: lamina validate prod
    """
    project = project_of(ctx, at)
    names = () if everything else tuple(dict.fromkeys(environments))
    findings = list(dict.fromkeys(project.validate(names, overrides_of(layers))))
    if form == "json":
        ordered = sorted(findings, key=lambda finding: (finding.position, finding.environment or ""))
        output.result_json({**at_commit(project), "findings": [output.finding_json(finding) for finding in ordered]})
    else:
        output.findings_text(findings, project.excerpt)
        where = ", ".join(names or project.concrete()) or "no environment"
        output.result(f"{output.count_of(findings)} in {where}{shown_commit(project)}")
    return 1 if worst(findings) == "error" else 0
