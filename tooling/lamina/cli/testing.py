"""Tests of configuration: `test`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamina.cli import output
from lamina.cli.options import at_option, folder_of, formats, project_of
from lamina.thought.reports.tested import TESTED, TestReport, TestResult

if TYPE_CHECKING:
    from lamina.project import Project

_HOW = 'a file tests/config/NAME.yaml holds some: {tests: [{name: ..., environment: prod, expect: {values: {"app:x": 1}}}]}'


@click.command("test", short_help="Run the tests of the configuration; no key is needed.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-k", "part", metavar="TEXT", help="Only tests with TEXT in their name.")
@click.option("-v", "--verbose", "every", is_flag=True, help="Tell of tests that passed, too.")
@at_option
@formats(*TESTED)
@click.pass_context
def test_command(
    ctx: click.Context, paths: tuple[str, ...], part: str | None, every: bool, at: str | None, form: str
) -> int:
    """Run the tests that stand in tests/config/ (or in the files and folders PATH): what an environment must say and refuse.

    Examples: lamina test; lamina test tests/config/prod.yaml -k retries
    """
    from lamina.project.testing import run

    project = project_of(ctx, at)
    ran = run(project, _within(project, folder_of(ctx), paths), part or "")
    results = [TestResult(one.case.name, one.case.position, one.case.environment, one.findings) for one in ran]
    report = TestReport(results, project.excerpt, output.styled, project.commit, every)
    text = TESTED[form](report)
    if form == "text":
        output.result(text)
    else:
        output.result_bytes(text.encode(errors="backslashreplace"))
    if not results:
        output.tell(_HOW)
    return 1 if report.failed else 0


def _within(project: "Project", folder: Path, paths: Sequence[str]) -> list[str]:
    """The paths as the repository names them; one outside of it stays as it is."""
    root = (project.home or folder).resolve()
    whole = [Path(path).resolve() for path in paths]
    return [
        one.relative_to(root).as_posix() if one.is_relative_to(root) else path
        for one, path in zip(whole, paths, strict=True)
    ]
