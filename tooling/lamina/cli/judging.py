"""Judging: `validate`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from lamina import __version__
from lamina.cli import output
from lamina.cli.options import (
    at_option,
    formats,
    jobs_option,
    layer_option,
    overrides_of,
    project_of,
    shard_option,
    shown_commit,
    shown_shard,
    staged_option,
)
from lamina.cli.progress import told
from lamina.cli.reporting import baseline_option, demand_joinable, folder_in_git, judge
from lamina.thought.reports import BASELINE, REPORTS, Report, gathered
from lamina.words.finding import Finding, in_order

if TYPE_CHECKING:
    from lamina.project import Project
    from lamina.words.shards import Shard


@click.command("validate", short_help="Check every document; no key is needed.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--all", "everything", is_flag=True, help="Every environment; the same as naming none.")
@layer_option
@at_option
@staged_option
@shard_option
@jobs_option
@formats(*REPORTS, *BASELINE)
@baseline_option
@click.pass_context
def validate_command(
    ctx: click.Context,
    environments: tuple[str, ...],
    everything: bool,
    layers: tuple[str, ...],
    at: str | None,
    shard: "Shard | None",
    jobs: int,
    form: str,
    baseline: str | None,
) -> int:
    """Check every document of the ENVIRONMENTs (of all, when none is named) against its schema; no key is needed.

    Examples: lamina validate prod; lamina validate --format github
    """
    project = project_of(ctx, at)
    names = () if everything else tuple(dict.fromkeys(environments))
    if shard is None:
        from lamina.project.validating import validated

        with told(project, "documents checked", names):
            findings = validated(project, names, overrides_of(layers), jobs)
        return judge_validated(project, names, findings, form, baseline)
    from lamina.project.sharding.judging import validate_shard

    demand_joinable(form, baseline, at, layers)
    with told(project, "documents checked", names, shard.holds):
        found, part = validate_shard(project, shard, names, jobs)
    return judge_validated(project, names, found, form, None, shard, part)


def judge_validated(
    project: "Project",
    names: tuple[str, ...],
    findings: Iterable[Finding],
    form: str,
    baseline: str | None,
    shard: "Shard | None" = None,
    part: Mapping[str, Any] | None = None,
) -> int:
    """Print what is wrong with some environments (all, when none is named): the exit status."""
    where = ", ".join(names or project.concrete()) or "no environment"
    report = Report(
        gathered(in_order(findings)),
        "validate",
        where + shown_commit(project) + shown_shard(shard),
        __version__,
        commit=project.commit,
        files=_files(project, names, shard) if form == "junit" else (),
        folder=folder_in_git(project.home) if project.home else "",
        excerpt=project.excerpt,
        paint=output.styled,
        part=part,
    )
    return judge(report, form, baseline, names or None)


def _files(project: "Project", names: tuple[str, ...], shard: "Shard | None") -> tuple[str, ...]:
    """The layers of the environments, or those of a shard."""
    entries = (entry for name in names or project.concrete() for entry in project.entries(name))
    mine = (entry for entry in entries if shard is None or shard.holds(entry.name))
    return tuple(sorted({of.file for entry in mine for of in entry.stack}))
