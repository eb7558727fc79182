"""The tables of rules: every rule has a page, every name that findings can have is known, and each name one meaning."""

import re
from pathlib import Path

import pytest

from lamina.thought.rules import RULES, SILENCED, STANDING

TOOLING = Path(__file__).parents[3] / "tooling"
# Findings are made with the rule's name as the first argument, nearly everywhere.
NAMED = re.compile(r"\b\w*(?:Finding|Fault|Obstacle|find)\(\s*\"([a-z0-9.]+(?:-[a-z0-9.]+)+)\"")


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_page_says_what_why_and_what_instead(name: str) -> None:
    page = RULES[name].page
    assert page.splitlines()[0].endswith(".")
    assert [part for part in ("What:", "Example:", "Instead:", "Fix:") if f"\n\n{part}" not in page] == []
    assert max(map(len, page.splitlines())) <= 128


def test_a_name_has_one_meaning() -> None:
    assert sorted(RULES.keys() & STANDING.keys() | RULES.keys() & SILENCED.keys() | STANDING.keys() & SILENCED) == []


def test_every_name_in_the_source_is_known() -> None:
    known = {*RULES, *STANDING, *SILENCED}
    found = {name for file in TOOLING.rglob("*.py") for name in NAMED.findall(file.read_text("utf-8"))}
    assert len(found) > 40
    assert sorted(found - known) == []
