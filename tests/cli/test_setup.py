"""`init` and `doctor` beyond their scripts (tests/commands/init.txt, doctor.txt)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, git
from github_server import serving
from running import surroundings

# lamina on a machine whose PyYAML was built without libyaml.
WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = sys.modules["yaml.cyaml"] = None
sys.argv[0] = "lamina"
from lamina.cli.main import run
run()
"""


def test_every_command_of_the_readme_that_init_writes_works(lamina: Lamina, tmp_path: Path) -> None:
    lamina("init", cwd=tmp_path)
    lines = [line.partition(" #")[0].split() for line in (tmp_path / "README.md").read_text().splitlines()]
    commands = [words[2:] for words in lines if words[:2] == ["$", "lamina"]]
    codes = {words[0]: lamina(*words, cwd=tmp_path).code for words in commands}
    assert codes == {"validate": 0, "render": 0, "explain": 0, "set": 0, "diff": 1}


def test_what_init_says_to_do_next_works(lamina: Lamina, tmp_path: Path) -> None:
    said = lamina("init", cwd=tmp_path).out
    commands = [line.partition(" #")[0].split()[1:] for line in said.splitlines() if line.startswith("  lamina ")]
    assert [lamina(*words, cwd=tmp_path).code for words in commands] == [0, 0, 0, 0]


def test_init_is_whole_or_absent_in_a_folder_that_cannot_be_written(lamina: Lamina, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    if _is_writable(folder):
        pytest.skip("this user may write anywhere")
    outcome = lamina("init", str(folder), cwd=tmp_path)
    assert outcome.code == 3
    assert "Permission denied" in outcome.err
    assert not any(folder.iterdir())


def test_doctor_can_say_that_no_yaml_can_be_read(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_LIBYAML, "doctor", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=False)
    checks = json.loads(done.stdout)["checks"]
    assert done.returncode == 1
    assert [check["name"] for check in checks if check["state"] == "problem"] == ["yaml parser"]
    assert "pip install" in checks[-1]["fix"]


def test_doctor_asks_github_only_where_it_is_told_to(lamina: Lamina, tmp_path: Path) -> None:
    lamina("init", cwd=tmp_path)
    git(tmp_path, "remote", "add", "origin", "git@github.com:acme/config.git")
    rules = [{"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "gate"}]}}]
    answers = {
        "/v3/repos/acme/config": {"default_branch": "main"},
        "/v3/repos/acme/config/rules/branches/main?per_page=100": rules,
    }
    with serving(answers) as (api, asked):
        env = {"GITHUB_API_URL": f"{api}/v3", "GITHUB_TOKEN": "gh-token", "GH_TOKEN": "other"}
        assert "on GitHub" not in lamina("doctor", cwd=tmp_path, env=env).out
        assert asked == []
        said = lamina("doctor", "--github", cwd=tmp_path, env=env)
    assert asked == [(path, "Bearer gh-token") for path in answers]
    last = said.out.splitlines()[-2]
    assert last.startswith("warning  on GitHub     main of acme/config has no required review by code owners")
    assert "gh-token" not in said.out + said.err


def test_doctor_tells_hooks_of_another_version_and_files_that_git_would_merge_as_text(
    lamina: Lamina, tmp_path: Path
) -> None:
    begun(tmp_path)
    (tmp_path / "environments/dev").mkdir(parents=True)
    (tmp_path / "environments/dev/app.sops.yaml").write_text("a: 1\n")
    lamina("hooks", "install", cwd=tmp_path)
    lamina("secrets", "git-setup", cwd=tmp_path)
    checks = _checks(lamina, tmp_path)
    assert (checks["hooks"], checks["merges"]) == (
        "a hook runs before every commit",
        "git merges sealed files by what they hold",
    )
    with open(tmp_path / ".git/hooks/pre-push", "a") as hook:
        hook.write("# older\n")
    (tmp_path / ".gitattributes").unlink()
    checks = _checks(lamina, tmp_path)
    assert checks["hooks"] == "of another version of lamina: pre-push"
    assert checks["merges"] == ".gitattributes does not have git merge environments/dev/app.sops.yaml by lamina"


def _checks(lamina: Lamina, folder: Path) -> dict[str, str]:
    told = json.loads(lamina("doctor", "--format", "json", cwd=folder).out)["checks"]
    return {check["name"]: check["message"] for check in told}


def _is_writable(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True
