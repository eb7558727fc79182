"""`init` and `doctor` beyond their scripts (tests/commands/init.txt, doctor.txt)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Lamina
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


def _is_writable(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except OSError:
        return False
    (folder / "probe").unlink()
    return True
