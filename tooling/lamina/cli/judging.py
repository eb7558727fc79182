"""Judging: `validate`."""

from typing import TYPE_CHECKING

import click

from lamina import __version__
from lamina.cli import output
from lamina.cli.options import at_option, formats, layer_option, overrides_of, project_of, shown_commit, staged_option
from lamina.cli.reporting import baseline_option, folder_in_git, judge
from lamina.thought.reports import BASELINE, REPORTS, Report, gathered

if TYPE_CHECKING:
    from lamina.project import Project


@click.command("validate", short_help="Check every document; no key is needed.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--all", "everything", is_flag=True, help="Every environment; the same as naming none.")
@layer_option
@at_option
@staged_option
@formats(*REPORTS, *BASELINE)
@baseline_option
@click.pass_context
def validate_command(
    ctx: click.Context,
    environments: tuple[str, ...],
    everything: bool,
    layers: tuple[str, ...],
    at: str | None,
    form: str,
    baseline: str | None,
) -> int:
    """Check every document of the ENVIRONMENTs (of all, when none is named) against its schema; no key is needed.

    Examples: lamina validate prod; lamina validate --format github
    """
    project = project_of(ctx, at)
    names = () if everything else tuple(dict.fromkeys(environments))
    findings = dict.fromkeys(project.validate(names, overrides_of(layers)))
    where = ", ".join(names or project.concrete()) or "no environment"
    report = Report(
        gathered(findings),
        "validate",
        where + shown_commit(project),
        __version__,
        commit=project.commit,
        files=_files(project, names) if form == "junit" else (),
        folder=folder_in_git(project.home) if project.home else "",
        excerpt=project.excerpt,
        paint=output.styled,
    )
    return judge(report, form, baseline, names or None)


def _files(project: "Project", names: tuple[str, ...]) -> tuple[str, ...]:
    """The layers of the environments."""
    entries = (entry for name in names or project.concrete() for entry in project.entries(name))
    return tuple(sorted({of.file for entry in entries for of in entry.stack}))
