"""What CI systems run, run here: the scripts of the action, of the gate and of the job for GitLab, in a real repository."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from archived import Keeper
from githistory import begun, committed, git
from hooked import BAD, GOOD, SOUND, program
from running import Outcome, run_program

ROOT = Path(__file__).parents[1]
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")


def loaded(name: str) -> dict[str, Any]:
    # As GitHub reads it: `on` is a key, and no boolean.
    loaded: dict[str, Any] = yaml.load((ROOT / name).read_text("utf-8"), yaml.BaseLoader)
    return loaded


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """The variables that a runner of GitHub sets, with the lamina under test where the action has installed it."""
    program(tmp_path).parent.rename(tmp_path / "bin")
    (tmp_path / "lamina").mkdir()
    (tmp_path / "bin").rename(tmp_path / "lamina/bin")
    files = {name: str(tmp_path / name.lower()) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    return {"RUNNER_TEMP": str(tmp_path), **files}


def repository(tmp_path: Path, change: dict[str, str]) -> Path:
    folder = begun(tmp_path / "work")
    committed(folder, SOUND)
    committed(folder, change)
    return folder


def step(name: str, folder: Path, env: dict[str, str]) -> Outcome:
    """A step of the action by its name, as a runner runs it."""
    [script] = [one["run"] for one in loaded("action.yml")["runs"]["steps"] if one.get("name") == name]
    return run_program(*BASH, script, cwd=folder, env=env)


def test_the_action_tells_what_is_wrong_and_what_changes(tmp_path: Path, runner: dict[str, str]) -> None:
    folder = repository(tmp_path, BAD)
    env = runner | {"FOLDER": ".", "BASE": "HEAD^1"}
    done = step("Check", folder, env)
    assert done.code == 1
    assert "::error file=environments/dev/app.yaml,line=1,col=10" in done.out
    assert step("Tell the impact", folder, env).code == 0
    summary = Path(env["GITHUB_STEP_SUMMARY"]).read_text()
    assert "wrong-type" in summary
    assert "### Impact on 1 of 1 environments" in summary


def test_the_action_lets_a_sound_change_pass(tmp_path: Path, runner: dict[str, str]) -> None:
    folder = repository(tmp_path, GOOD)
    env = runner | {"FOLDER": ".", "BASE": "HEAD^1"}
    assert step("Check", folder, env).code == 0
    assert step("Tell the impact", folder, env).code == 0
    assert Path(env["GITHUB_OUTPUT"]).read_text() == f"file={tmp_path}/impact.md\n"
    assert "retries" in (tmp_path / "impact.md").read_text()


def test_an_input_is_never_part_of_a_script(tmp_path: Path, runner: dict[str, str]) -> None:
    folder = repository(tmp_path, GOOD)
    env = runner | {"FOLDER": "$(touch here)", "BASE": '"; touch here; "'}
    assert step("Check", folder, env).code != 0
    assert step("Tell the impact", folder, env).code != 0
    assert not (folder / "here").exists()
    scripts = [one["run"] for one in loaded("action.yml")["runs"]["steps"] if "run" in one]
    assert not [script for script in scripts if "${{" in script]
    steps = [one for job in loaded("ci/shards.yml")["jobs"].values() for one in job["steps"]]
    assert not [one for one in steps if "${{" in one.get("run", "")]


@pytest.mark.parametrize(
    ("results", "code"), [("success", 0), ("success failure", 1), ("cancelled", 1), ("success skipped", 1)]
)
@pytest.mark.parametrize("workflow", [".github/workflows/gate", ".github/workflows/ci", "ci/shards"])
def test_the_one_required_check_needs_all_others(workflow: str, results: str, code: int, tmp_path: Path) -> None:
    jobs = loaded(f"{workflow}.yml")["jobs"]
    job = jobs["ci" if workflow.endswith("ci") else "gate"]
    assert {*job["needs"], "comment"} >= jobs.keys() - {"ci", "gate"}
    [last] = job["steps"]
    assert job["if"] == "${{ always() }}"
    assert run_program(*BASH, last["run"], cwd=tmp_path, env={"RESULTS": results}).code == code


def test_the_gate_is_run_for_every_change_and_holds_no_secret() -> None:
    gate = loaded(".github/workflows/gate.yml")
    assert gate["on"] == {"pull_request": "", "merge_group": ""}
    assert gate["permissions"] == {}
    assert gate["jobs"]["check"]["permissions"] == {"contents": "read"}
    text = "".join(file.read_text("utf-8") for file in (ROOT / ".github/workflows").iterdir())
    assert "secrets." not in text
    assert "pull_request_target" not in text
    comment = gate["jobs"]["comment"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in comment["if"]
    assert not any(one.get("uses", "").startswith(("actions/checkout", "./")) for one in comment["steps"])


def test_the_shards_come_to_one_report_and_one_folder(tmp_path: Path) -> None:
    jobs = loaded("ci/shards.yml")["jobs"]
    shard, join = jobs["shard"], jobs["join"]
    path = f"{program(tmp_path).parent}{os.pathsep}{os.environ['PATH']}"
    for change, code in ((BAD, 1), (GOOD, 0)):
        folder, temp = repository(tmp_path / str(code), change), tmp_path / f"{code}-runner"
        (temp / "parts").mkdir(parents=True)
        env = {"PATH": path, "RUNNER_TEMP": str(temp), "GITHUB_STEP_SUMMARY": str(temp / "summary.md")}
        for number in shard["strategy"]["matrix"]["shard"]:
            for one in shard["steps"]:
                if "name" in one:
                    known = env | {"BASE": "HEAD^1", "SHARD": number}
                    assert run_program(*BASH, one["run"], cwd=folder, env=known).code == 0
        # What is uploaded by one job is downloaded by the other, hidden files too.
        uploads = [one["with"] for job in (shard, join) for one in job["steps"] if "upload" in one.get("uses", "")]
        assert [one["include-hidden-files"] for one in uploads] == ["true", "true"]
        for part in [*temp.glob("check-*.json"), *temp.glob("render-*")]:
            part.rename(temp / "parts" / part.name)
        check, folders = (one["run"] for one in join["steps"] if "name" in one)
        done = run_program(*BASH, check, cwd=folder, env=env)
        assert (done.code, "::error file=environments/dev/app.yaml,line=1,col=10" in done.out) == (code, bool(code))
        assert ("wrong-type" in (temp / "summary.md").read_text()) == bool(code)
        assert run_program(*BASH, folders, cwd=folder, env=env).code == (3 if code else 0)
        assert (temp / "rendered/.lamina.json").exists() != bool(code)


def test_the_job_for_gitlab_writes_its_reports(tmp_path: Path) -> None:
    job = loaded("ci/gitlab.yml")["lamina"]
    script = "\n".join(job["script"])
    path = f"{program(tmp_path).parent}{os.pathsep}{os.environ['PATH']}"
    for change, code in ((BAD, 1), (GOOD, 0)):
        folder = repository(tmp_path / str(code), change)
        env = {"PATH": path, "LAMINA_FOLDER": ".", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD^1"}
        done = run_program("sh", "-e", "-c", script, cwd=folder, env=env)
        assert done.code == code
        assert ("environments/dev/app.yaml:1:10: error: " in done.out) == bool(code)
        reports = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
        assert [name for name in reports if not (folder / name).read_text()] == []


def test_the_scheduled_jobs_archive_run_state(tmp_path: Path) -> None:
    path = f"{program(tmp_path).parent}{os.pathsep}{os.environ['PATH']}"
    server = begun(tmp_path / "server.git", "--bare")
    keeper = Keeper(tmp_path / "kept/state.sqlite", server)
    folder = begun(tmp_path / "work")
    schema, document = "schemas/orchestrator/v1.schema.yaml", "environments/prod/orchestrator.yaml"
    committed(folder, {schema: "type: object\n", document: f"persistence: {{location: {keeper.location}}}\n"})
    git(folder, "remote", "add", "origin", str(server))
    workflow = loaded(".github/workflows/snapshot.yml")["jobs"]["snapshot"]["steps"][-1]
    assert "'prod'" in workflow["env"]["ENVIRONMENT"]
    job = loaded("ci/gitlab.yml")["lamina-snapshot"]
    scripts = {
        "github": (*BASH, workflow["run"]),
        "gitlab": ("sh", "-e", "-c", "\n".join(job["script"])),
    }
    env = {"PATH": path, "ENVIRONMENT": "prod", "LAMINA_SNAPSHOT_ENVIRONMENT": "prod", **job["variables"]}
    for number, (run, words) in enumerate(scripts.items(), 1):
        keeper.work(run)
        done = run_program(*words, cwd=folder, env=env)
        assert (done.code, "pushed 1 snapshot to state-archive" in done.out) == (0, True)
        assert git(server, "rev-list", "--count", "state-archive") == str(number)
