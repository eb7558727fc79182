"""Policies at the command line: in every format of `check`, with a page, and with sentences that command nobody."""

import json

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed

POLICY = """\
description: |
  No more than five retries.

  ::error::Retries multiply what a run costs.
match:
  kinds: [app]
validations:
  - expression: document.retries <= 5
    message: "::error::too many\\e[31m\\n##[error]retries"
"""
SCHEMA = """
    type: object
    properties: {retries: {type: integer, description: How often.}}
    additionalProperties: false
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "retries: 2\n",
    "environments/prod/app.yaml": "retries: 9\n",
    "policies/few-retries.policy.yaml": POLICY,
}


def test_a_policy_that_is_broken_is_an_error_of_its_name(repository: Builder, lamina: Lamina) -> None:
    done = lamina("check", cwd=repository(FILES))
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        "environments/prod/app.yaml:1:10: error: ::error::too many\\x1b[31m #\\x23[error]retries (in prod) [few-retries]",
        "    retries: 9",
        "             ^",
        "  environments/base/app.yaml:1:10: also set here",
        "1 error in prod",
    ]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "gitlab", "markdown"])
def test_its_sentence_commands_nobody(form: str, repository: Builder, lamina: Lamina) -> None:
    done = lamina("check", "--format", form, cwd=repository(FILES))
    assert done.code == 1
    assert "few-retries" in done.out
    assert not any(line.lstrip().startswith("::error::") for line in done.out.splitlines())
    assert "\x1b" not in done.out
    assert "##[" not in done.out


def test_it_has_a_page(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    page = lamina("rule", "few-retries", cwd=root)
    assert (page.code, page.err) == (0, "")
    assert page.out.splitlines()[:5] == [
        "few-retries: No more than five retries.", "", "\\x3a:error::Retries multiply what a run costs.", "",
        "About: kind app.",
    ]  # fmt: skip
    shape = json.loads(lamina("rule", "few-retries", "--json", cwd=root).out)
    assert (shape["severity"], shape["silenced"], shape["summary"]) == ("error", True, "No more than five retries.")
    assert "few-retries            error" in lamina("rule", cwd=root).out


def test_a_render_turns_on_no_policy(repository: Builder, lamina: Lamina) -> None:
    root = repository({**FILES, "policies/wrong.policy.yaml": "description: [\n"})
    (root / "policies/linked.policy.yaml").symlink_to("/etc/hostname")
    assert lamina("get", "prod", "app:retries", cwd=root).out == "9\n"
    done = lamina("check", "--format", "json", cwd=root)
    rules = {one["rule"] for one in json.loads(done.out)["findings"]}
    assert rules == {"few-retries", "syntax", "link-out"}


def test_the_policies_of_a_revision_are_its_own(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    from githistory import git

    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    (root / "policies/few-retries.policy.yaml").write_text(POLICY.replace("<= 5", "<= 9"))
    assert lamina("check", cwd=root).code == 0
    assert lamina("check", "--at", "HEAD", cwd=root).code == 1


def test_what_is_for_other_programs_is_let_be(repository: Builder, lamina: Lamina) -> None:
    others = {"policies/labels.rego": "package x\n", "policies/kyverno.yaml": "kind: ClusterPolicy\n"}
    done = lamina("check", cwd=repository({**FILES, **others, "environments/prod/app.yaml": "retries: 3\n"}))
    assert (done.code, done.out) == (0, "no findings in prod\n")


def test_a_change_is_judged_since_a_base(repository: Builder, lamina: Lamina) -> None:
    freeze = "freeze: [{environments: [prod], from: 2000-01-01, to: 2999-12-31, reason: for good}]\n"
    policy = POLICY.replace("document.retries <= 5", "old == null || document.retries <= old.retries * 2")
    root = begun(repository({}))
    committed(root, {**FILES, "policies/few-retries.policy.yaml": policy, "lamina.yaml": freeze})
    assert lamina("check", cwd=root).code == 0
    assert lamina("check", "--base", "HEAD", cwd=root).out.startswith("no findings in prod since ")
    (root / "environments/prod/app.yaml").write_text("retries: 19\n")
    done = lamina("check", "--base", "HEAD", "--format", "json", cwd=root)
    assert [(one["rule"], one["line"]) for one in json.loads(done.out)["findings"]] == [
        ("few-retries", 1),
        ("frozen-environment", 1),
    ]
    assert lamina("check", cwd=root).code == 0
