"""The rules on GitHub: whether those that protect a branch are really in force there, and not only in a file."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from lamina.project.protection import gate_checks
from lamina.words.check import Check
from lamina.words.errors import listing
from lamina.world import git
from lamina.world.github import CannotAsk, repository_of, rules_in_force

_NAME = "on GitHub"
_IMPORT = "Settings, Rules, Rulesets: import .github/rulesets/main.json"


def check_rules_on_github(folder: Path, api: str, token: str | None) -> Check:
    """Whether the default branch of `origin` requires a check that asks lamina and a review, and keeps its history."""
    top = git.top(folder) or folder
    remote = git.setting(top, "remote.origin.url")
    repository = repository_of(remote) if remote else None
    if repository is None:
        return Check(_NAME, "warning", "the remote origin is no repository of GitHub", "git remote add origin ADDRESS")
    try:
        branch, rules = rules_in_force(api, repository, token)
    except CannotAsk as failure:
        return Check(_NAME, "warning", failure.message, failure.hint)
    missing = list(_missing(rules, gate_checks(top)))
    if missing:
        return Check(_NAME, "warning", f"{branch} of {repository} has no {listing(missing)}", _IMPORT)
    return Check(_NAME, "ok", f"the rules for {branch} of {repository} are in force")


def _missing(rules: list[dict[str, Any]], checks: Collection[str]) -> Iterator[str]:
    """What no rule in force asks for."""
    asked: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        parameters = rule.get("parameters")
        asked.setdefault(str(rule.get("type")), []).append(parameters if isinstance(parameters, dict) else {})
    required = {
        str(one.get("context"))
        for said in asked.get("required_status_checks", [])
        for one in said.get("required_status_checks") or ()
        if isinstance(one, dict)
    }
    if not required.intersection(checks):
        yield f"required check {' or '.join(sorted(checks)) or 'that asks lamina'}"
    if not any(said.get("require_code_owner_review") is True for said in asked.get("pull_request", [])):
        yield "required review by code owners"
    if "non_fast_forward" not in asked:
        yield "bar to force pushes"
