"""Repositories with policies, for the tests."""

from collections.abc import Mapping
from textwrap import dedent, indent

from held import project

from lamina.project.gate import check
from lamina.words.finding import Finding

FILES = {
    "lamina.yaml": "environments: {prod: {protected: true}}\n",
    "environments/base/app.yaml": "name: a\nretries: 2\nhosts: [a.example.com, b.example.com]\nlabels: {tier: gold}\n",
    "environments/prod/app.yaml": "retries: 9\n",
    "environments/dev/app.yaml": "level: debug\n",
}


def policy(expression: str, more: str = "") -> str:
    """The text of a policy with one validation."""
    text = f"description: A policy.\n{dedent(more)}validations:\n  - expression: |\n"
    return text + indent(expression.strip(), " " * 6) + "\n"


def found(policies: Mapping[str, str], files: Mapping[str, str] = FILES) -> list[Finding]:
    """What a check finds that is of a policy."""
    named = {f"policies/{name}.policy.yaml": text for name, text in policies.items()}
    ours = {*policies, "bad-policy", "policy-failed", "name-clash", "stray-file"}
    return [
        one
        for one in check(project({**files, **named})).findings
        if one.rule in ours or one.position.file.startswith("policies/")
    ]


def lines(findings: list[Finding]) -> list[str]:
    """Findings as lines: place, severity, sentence, rule and environment."""
    return [
        f"{one.position} {one.severity}: {one.message} [{one.rule}]{f' in {one.environment}' if one.environment else ''}"
        for one in findings
    ]
