"""Owners: which patterns fit a file or an address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.owners import fits_address, fits_file, owners_of_file, owners_of_value
from lamina.words.address import parse_address


@pytest.mark.parametrize(
    ("pattern", "file", "fits"),
    [
        ("lamina.yaml", "lamina.yaml", True),
        ("lamina.yaml", "environments/lamina.yaml", False),
        ("/lamina.yaml", "lamina.yaml", True),
        ("environments/prod/app.yaml", "environments/prod/app.yaml", True),
        ("environments/prod", "environments/prod/app.yaml", False),
        ("environments/prod/", "environments/prod/agents/planner.yaml", True),
        ("environments/prod/**", "environments/prod/agents/planner.yaml", True),
        ("environments/*/app.yaml", "environments/prod/app.yaml", True),
        ("environments/*/app.yaml", "environments/prod/x/app.yaml", False),
        ("environments/**/app.yaml", "environments/prod/x/app.yaml", True),
        ("**/app.yaml", "app.yaml", True),
        ("**", "environments/prod/app.yaml", True),
        ("*", "environments/prod/app.yaml", False),
        ("environments/prod*/**", "environments/prod-eu/app.yaml", True),
        ("environments/pro?/*.sops.yaml", "environments/prod/app.sops.yaml", True),
        ("environments/pro?/*", "environments/pro/app.yaml", False),
        ("environments/[ab]/x", "environments/a/x", False),
        ("environments/prod/APP.yaml", "environments/prod/app.yaml", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("", "lamina.yaml", False),
    ],
)
def test_patterns_of_files(pattern: str, file: str, fits: bool) -> None:
    assert fits_file(pattern, file) is fits


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("app:server.port", "app:server.port", True),
        ("app:server", "app:server.port", True),
        ("app:server.port", "app:server", False),
        ("app:", "app:server.port", True),
        ("app:**", "app:server.port", True),
        ("app:*.port", "app:server.port", True),
        ("app:*", "web:server.port", False),
        ("agents/*:model", "agents/planner:model", True),
        ("*:model", "agents/planner:model", False),
        ("**:model", "agents/planner:model", True),
        ("**:**.model", "agents/planner:a.b.model", True),
        ("app:tools[*].name", "app:tools[3].name", True),
        ("app:tools[1]", "app:tools[2].name", False),
        ('app:labels."a.b"', 'app:labels."a.b"', True),
        ('app:labels."a*"', 'app:labels."a.b"', False),
        ('app:labels."a*"', 'app:labels."a*"', True),
        ("app:re?ry", "app:retry", True),
    ],
)
def test_patterns_of_addresses(pattern: str, address: str, fits: bool) -> None:
    asked = parse_address(address)
    assert fits_address(pattern, asked.document, asked.path) is fits


def test_every_pattern_that_fits_counts() -> None:
    owners = {"lamina.yaml": ["@a"], "*.yaml": ["@b", "@c"], "x:y": ["@d"]}
    assert owners_of_file(owners, "lamina.yaml") == ["@a", "@b", "@c"]
    assert owners_of_file(owners, "x:y") == []


def test_who_owns_what_a_changed_value_holds() -> None:
    owners = {"app:server.port": ["@net"], "app:tools[*].key": ["@tools"], "app:other": ["@other"]}
    whole = {"server": {"port": 80}, "tools": [{"key": 1}]}
    assert owners_of_value(owners, "app", (), whole, None) == ["@net", "@tools"]
    assert owners_of_value(owners, "app", ("server",), None, {"host": "x"}) == []
    assert owners_of_value(owners, "app", ("server",), {"port": 80}, {"host": "x"}) == ["@net"]


names = st.text("ab/", min_size=1, max_size=8)


@given(st.text("ab*?/", max_size=8), names)
def test_as_a_regular_expression_has_it(pattern: str, name: str) -> None:
    """A slower way to the same answer: `**` as a step is any number of steps, also none."""
    steps = "".join(
        "(?:[^/]*/)*" if step == "**" else re.sub(r"\*+", "[^/]*", step).replace("?", "[^/]") + "/"
        for step in (pattern.removeprefix("/") + ("**" if pattern.endswith("/") else "")).split("/")
    )
    assert fits_file(pattern, name) is bool(re.fullmatch(steps, name + "/"))


def test_no_pattern_takes_long() -> None:
    assert not fits_file("**/a" * 500 + "/b", "/".join("a" * 2000))
    assert not fits_file("*a" * 500 + "b", "a" * 2000)
