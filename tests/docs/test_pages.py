"""What stands on two places must be the same on both: pages against the files they speak of."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from running import run_here

from lamina.thought.rules import RULES

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_dependency_has_its_reason() -> None:
    extras, groups = PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]
    wanted = [*PROJECT["project"]["dependencies"], *extras["typed"], *extras["test"]]
    wanted += [line for name in ("tests", "node", "lint", "types", "workflows") for line in groups[name]]
    names = {re.split(r"[^a-z0-9-]", line)[0] for line in wanted}
    page = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    rows = "".join(line for line in page.splitlines(keepends=True) if line.startswith("| "))
    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", rows)} == set()


def test_the_reference_is_up_to_date() -> None:
    outcome = run_here("docs", "--check", cwd=ROOT)
    assert (outcome.code, outcome.out) == (0, "all is up to date\n"), "run: lamina docs"


def test_editors_are_told_what_holds_today() -> None:
    outcome = run_here("ide", "--check", cwd=ROOT)
    assert (outcome.code, outcome.out) == (0, "all is up to date\n"), "run: lamina ide"


def test_every_session_is_in_the_guide() -> None:
    sessions = re.findall(r"^@nox\.session\ndef (\w+)", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE)
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) == sorted(sessions)


def test_the_hooks_of_pre_commit_are_those_of_this_repository() -> None:
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    own = {hook["id"]: hook for hook in config["repos"][0]["hooks"]}
    assert offered.keys() <= own.keys()
    for hook in offered.values():
        assert hook["entry"].split()[1:3] in (["check", "--staged"], ["check", "--message"])
        assert own[hook["id"]]["entry"] == f".venv/bin/{hook['entry']}"
        assert set(own[hook["id"]]["stages"]) <= set(hook["stages"])
        assert set(own[hook["id"]]["stages"]) <= set(config["default_install_hook_types"])


def test_workflows_are_pinned_and_may_do_nothing_that_is_not_said() -> None:
    for file in (*(ROOT / ".github/workflows").iterdir(), ROOT / "ci/shards.yml"):
        workflow = yaml.safe_load(file.read_text("utf-8"))
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        assert workflow["permissions"] == {}
        assert all(re.search(r"^\./$|@[0-9a-f]{40}$", step["uses"]) for step in steps if "uses" in step)


def test_the_page_on_sharding_shows_what_the_workflow_does() -> None:
    [shown] = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/sharding.md").read_text("utf-8"), re.DOTALL)
    lines = iter((ROOT / "ci/shards.yml").read_text("utf-8").splitlines())
    assert [line for line in shown.splitlines() if line not in lines] == []


def test_the_readme_gives_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for session in ("render", "tests"):
        assert f"python3 -m venv .venv && .venv/bin/pip install -q nox && .venv/bin/nox -s {session}\n" in readme


def test_every_rule_is_in_the_table() -> None:
    page = (ROOT / "docs/rules.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9.-]+)` \| (\w+) \| (.*) \|$", page, re.MULTILINE)
    assert rows == [(name, RULES[name].severity, RULES[name].summary) for name in sorted(RULES)]
