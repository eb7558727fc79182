"""What `doctor` says of how a merge is guarded."""

from pathlib import Path

import pytest
from conftest import Builder

import lamina
from lamina.project.protection import check_protection

ROOT = Path(__file__).parents[2]
LAYERS = {
    "lamina.yaml": "environments: {prod: {protected: true}}\n",
    "environments/prod/app.yaml": "{}\n",
    "environments/prod/app.sops.yaml": "{}\n",
}
CHECK = "{steps: [{run: pip install lamina}, {run: lamina check --at HEAD}]}"
GATE = f"on: {{pull_request: , merge_group: }}\njobs:\n  check: {CHECK}\n  gate: {{needs: [check]}}\n  other: {{}}\n"
RULES = """\
{"target": "branch", "enforcement": "active", "rules": [{"type": "deletion"}, {"type": "required_status_checks",
 "parameters": {"required_status_checks": [{"context": "gate"}]}}]}
"""
OWNERS = "* @all\n/environments/prod/ @ops\n"
WHOLE = {".github/workflows/g.yml": GATE, ".github/rulesets/m.json": RULES, ".github/CODEOWNERS": OWNERS}


def told(repository: Builder, files: dict[str, str]) -> dict[str, tuple[str, str]]:
    root = repository({**LAYERS, **files})
    return {check.name: (check.state, check.message) for check in check_protection(root, lamina.open(root))}


def test_all_that_is_set_up_is_told(repository: Builder) -> None:
    assert told(repository, WHOLE) == {
        "gate": ("ok", ".github/workflows/g.yml checks every pull request"),
        "ruleset": ("ok", ".github/rulesets/m.json requires gate"),
        "code owners": ("ok", ".github/CODEOWNERS names who reviews prod"),
    }


def test_this_repository_is_protected() -> None:
    checks = list(check_protection(ROOT, lamina.open(ROOT)))
    assert [(check.name, check.state) for check in checks] == [
        ("gate", "ok"),
        ("ruleset", "ok"),
        ("code owners", "ok"),
    ]


def test_nothing_at_all(repository: Builder) -> None:
    assert told(repository, {}) == {
        "gate": ("warning", "nothing here checks a change before it is merged"),
        "code owners": ("warning", "there is no CODEOWNERS, so anybody may approve a change of prod"),
    }


@pytest.mark.parametrize(
    ("triggers", "state"),
    [
        ("pull_request", "ok"),
        ("[push, pull_request]", "ok"),
        ("{pull_request: {types: [opened]}}", "ok"),
        ("push", "warning"),
        ("{pull_request: {paths: [environments/**]}}", "warning"),
        ("{pull_request: {paths-ignore: [docs/**]}}", "warning"),
        ("{pull_request: {branches: [main]}}", "ok"),
        ("{pull_request_target: , pull_request: }", "problem"),
        ("[{a: b}]", "warning"),
    ],
)
def test_a_gate_is_run_for_every_pull_request(triggers: str, state: str, repository: Builder) -> None:
    gate = GATE.replace("{pull_request: , merge_group: }", triggers)
    assert told(repository, WHOLE | {".github/workflows/g.yml": gate})["gate"][0] == state


@pytest.mark.parametrize(
    ("step", "asks"),
    [
        ("{uses: acme/lamina@0123}", True),
        ("{uses: acme/tools/lamina@v1}", True),
        ("{uses: ./}", True),
        ("{run: lamina -C config check --base HEAD^1}", True),
        ("{run: lamina render prod}", False),
        ("{uses: acme/laminate@v1}", False),
        ("[odd]", False),
    ],
)
def test_a_workflow_asks_lamina_by_its_program_or_its_action(step: str, asks: bool, repository: Builder) -> None:
    gate = GATE.replace(CHECK, f"{{steps: [{step}]}}")
    assert (told(repository, {".github/workflows/g.yml": gate})["gate"][0] == "ok") == asks


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"gate"', '"lint"'),
        ("active", "disabled"),
        ('"branch"', '"tag"'),
        (
            "{",
            "[",
        ),
        ('"context": "gate"', '"context": 1'),
    ],
)
def test_a_check_that_no_ruleset_requires(old: str, new: str, repository: Builder) -> None:
    state, message = told(repository, WHOLE | {".github/rulesets/m.json": RULES.replace(old, new)})["ruleset"]
    assert (state, message) == ("warning", "no ruleset in .github/rulesets/ requires check, gate")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("* @all\n", "ok"),
        ("/environments/dev/ @ada\n", "warning"),
        ("* @all\n/environments/prod/*.sops.yaml\n", "warning"),
    ],
)
def test_every_layer_of_a_protected_environment_has_a_reviewer(text: str, state: str, repository: Builder) -> None:
    told_state, message = told(repository, WHOLE | {".github/CODEOWNERS": text})["code owners"]
    assert told_state == state
    assert state == "ok" or message == ".github/CODEOWNERS names nobody for environments/prod/"


def test_a_job_of_gitlab(repository: Builder) -> None:
    assert told(repository, {".gitlab-ci.yml": "check: {script: [lamina check]}\n"})["gate"] == (
        "ok",
        ".gitlab-ci.yml asks lamina",
    )


def test_a_repository_in_a_folder_of_another(repository: Builder) -> None:
    top = repository({**{f"config/{name}": text for name, text in LAYERS.items()}, **WHOLE})
    owners = top / ".github/CODEOWNERS"
    project = lamina.open(top / "config")
    assert [check.state for check in check_protection(top, project)] == ["ok", "ok", "ok"]
    owners.write_text("/environments/prod/ @ops\n")
    assert [check.state for check in check_protection(top, project)] == ["ok", "ok", "warning"]
