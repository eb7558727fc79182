"""`lamina audit ...`: whether the log of run state is what was recorded, and what people did by it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.groups import help_alone, table_group
from lamina.cli.options import formats, project_of
from lamina.cli.state.places import of_store
from lamina.words.errors import Misuse

if TYPE_CHECKING:
    from lamina.project import Project
    from lamina.project.state.opening import StatePlace
    from lamina.thought.anchors.auditing import Audit, Judged
    from lamina.thought.anchors.flaws import Flaw
    from lamina.thought.anchors.people import Told

COMMANDS = {"verify": "audit", "log": "audit"}
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@table_group("audit", COMMANDS, "lamina.cli", "Whether the log of run state is what was recorded, and what people did.")
@click.pass_context
def audit_command(ctx: click.Context) -> None:
    """Audit run state: whether its log is what was recorded, by anchors that were signed and pushed; and what people did.

    Example: lamina audit verify prod
    """
    help_alone(ctx)


@click.command("verify", short_help="Whether the log is what was recorded, and from where on nobody could tell.")
@of_store
@click.option(
    "--anchor",
    "copies",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An anchor that was kept elsewhere; several may be given.",
)
@formats("text", "json")
@click.pass_context
def verify_command(ctx: click.Context, place: "StatePlace", copies: tuple[Path, ...], form: str) -> int:
    """Whether the log of an ENVIRONMENT's run state is what was recorded: the chain of its events, and its signed anchors.

    It says from which event on a cut would go unnoticed. Exit 0: nothing is wrong; 1: something is.

    Examples: lamina audit verify prod; lamina audit verify prod --anchor kept.note
    """
    from lamina.project.state.auditing import audit_store

    found = audit_store(place, _project(ctx), copies)
    if form == "json":
        output.result_json(_audit_json(place.environment, found))
    else:
        _audit_text(found)
    return 0 if found.good else 1


@click.command("log", short_help="What people did, and those who keep the store.")
@of_store
@click.option("--since", metavar="TIME", help="Only what is not older: a day (2026-11-21) or a time of it, in UTC.")
@click.option("--run", metavar="RUN", help="Only what is of one run.")
@formats("text", "json")
def log_command(place: "StatePlace", since: str | None, run: str | None, form: str) -> int:
    """What people did by the log of an ENVIRONMENT's run state, and those who keep it; the newest last.

    Answers and other acts of people, configuration that was applied or rejected, repairs, retention, and the archive.

    Examples: lamina audit log prod --since 2026-11-01; lamina audit log prod --run r-17
    """
    from lamina.project.state.auditing import audit_log

    told = list(audit_log(place, run, _moment(since) if since else None))
    if form == "json":
        output.result_json({"environment": place.environment, "events": [_told_json(one) for one in told]})
    elif told:
        rows = [
            [str(one.event.seq), _time(one.event.time), one.event.run or "-", one.who or "-", one.what] for one in told
        ]
        output.table(rows, ("EVENT", "TIME", "RUN", "WHO", "WHAT"))
    else:
        output.note("nobody did anything of note")
    return 0


def _project(ctx: click.Context) -> "Project | None":
    """The project, which says who may sign; none is needed for a store that is named by its location."""
    from lamina.world.repository import NotARepository

    try:
        return project_of(ctx)
    except NotARepository:
        return None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Misuse(f"{text} is no time", "such as 2026-11-21 or 2026-11-21T16:00:00Z") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _audit_text(found: "Audit") -> None:
    count = found.head.seq - found.first + 1
    begin = f" from {found.first:,} on" if found.first > 1 else ""
    anchors = len(found.anchors)
    output.result(
        output.safe(
            f"{found.store}: {count:,} event{'s' * (count != 1)}{begin}, {anchors} anchor{'s' * (anchors != 1)}"
        )
    )
    for flaw in found.flaws:
        _flaw_text(flaw)
    output.result(output.safe(_window(found)))


def _flaw_text(flaw: "Flaw") -> None:
    where = f"{output.safe(flaw.file)}: " if flaw.file else ""
    word = output.styled(flaw.severity, _COLOURS[flaw.severity])
    output.result(output.safe_line(f"{where}{word}: {output.safe(flaw.message)} [{flaw.kind}]"))
    if flaw.fix:
        output.result(f"  fix: {output.safe(flaw.fix)}")


def _window(found: "Audit") -> str:
    """From which event on nobody could tell."""
    newest = max((one for one in found.anchors if one.signer and one.holds), key=_size, default=None)
    if newest is None:
        return "no anchor counts: a cut anywhere would go unnoticed"
    after = found.head.seq - found.anchored
    told = f"anchored up to event {found.anchored:,}, at {_time(newest.anchor.time)} by {newest.signer}"
    if after <= 0:
        return f"{told}, which is the last"
    return f"{told}: a cut after event {found.anchored:,} would go unnoticed ({after:,} came since)"


def _size(one: "Judged") -> int:
    return one.anchor.size


def _audit_json(environment: str | None, found: "Audit") -> dict[str, Any]:
    return {
        "environment": environment,
        "store": found.store,
        "good": found.good,
        "first": found.first,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        "anchored": found.anchored,
        "anchors": [_anchor_json(one) for one in found.anchors],
        "findings": [_flaw_json(one) for one in found.flaws],
    }


def _anchor_json(one: "Judged") -> dict[str, Any]:
    said = one.anchor
    return {
        "seq": said.size,
        "time": said.time,
        "config_commit": said.commit,
        "signer": one.signer,
        "holds": one.holds,
        "where": [*one.where],
    }


def _flaw_json(one: "Flaw") -> dict[str, Any]:
    of = {"kind": one.kind, "severity": one.severity, "message": one.message}
    return {**of, "file": one.file, "seq": one.seq, "fix": one.fix}


def _told_json(one: "Told") -> dict[str, Any]:
    of = one.event
    return {
        "seq": of.seq,
        "time": of.time,
        "type": of.type,
        "run": of.run,
        "who": one.who,
        "what": one.what,
        "data": dict(of.data),
    }


def _time(text: str) -> str:
    """A time of an event for people: to the second."""
    return text[:19].replace("T", " ") + "Z"
