"""Tests of configuration, run in memory."""

from collections.abc import Mapping, Sequence
from textwrap import dedent, indent

from held import project

from lamina.project.testing import Result, run

FILE = "tests/config/t.yaml"
BASE = {
    "environments/base/app.yaml": "name: a\nretries: 3\nlabels: {team: x}\nhosts: [one]\n",
    "environments/prod/app.yaml": "retries: 5\ndb: {host: h}\nusers: [{name: ann, role: admin}]\n",
    "schemas/other/v1.schema.yaml": "type: object\nproperties: {n: {type: integer, maximum: 9}}\n",
    "environments/base/other.yaml": "n: ${app:retries}\n",
}


def ran(
    tests: str, files: Mapping[str, str | bytes] | None = None, paths: Sequence[str] = (), part: str = ""
) -> list[Result]:
    """The results of tests, given as the items of the list `tests`."""
    text = "tests:\n" + indent(dedent(tests).strip("\n"), "  ") + "\n"
    return run(project({**BASE, FILE: text, **(files or {})}), paths, part)


def wrong(tests: str, files: Mapping[str, str | bytes] | None = None) -> list[str]:
    """What is wrong by tests, as short lines: the place, the rule and the message."""
    return [f"{one.position.line}:{one.position.column} {one.rule} {one.message}" for every in ran(tests, files)
            for one in every.findings]  # fmt: skip
