"""What a new repository is made of."""

import yaml

from lamina.thought.starter import starter

FILES = starter("1.2.3")


def test_the_version_is_the_one_that_made_it() -> None:
    assert yaml.safe_load(FILES["lamina.yaml"])["requires"] == ">=1.2.3"
    assert [name for name, text in FILES.items() if "lamina==1.2.3" in text] == [
        "README.md",
        ".pre-commit-config.yaml",
        ".github/workflows/config.yml",
    ]
    assert not [name for name, text in FILES.items() if "@VERSION@" in text]


def test_the_workflow_may_do_no_more_than_check_out() -> None:
    workflow = yaml.safe_load(FILES[".github/workflows/config.yml"])
    assert workflow["permissions"] == {}
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    actions = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(len(action.partition("@")[2]) == 40 for action in actions)
    assert job["steps"][0]["with"] == {"persist-credentials": False}


def test_the_hook_runs_what_the_workflow_runs() -> None:
    workflow = yaml.safe_load(FILES[".github/workflows/config.yml"])
    [repo] = yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"]
    [hook] = repo["hooks"]
    runs = [step["run"] for step in workflow["jobs"]["validate"]["steps"] if "run" in step]
    assert runs == [f"pip install {hook['additional_dependencies'][0]}", hook["entry"].removesuffix(" --staged")]
