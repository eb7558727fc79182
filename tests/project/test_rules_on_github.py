"""What `doctor --github` says of the rules that are in force."""

from pathlib import Path
from typing import Any

import pytest
from githistory import begun, git

from lamina.project import rules_on_github
from lamina.project.rules_on_github import check_rules_on_github
from lamina.world.github import CannotAsk

GATE = "on: pull_request\njobs: {check: {steps: [{run: lamina check}]}, gate: {needs: check}}\n"
CHECKS = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "gate"}]}}
REVIEW = {"type": "pull_request", "parameters": {"require_code_owner_review": True}}
WHOLE = [CHECKS, REVIEW, {"type": "non_fast_forward"}]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (WHOLE, "the rules for main of acme/config are in force"),
        (WHOLE[1:], "main of acme/config has no required check check or gate"),
        ([CHECKS], "main of acme/config has no required review by code owners, bar to force pushes"),
        ([{"type": "pull_request", "parameters": None}, {}],
         "main of acme/config has no required check check or gate, required review by code owners, bar to force pushes"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(
    rules: list[Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = begun(tmp_path)
    (top / ".github/workflows").mkdir(parents=True)
    (top / ".github/workflows/gate.yml").write_text(GATE)
    git(top, "remote", "add", "origin", "git@github.com:acme/config.git")
    monkeypatch.setattr(rules_on_github, "rules_in_force", lambda *_: ("main", rules))
    found = check_rules_on_github(top, "https://api", None)
    assert (found.message, found.state) == (message, "ok" if rules == WHOLE else "warning")


def test_no_remote_and_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise CannotAsk("it", "no", "a hint")

    top = begun(tmp_path)
    assert "no repository of GitHub" in check_rules_on_github(top, "https://api", None).message
    git(top, "remote", "add", "origin", "https://github.com/acme/config")
    monkeypatch.setattr(rules_on_github, "rules_in_force", refuse)
    found = check_rules_on_github(top, "https://api", None)
    assert (found.state, found.message, found.fix) == ("warning", "GitHub does not tell it: no", "a hint")
