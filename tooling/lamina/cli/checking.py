"""The gate: `check`, and the pages of what it checks."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina import __version__
from lamina.cli import output
from lamina.cli.options import (
    at_option,
    folder_of,
    formats,
    jobs_option,
    project_of,
    received_objects,
    shard_option,
    shown_commit,
    shown_shard,
    staged_option,
)
from lamina.cli.progress import told
from lamina.cli.reporting import baseline_option, demand_joinable, folder_in_git, judge
from lamina.thought.reports import BASELINE, REPORTS, Report, gathered
from lamina.words.errors import Failure, Misuse, near

if TYPE_CHECKING:
    from lamina.project.gate import Change, Checked
    from lamina.words.shards import Shard

_MESSAGE = "Judge the message of a commit, which FILE holds, and nothing else."


@click.command("check", short_help="Whether a change may be merged; no key is needed.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--base", metavar="REV", help="Only what differs, or may, from where this left REV, such as origin/main.")
@jobs_option
@at_option
@staged_option
@shard_option
@click.option("--message", metavar="FILE", help=_MESSAGE)
@formats(*REPORTS, *BASELINE)
@baseline_option
@click.pass_context
def check_command(
    ctx: click.Context,
    environments: tuple[str, ...],
    base: str | None,
    jobs: int,
    at: str | None,
    shard: "Shard | None",
    message: str | None,
    form: str,
    baseline: str | None,
) -> int:
    """Check everything that a merge must satisfy: documents, secrets and rules; no key is needed.

    Examples: lamina check; lamina check --base origin/main --format github
    """
    if message is not None:
        if environments or base is not None or at is not None or shard is not None:
            raise Misuse(
                "--message judges a message and nothing else", "leave out what names revisions and environments"
            )
        return _message(message, form, baseline)
    if base is not None and form in BASELINE:
        raise Misuse("a baseline is made of all findings, so --base takes none away", "leave out --base")
    if shard is not None:
        demand_joinable(form, baseline, at)
    from lamina.project.gate import EVERYTHING, Change, check, since

    if base is None:
        change = Change(project_of(ctx, at))
    else:
        change = since(folder_of(ctx), __version__, base, project_of(ctx, at), received_objects())
    names, now, part = tuple(dict.fromkeys(environments)), datetime.now(UTC), None
    extent = change.extent if shard is None else change.extent.sharded(shard)
    with told(change.project, "documents checked", names, extent.document):
        if shard is None:
            found = check(change.project, names, extent, now=now, jobs=jobs, base=change.before)
        else:
            from lamina.project.sharding.judging import check_shard

            found, part = check_shard(change, shard, names, now=now, jobs=jobs)
    report = replace(report_of(change, found, form, shard), part=part)
    return judge(report, form, baseline, names or None, tell_stale=change.extent is EVERYTHING)


def report_of(change: "Change", found: "Checked", form: str, shard: "Shard | None" = None) -> Report:
    """What was found of a change, or of all, as a report."""
    project, extent = change.project, change.extent if shard is None else change.extent.sharded(shard)
    where = (", ".join(found.environments) or "no environment") + shown_commit(project)
    return Report(
        gathered(found.findings),
        "check",
        where + (f" since {change.base.id[:12]}" if change.base else "") + shown_shard(shard),
        __version__,
        commit=project.commit,
        files=extent.judged(project.tree) if form == "junit" else (),
        folder=folder_in_git(project.home) if project.home else "",
        excerpt=project.excerpt,
        paint=output.styled,
        first=change.changed_line,
        pages=found.pages,
    )


def _message(file: str, form: str, baseline: str | None) -> int:
    """Judge the message of a commit; no line of it is shown."""
    from lamina.project.messages import check_message

    try:
        text = Path(file).read_bytes()
    except OSError as error:
        raise Misuse(f"--message {file} cannot be read: {error.strerror}", "name a file with a message") from error
    report = Report(gathered(check_message(text, file)), "check", "the message", __version__)
    return judge(report, form, baseline, None)


class NoSuchRule(Failure):
    """There is no rule of that name."""

    status = 2

    def __init__(self, name: str, known: list[str]) -> None:
        like = near(name, known)
        super().__init__(f"no rule {name}", f"did you mean {like}?" if like else "lamina rule lists them")


@click.command("rule", short_help="What a rule is about, or which rules there are.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@formats("text", "json")
@click.pass_context
def rule_command(ctx: click.Context, name: str | None, as_json: bool, form: str) -> int:
    """The page of a rule: what is bad, why, an example, what to write instead; or a line of every rule.

    Example: lamina rule redundant-override
    """
    shapes = _shapes(ctx)
    if name is not None and name not in shapes:
        raise NoSuchRule(name, list(shapes))
    if as_json or form == "json":
        output.result_json(shapes[name] if name else {"rules": [shapes[key] for key in sorted(shapes)]})
    elif name:
        output.result(
            "\n".join(map(output.safe_line, map(output.safe, f"{name}: {shapes[name]['page']}".splitlines())))
        )
    else:
        rows = [[key, shapes[key]["severity"], shapes[key]["summary"]] for key in sorted(shapes)]
        output.table([row for row in rows if row[1] is not None], ["RULE", "SEVERITY", "WHAT IS BAD"])
    return 0


def _shapes(ctx: click.Context) -> dict[str, dict[str, Any]]:
    """What JSON says of every rule, by name: lamina's, other packages', and policies."""
    from lamina.thought.policies import page
    from lamina.thought.rules import RULES, SILENCED, STANDING
    from lamina.world.repository import NotARepository

    shapes = {one.name: _shape(one.name, one.severity, not one.stops, one.page) for one in RULES.values()}
    shapes |= {key: _shape(key, None, key in SILENCED, line + "\n") for key, line in {**STANDING, **SILENCED}.items()}
    try:
        project = project_of(ctx)
    except NotARepository:
        project = None
    from lamina.project.gate.plugins import plugged
    from lamina.project.policies.reading import policies_of

    for one in plugged(project.home if project else None, shapes.keys()).rules.all:
        shapes[one.name] = _shape(one.name, one.severity, True, one.page)
    policies = policies_of(project.tree, shapes.keys()).all if project else ()
    return shapes | {one.name: _shape(one.name, one.severity, True, page(one)) for one in policies}


def _shape(name: str, severity: str | None, silenced: bool, page: str) -> dict[str, Any]:
    summary = page.partition("\n")[0]
    return {"rule": name, "severity": severity, "silenced": silenced, "summary": summary, "page": page}
