"""Judging sealed files without a key: `check` and `access`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

import lamina
from lamina.cli import output
from lamina.cli.options import folder_of, formats, keyring_of
from lamina.cli.reporting import folder_in_git, print_report
from lamina.project.access import Access, FileAccess, who_opens
from lamina.project.sealed_checks import SealedCheck, check_sealed
from lamina.project.sealed_scope import root_of
from lamina.thought.reports import REPORTS, Report, gathered
from lamina.thought.sealed.labels import short
from lamina.words.finding import worst

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")


@click.command("check", short_help="What is wrong with sealed files; no key is needed.")
@_PATHS
@click.option("--mac", is_flag=True, help="Open each file too, with your keys: every value, and the MAC over all.")
@click.option("--notes", is_flag=True, help="Show the notes, which are only counted otherwise.")
@formats(*REPORTS)
@click.pass_context
def check_command(ctx: click.Context, paths: tuple[Path, ...], mac: bool, notes: bool, form: str) -> int:
    """Check that sealed files are whole, sealed by the rules of .sops.yaml, and not edited by hand; no key is needed.

    Without PATH: the repository, its secrets that stand in plain text included; outside a repository, the folder.

    Example: lamina secrets check
    """
    keyring = keyring_of(ctx) if mac else None
    found = check_sealed(folder_of(ctx), paths, lamina.__version__, datetime.now(UTC), keyring)
    noted = notes or form == "json"
    told = gathered(found.findings)
    hidden = tuple(one for one in told if not noted and one.finding.severity == "note")
    report = Report(
        tuple(one for one in told if noted or one.finding.severity != "note"),
        "secrets check",
        _extent(found, mac) + " (--notes shows the notes)" * bool(hidden),
        lamina.__version__,
        hidden=hidden,
        files=found.files,
        folder=folder_in_git(root_of(folder_of(ctx)) or folder_of(ctx)),
        # A line of these files may hold a secret in plain text, so there are no excerpts.
        paint=output.styled,
    )
    print_report(report, form)
    if worst(found.findings) == "error":
        return 1
    if found.no_key is not None:
        raise found.no_key
    return 0


def _extent(found: SealedCheck, mac: bool) -> str:
    count = len(found.files)
    files = f"{count} sealed file{'s' * (count != 1)}" if count else "no sealed files"
    return files + (f", {found.opened} of them opened" if mac and count else "")


@click.command("access", short_help="Who can open which sealed file; no key is needed.")
@_PATHS
@click.option("--by", type=click.Choice(["recipient", "file"]), default="recipient", show_default=True)
@formats("text", "json")
@click.pass_context
def access_command(ctx: click.Context, paths: tuple[Path, ...], by: str, form: str) -> int:
    """Who can open which sealed file, as the files themselves say; no key is needed.

    Earlier revisions of a file stay open to whoever could open them then.

    Example: lamina secrets access environments/prod
    """
    access = who_opens(folder_of(ctx), paths, datetime.now(UTC))
    if form == "json":
        output.result_json(_json(access))
    elif not access.files:
        output.result("no sealed files")
    elif by == "file":
        output.table(_by_file(access), ["FILE", "OPENED BY"])
    else:
        output.table(_by_recipient(access), ["RECIPIENT", "CAN OPEN"])
    if access.findings:
        import sys

        output.findings_text(access.findings, lambda _: None, sys.stderr)
    return 1 if access.findings else 0


def _by_recipient(access: Access) -> list[list[str]]:
    rows = []
    for name, files in access.by_recipient().items():
        lines = [f"{file.file}{_share(file, name)}" for file in files]
        rows += [[short(name) if number == 0 else "", line] for number, line in enumerate(lines)]
    return rows


def _share(file: FileAccess, name: str) -> str:
    """Which part of what it takes a recipient has, where nobody opens the file alone."""
    if not file.shared:
        return ""
    own = [str(number) for number, group in enumerate(file.groups, 1) if name in group]
    return f" (group {', '.join(own)}; {file.needed} of {len(file.groups)} groups needed)"


def _by_file(access: Access) -> list[list[str]]:
    rows = []
    for file in access.files:
        lines = [f"{file.needed} of {len(file.groups)} groups"] if file.shared else []
        for number, group in enumerate(file.groups, 1):
            lines += [f"{f'  {number}: ' if file.shared else ''}{short(name)}" for name in group or ["nobody"]]
        rows += [[file.file if number == 0 else "", line] for number, line in enumerate(lines)]
    return rows


def _json(access: Access) -> dict[str, Any]:
    files = [{"file": one.file, "needed": one.needed, "groups": list(map(list, one.groups))} for one in access.files]
    recipients = [
        {"recipient": name, "files": [_reach(file, name) for file in files_of]}
        for name, files_of in access.by_recipient().items()
    ]
    return {"recipients": recipients, "files": files, "findings": [output.finding_json(f) for f in access.findings]}


def _reach(file: FileAccess, name: str) -> dict[str, Any]:
    own: Sequence[int] = [number for number, group in enumerate(file.groups, 1) if name in group]
    return {"file": file.file, "groups": own, "needed": file.needed}
