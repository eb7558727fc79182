"""Reporting: what the commands share that print findings as their result."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lamina.cli import output
from lamina.cli.options import STAGED
from lamina.thought.reports import BASELINE, REPORTS, Entry, Report
from lamina.words.errors import Misuse, listing
from lamina.words.finding import worst

_KNOWN = "Findings that stand in FILE, which --format baseline wrote, do not count and are not shown."

Command = TypeVar("Command", bound=Callable[..., Any])


def baseline_option(command: Command) -> Command:
    """`--baseline FILE`."""
    return click.option("--baseline", metavar="FILE", help=_KNOWN)(command)


def folder_in_git(root: Path) -> str:
    """Where a folder lies in its work tree of git: empty for the top, else ending in `/`."""
    from lamina.world.git import top as top_of

    root = root.resolve()
    top = top_of(root)
    return "" if top in (None, root) else f"{root.relative_to(top).as_posix()}/"


def print_report(report: Report, form: str) -> None:
    """A report on stdout."""
    if form == "sarif":
        from lamina.thought.rules import pages

        report = replace(report, pages={**pages(), **report.pages})
    text = (REPORTS | BASELINE)[form](report)
    if form == "text":
        output.result(text)
    else:
        # A byte of a file's name that is no UTF-8 becomes an escape, of JSON where it is JSON.
        output.result_bytes(text.encode(errors="backslashreplace"))


def judge(
    report: Report, form: str, known: str | None, looked_at: Collection[str] | None, tell_stale: bool = True
) -> int:
    """Print a report, without what the baseline `known` holds: the exit status; raises BadBaseline and Misuse.

    `looked_at` are the environments that the findings are of, or None for all of them. Where not all of these was looked at,
    what is found no more cannot be told.
    """
    if form in BASELINE:
        if known is not None:
            raise Misuse("a baseline is made of all findings, so --baseline takes none away", "leave out --baseline")
        print_report(report, form)
        return 0
    if known is not None:
        from lamina.thought.reports import baseline

        entries = baseline.read(_bytes(known), known, report.command)
        weighed = baseline.weighed(report.found, entries, known, looked_at)
        weighed = weighed if tell_stale else replace(weighed, stale=())
        report = replace(report, found=weighed.new, baseline=weighed)
    print_report(report, form)
    _tell_stale(report)
    return 1 if worst([one.finding for one in report.found]) == "error" else 0


def demand_joinable(form: str, known: str | None, at: str | None, layers: Collection[str] = ()) -> None:
    """Raise Misuse for what does not go with a shard, since only the whole has it, or since other machines have it not."""
    if known is not None or form in BASELINE:
        raise Misuse("a baseline is of all findings, and a shard has some of them", "give it to lamina join")
    if at == STAGED:
        raise Misuse("what is staged is of no revision, so other machines have it not", "leave out --staged or --shard")
    if layers:
        raise Misuse("a local layer is of one machine, and a shard is one of several", "leave out --layer or --shard")


def _tell_stale(report: Report) -> None:
    weighed = report.baseline
    if weighed is None or not weighed.stale:
        return
    output.note(f"{weighed.file} holds what is found no more: {listing(list(map(_entry, weighed.stale)), 3)}")
    if weighed.known:
        output.tell(f"lamina {report.command} --format baseline > {weighed.file} writes it anew")
    else:
        output.tell("nothing that it holds is found here: all is mended, or it is the baseline of another repository")


def _entry(entry: Entry) -> str:
    where = f" in {listing(entry.environments)}" if entry.environments else ""
    return f"{entry.file} [{entry.rule}]{where}"


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Misuse(
            f"--baseline {file} cannot be read: {error.strerror}", "name a file that --format baseline wrote"
        ) from None
