"""All files of a repository: those that git tracks or would track, in the work tree, a commit, and outside git."""

from pathlib import Path

import pytest
from githistory import begun, git

from lamina.world.history import History
from lamina.world.sources import everything
from lamina.world.sources.commit import CommitTree
from lamina.world.sources.given import Given
from lamina.world.sources.hashed import HashedTree
from lamina.world.sources.overlay import Overlay
from lamina.world.sources.worktree import WorkTree

FILES = {
    ".gitignore": "*.key\n",
    ".sops.yaml": "a",
    "environments/dev/app.yaml": "a: 1\n",
    "docs/é.md": "x",
    "own.key": "ignored",
    "node_modules/x/y.js": "x",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "link.md").symlink_to("docs/é.md")
    return tmp_path


def test_outside_git_all_that_is_there_counts(root: Path) -> None:
    assert WorkTree(root).every() == tuple(sorted(FILES.keys() - {"node_modules/x/y.js"}))


def test_in_git_what_it_ignores_does_not_count(root: Path) -> None:
    begun(root)
    every = tuple(sorted(FILES.keys() - {"own.key"}))
    assert WorkTree(root).every() == every
    assert HashedTree(root).every() == every
    assert WorkTree(root / "environments").every() == ("dev/app.yaml",)
    git(root, "add", "--force", "own.key")
    assert "own.key" in WorkTree(root).every()


def test_what_is_gone_or_very_large_does_not_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(root)
    git(root, "add", ".")
    (root / "docs/é.md").unlink()
    (root / "large.sql").write_bytes(b"x" * 11)
    monkeypatch.setattr(everything, "MOST_BYTES", 10)
    assert WorkTree(root).every() == (".gitignore", ".sops.yaml", "environments/dev/app.yaml", "node_modules/x/y.js")


def test_a_commit_holds_what_was_committed(root: Path) -> None:
    begun(root)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "all")
    (root / "later.md").write_text("x")
    history = History(root)
    every = tuple(sorted(FILES.keys() - {"own.key"}))
    assert CommitTree(history.objects, history.commit("HEAD").tree).every() == every
    assert CommitTree(history.objects, history.commit("HEAD").tree, "environments").every() == ("dev/app.yaml",)


def test_a_program_that_the_repository_names_is_not_run(root: Path) -> None:
    begun(root)
    git(root, "config", "core.fsmonitor", "touch ran; false")
    assert WorkTree(root).every()
    assert not (root / "ran").exists()


def test_an_overlay_adds_and_takes_away() -> None:
    below = Given({"a": b"1", "b": b"2"})
    assert Overlay(below, {"c": b"3", "a": None}).every() == ("b", "c")
