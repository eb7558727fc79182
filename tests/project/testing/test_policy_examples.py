"""The examples of policies are tests."""

from project.testing.trying import ran

POLICY = """
description: A policy.
match: {kinds: [app]}
validations:
  - expression: document.retries <= 5
examples:
  pass: [{document: {retries: 5}}, {document: {retries: 7}}]
  fail: [{document: {retries: 6}}]
"""
TEST = "- {name: own, environment: prod, expect: {findings: none}}"


def test_they_run_beside_the_files() -> None:
    results = ran(TEST, {"policies/few.policy.yaml": POLICY})
    assert [(one.case.name, one.passed) for one in results] == [
        ("own", True),
        ("few: pass[0]", True),
        ("few: pass[1]", False),
        ("few: fail[0]", True),
    ]
    (finding,) = results[2].findings
    assert (str(finding.position), finding.rule) == ("policies/few.policy.yaml:7:36", "failed-example")
    assert finding.message.startswith("it should pass, and is refused")


def test_they_are_chosen_by_their_files_and_names() -> None:
    files = {"policies/few.policy.yaml": POLICY}
    assert [one.case.name for one in ran(TEST, files, ["policies"], "fail")] == ["few: fail[0]"]
