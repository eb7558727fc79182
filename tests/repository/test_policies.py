"""This repository's own policies: their examples are as they say, and each has both sorts."""

from pathlib import Path

import lamina
from lamina.project.policies.cases import policy_cases
from lamina.project.policies.reading import policies_of

ROOT = Path(__file__).parents[2]


def test_their_examples_are_as_they_say() -> None:
    tree = lamina.open(ROOT).tree
    policies = policies_of(tree, ())
    assert policies.findings == ()
    assert {one.name for one in policies.all} == {"cost-steps", "production-models", "production-retries", "run-budget"}
    cases = list(policy_cases(tree))
    assert [(one.policy, one.name, one.failure) for one in cases if one.failure is not None] == []
    assert {(one.policy, one.name.partition("[")[0]) for one in cases} == {
        (policy.name, sort) for policy in policies.all for sort in ("pass", "fail")
    }
