"""Where a repository's root is, and what git says of it."""

import os
from pathlib import Path

import pytest
from conftest import Builder
from running import run_program, surroundings

from lamina.world.repository import Commit, NotARepository, asking_commit, find_root


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings().items():
        monkeypatch.setenv(name, value)


def asked(root: Path) -> Commit | None:
    with asking_commit(root) as commit:
        return commit()


def git(root: Path, *words: str) -> None:
    assert run_program("git", *words, cwd=root).code == 0


def test_the_nearest_root_counts(repository: Builder) -> None:
    root = repository({"lamina.yaml": "", "environments/dev/k/d.yaml": "", "sub/environments/dev/d.yaml": ""})
    assert find_root(root) == root
    assert find_root(root / "environments/dev/k") == root
    assert find_root(root / "sub/environments") == root / "sub"


def test_no_root(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for start in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(NotARepository) as refused:
            find_root(start)
        assert str(start) in refused.value.message
        assert "lamina init" in (refused.value.hint or "")


def test_no_commit_outside_git_or_before_the_first(repository: Builder) -> None:
    root = repository({"environments/dev/d.yaml": ""})
    assert asked(root) is None
    git(root, "init", "-q")
    assert asked(root) is None


def test_no_commit_without_git(repository: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert asked(repository({"environments/dev/d.yaml": ""})) is None


def test_the_commit_and_whether_what_is_read_differs(repository: Builder) -> None:
    root = repository({"environments/dev/d.yaml": "", "notes.txt": ""})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    head = run_program("git", "rev-parse", "HEAD", cwd=root).out.strip()
    assert asked(root) == Commit(head, False)
    (root / "notes.txt").write_text("changed")
    assert asked(root) == Commit(head, False)
    (root / "environments/dev/new.yaml").touch()
    assert asked(root) == Commit(head, True)


@pytest.mark.parametrize("status", ["untracked", "ignored"])
@pytest.mark.parametrize(
    ("file", "dirty"),
    [
        ("environments/dev/new/d.yaml", True),
        ("environments/local/k/d e\n.sops.json", True),
        ("schemas/k/v1.schema.yml", True),
        ("lamina.yaml", True),
        ("environments/dev/d.yaml~", False),
        ("schemas/notes.txt", False),
        ("build/environments/dev/d.yaml", False),
    ],
)
def test_files_that_git_does_not_follow_count_when_lamina_reads_them(
    file: str, dirty: bool, status: str, repository: Builder
) -> None:
    ignored = {"untracked": "", "ignored": "new/\nlocal\n*.yml\n*~\nlamina.yaml\nnotes.txt\nbuild\n"}[status]
    root = repository({"environments/dev/d.yaml": "", ".gitignore": ignored})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    head = run_program("git", "rev-parse", "HEAD", cwd=root).out.strip()
    repository({file: ""})
    assert asked(root) == Commit(head, dirty)


def test_a_file_that_was_moved_counts(repository: Builder) -> None:
    root = repository({"environments/dev/d.yaml": "a: 1\n"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    git(root, "mv", "environments/dev/d.yaml", "environments/dev/#e")
    commit = asked(root)
    assert commit is not None
    assert commit.dirty


def test_an_answer_that_nobody_wants_is_not_waited_for(repository: Builder) -> None:
    with asking_commit(repository({"environments/dev/d.yaml": ""})):
        pass


def test_nothing_that_a_repository_names_is_run(repository: Builder) -> None:
    root = repository({"environments/dev/d.yaml": "", "spy": "#!/bin/sh\ntouch spied\n"})
    (root / "spy").chmod(0o755)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    git(root, "config", "core.fsmonitor", str(root / "spy"))
    assert asked(root) is not None
    assert not (root / "spied").exists()
