"""What git is asked before and after a repository is begun."""

from pathlib import Path

import pytest
from running import surroundings

from lamina.world import git


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings().items():
        monkeypatch.setenv(name, value)


def test_a_folder_is_tracked_once_git_has_begun(tmp_path: Path) -> None:
    below = tmp_path / "new" / "below"
    below.mkdir(parents=True)
    git.start(tmp_path / "new")
    assert git.top(below) == git.top(below / "absent") == tmp_path / "new"


def test_git_has_a_version() -> None:
    version = git.version()
    assert version is not None
    assert version[0].isdigit()


def test_a_hook_runs_when_git_would_run_it(tmp_path: Path) -> None:
    git.start(tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    assert not git.runs_hook(tmp_path, "pre-commit")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    assert not git.runs_hook(tmp_path, "pre-commit")
    hook.chmod(0o755)
    assert git.runs_hook(tmp_path, "pre-commit")


def test_hooks_may_stand_where_the_settings_say(tmp_path: Path) -> None:
    git.start(tmp_path)
    with (tmp_path / ".git" / "config").open("a") as config:
        config.write("[core]\n\thooksPath = hooks\n")
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "pre-commit").touch(mode=0o755)
    assert git.runs_hook(tmp_path, "pre-commit")


def test_without_git_all_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.version() is None
    assert not git.runs_hook(tmp_path, "pre-commit")
    with pytest.raises(git.CannotStart, match="there is no program git"):
        git.start(tmp_path)


def test_what_git_complains_about_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("odd")
    with pytest.raises(git.CannotStart, match="gitfile"):
        git.start(tmp_path)
