"""The gate: `check`, and the pages of what it checks."""

from collections.abc import Callable
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
    shown_commit,
    staged_option,
)
from lamina.cli.reporting import baseline_option, folder_in_git, judge
from lamina.thought.reports import BASELINE, REPORTS, Report, gathered
from lamina.words.errors import Failure, Misuse, near
from lamina.words.finding import Position

if TYPE_CHECKING:
    from lamina.project import Project

_MESSAGE = "Judge the message of a commit, which FILE holds, and nothing else."


@click.command("check", short_help="Whether a change may be merged; no key is needed.")
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@click.option("--base", metavar="REV", help="Only what differs, or may, from where this left REV, such as origin/main.")
@jobs_option
@at_option
@staged_option
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
    message: str | None,
    form: str,
    baseline: str | None,
) -> int:
    """Check everything that a merge must satisfy: documents, secrets and rules; no key is needed.

    Examples: lamina check; lamina check --base origin/main --format github
    """
    if message is not None:
        if environments or base is not None or at is not None:
            raise Misuse(
                "--message judges a message and nothing else", "leave out what names revisions and environments"
            )
        return _message(message, form, baseline)
    from lamina.project.gate import EVERYTHING, check, since

    first: Callable[[Position], bool] = _none
    before: Project | None = None
    if base is None:
        project, extent, told = project_of(ctx, at), EVERYTHING, ""
    elif form in BASELINE:
        raise Misuse("a baseline is made of all findings, so --base takes none away", "leave out --base")
    else:
        asked = project_of(ctx, at) if at else None
        change = since(folder_of(ctx), __version__, base, asked, received_objects())
        project, extent, first, before = change.project, change.extent, change.changed_line, change.before
        told = f" since {change.base.id[:12]}"
    found = check(project, tuple(dict.fromkeys(environments)), extent, now=datetime.now(UTC), jobs=jobs, base=before)
    report = Report(
        gathered(found.findings),
        "check",
        (", ".join(found.environments) or "no environment") + shown_commit(project) + told,
        __version__,
        commit=project.commit,
        files=tuple(filter(extent.judges, sorted(project.tree.files))) if form == "junit" else (),
        folder=folder_in_git(project.home) if project.home else "",
        excerpt=project.excerpt,
        paint=output.styled,
        first=first,
        pages=found.pages,
    )
    return judge(report, form, baseline, environments or None, tell_stale=extent is EVERYTHING)


def _none(_: Position) -> bool:
    return False


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
