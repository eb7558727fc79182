"""Policies as records: whom they are about, what is made up for examples, their form and their page."""

from typing import Any

import pytest

from lamina.thought.policies import SCHEMA, Match, page, policy_name, policy_of, stray_policy
from lamina.thought.schema import compile_schema

LEAST: dict[str, Any] = {"description": "Short.\n\nLonger.", "validations": [{"expression": "document.a > 1"}]}


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match(), True),
        (Match(kinds=("agents",)), True),
        (Match(kinds=("app",)), False),
        (Match(documents=("agents/*",)), True),
        (Match(documents=("x", "agents/p?anner")), True),
        (Match(environments=("prod*",)), True),
        (Match(environments=("prod",)), False),
        (Match(protected=True), True),
        (Match(protected=False), False),
        (Match(kinds=("agents",), protected=False), False),
    ],
)
def test_all_that_is_said_must_be_so(match: Match, fits: bool) -> None:
    assert match.fits("prod-eu", True, "agents/planner", "agents") is fits


def test_what_is_left_out_has_a_meaning() -> None:
    policy = policy_of("p", "policies/p.policy.yaml", LEAST)
    assert (policy.severity, policy.match, policy.summary) == ("error", Match(), "Short.")
    assert policy.expressions == (("document.a > 1", ("validations", 0, "expression")),)


def test_an_example_fits_the_policy_where_nothing_is_said() -> None:
    match = {"documents": ["agents/*"], "environments": ["prod*"], "protected": True}
    examples = {"pass": [{"document": {}}], "fail": [{"document": {}, "old": None, "name": "agents/a"}]}
    policy = policy_of("p", "p", {**LEAST, "match": match, "examples": examples})
    first, second = policy.examples
    assert (first.passes, first.name, first.environment, first.protected) == (True, "agents/x", "prodx", True)
    assert (second.passes, second.name, second.changed, first.changed) == (False, "agents/a", True, False)
    assert second.path == ("examples", "fail", 0)


def faults(data: Any) -> list[str]:
    return [f"{one.rule} {one.fix or ''}" for one in compile_schema("policy", SCHEMA, lambda _: None).faults_of(data)]


def test_the_form_refuses_what_it_does_not_know() -> None:
    schema = compile_schema("policy", SCHEMA, lambda _: None)
    assert schema.faults == ()
    assert schema.accepts(LEAST)
    assert faults({**LEAST, "severty": "error"}) == ['unknown-key did you mean "severity"?']
    assert faults({**LEAST, "severity": "eror"}) == ['not-allowed did you mean "error"?']
    assert faults({"description": "x"}) == ["missing-key "]
    assert faults({**LEAST, "variables": [{"name": "a b", "expression": "1"}]}) == ["pattern-mismatch "]


@pytest.mark.parametrize(
    ("file", "name", "better"),
    [
        ("policies/no-debug.policy.yaml", "no-debug", None),
        ("policies/team/no-debug.policy.yaml", "no-debug", None),
        ("policies/no-debug.policy.yml", None, "policies/no-debug.policy.yaml"),
        ("policies/no-debug.policy.json", None, "policies/no-debug.policy.yaml"),
        ("policies/No_Debug.policy.yaml", "No_Debug", "policies/no-debug.policy.yaml"),
        ("policies/1.policy.yaml", "1", "policies/policy-1.policy.yaml"),
        ("policies/ÄÖ.policy.yaml", "ÄÖ", "policies/policy.policy.yaml"),
        ("policies/require-labels.rego", None, None),
        ("policies/a.policy.rego", None, None),
    ],
)
def test_the_name_is_the_file_s(file: str, name: str | None, better: str | None) -> None:
    assert (policy_name(file), stray_policy(file)) == (name, better)


def test_the_page_says_all_of_it() -> None:
    data = {
        **LEAST,
        "match": {"kinds": ["app", "agents"], "environments": ["prod"], "protected": False},
        "variables": [{"name": "n", "expression": "1 +\n1"}],
    }
    data["validations"][0]["message"] = "too small"
    assert page(policy_of("p", "policies/p.policy.yaml", data)).splitlines() == [
        "Short.", "", "Longer.", "",
        "About: kinds app or agents, environment prod, environments that are not protected.", "",
        "Where variables.n is:", "", "    1 +", "    1", "",
        "Must hold:", "", "    document.a > 1", "    # too small", "",
        "This is a policy of the repository: policies/p.policy.yaml.",
    ]  # fmt: skip
