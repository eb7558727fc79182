"""What a new repository is made of."""

import json

import yaml

from lamina.thought.starter import starter

FILES = starter("1.2.3")


def test_the_version_is_the_one_that_made_it() -> None:
    assert yaml.safe_load(FILES["lamina.yaml"])["requires"] == ">=1.2.3"
    assert [name for name, text in FILES.items() if "lamina==1.2.3" in text] == [
        "README.md",
        ".pre-commit-config.yaml",
        ".github/workflows/gate.yml",
    ]
    assert not [name for name, text in FILES.items() if "@VERSION@" in text]


def test_the_workflow_may_do_no_more_than_check_out() -> None:
    workflow = yaml.safe_load(FILES[".github/workflows/gate.yml"])
    assert workflow["permissions"] == {}
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    actions = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(len(action.partition("@")[2]) == 40 for action in actions)
    assert job["steps"][0]["with"] == {"persist-credentials": False, "fetch-depth": 0}


def test_the_hook_and_the_workflow_check_the_same() -> None:
    workflow = yaml.safe_load(FILES[".github/workflows/gate.yml"])
    [repo] = yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"]
    [hook] = repo["hooks"]
    runs = [step["run"] for step in workflow["jobs"]["gate"]["steps"] if "run" in step]
    assert runs[0].split()[-1] == hook["additional_dependencies"][0]
    assert (runs[1], hook["entry"]) == ('lamina check --base "$BASE" --format github', "lamina check --staged")


def test_the_ruleset_requires_the_check_of_the_workflow() -> None:
    workflow = yaml.safe_load(FILES[".github/workflows/gate.yml"])
    rules = {rule["type"]: rule.get("parameters") for rule in json.loads(FILES[".github/rulesets/main.json"])["rules"]}
    required = [check["context"] for check in rules["required_status_checks"]["required_status_checks"]]
    assert required == [job["name"] for job in workflow["jobs"].values()] == ["gate"]
