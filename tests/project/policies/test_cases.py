"""The examples of policies, tried."""

from textwrap import dedent

import pytest
from held import project

from lamina.project.policies.cases import policy_cases

POLICY = """
    description: A policy.
    match: {kinds: [app], protected: true}
    validations:
      - expression: document.retries <= 5
    examples:
      pass: [PASS]
      fail: [FAIL]
"""
GOOD, BAD = "{document: {retries: 5}}", "{document: {retries: 6}}"


def failures(passing: str, failing: str) -> list[tuple[str, str | None]]:
    text = dedent(POLICY).replace("PASS", passing).replace("FAIL", failing)
    files = {"environments/base/app.yaml": "name: a\n", "policies/p.policy.yaml": text}
    return [(one.name, one.failure) for one in policy_cases(project(files).tree)]


def test_examples_are_as_they_say() -> None:
    assert failures(GOOD, BAD) == [("pass[0]", None), ("fail[0]", None)]


@pytest.mark.parametrize(
    ("passing", "failing", "failure"),
    [
        (BAD, BAD, "it should pass, and is refused: it does not hold that document.retries <= 5"),
        (GOOD, GOOD, "it should be refused, and passes"),
        ("{document: {}}", BAD, 'it cannot be evaluated: there is no key "retries"'),
        (GOOD, "{document: {}}", 'it cannot be evaluated: there is no key "retries"'),
        (
            GOOD,
            "{document: {retries: 6}, protected: false}",
            "it should be refused, and the policy is not about such a document",
        ),
    ],
)
def test_an_example_that_is_not_as_it_says_is_told(passing: str, failing: str, failure: str) -> None:
    assert failure in [why for _, why in failures(passing, failing)]


def test_an_example_may_be_outside_of_what_the_policy_is_about() -> None:
    assert failures("{document: {retries: 6}, protected: false}", BAD) == [("pass[0]", None), ("fail[0]", None)]


def test_an_example_has_its_place() -> None:
    text = dedent(POLICY).replace("PASS", GOOD).replace("FAIL", BAD)
    cases = list(
        policy_cases(project({"environments/base/app.yaml": "name: a\n", "policies/p.policy.yaml": text}).tree)
    )
    assert [str(one.position) for one in cases] == ["policies/p.policy.yaml:7:10", "policies/p.policy.yaml:8:10"]
