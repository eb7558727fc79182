"""Opening a branch of real git repositories in every state: what may be added to, and what is refused and how one gets out."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from githistory import begun, committed, everything, git
from world.branches.conftest import APP

from lamina.words.errors import Failure
from lamina.world.branches import (
    BadBranchName,
    Branch,
    CannotCommit,
    CheckedOutElsewhere,
    DetachedHead,
    InProgress,
    NoIdentity,
    NothingToBuildOn,
)


def tip(root: Path, revision: str = "HEAD") -> str:
    return git(root, "rev-parse", revision)


def refused(root: Path, name: str | None = None) -> Failure:
    """The refusal of a branch, which touches nothing."""
    before = everything(root)
    with pytest.raises(Failure) as failure:
        Branch(root, name)
    assert everything(root) == before
    return failure.value


def test_the_branch_that_is_checked_out(root: Path) -> None:
    for folder in (root, root / "environments/prod"):
        branch = Branch(folder)
        assert (branch.name, branch.tip, branch.new, branch.checked_out) == ("main", tip(root), False, True)


def test_the_same_by_its_name(root: Path) -> None:
    assert Branch(root, "main").checked_out


def test_another_one_and_a_new_one(root: Path) -> None:
    git(root, "branch", "release/1", "HEAD~1")
    other = Branch(root, "release/1")
    assert (other.name, other.tip, other.new, other.checked_out) == ("release/1", tip(root, "HEAD~1"), False, False)
    new = Branch(root, "fix")
    assert (new.name, new.tip, new.new, new.checked_out) == ("fix", tip(root), True, False)


def test_another_name_of_the_branch_that_is_checked_out_is_that_branch(root: Path) -> None:
    git(root, "symbolic-ref", "refs/heads/alias", "refs/heads/main")
    branch = Branch(root, "alias")
    assert (branch.name, branch.checked_out) == ("main", True)


def test_a_detached_head_needs_a_name(root: Path) -> None:
    git(root, "switch", "--detach", "HEAD~1")
    assert isinstance(refused(root), DetachedHead)
    assert Branch(root, "fix").tip == tip(root, "HEAD")
    assert Branch(root, "main").tip == tip(root, "main")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    root = begun(tmp_path / "r")
    assert str(refused(root)) == "the branch main has no commit yet"
    assert isinstance(refused(root, "new"), NothingToBuildOn)


def test_a_folder_outside_of_git(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path), CannotCommit)
    assert "is no folder" in str(refused(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "name", ["", "a b", "a..b", "-x", "HEAD", "a.lock", "/a", "a/", "@{-1}", "a~1", "a:b", "ä\0", "a\n"]
)
def test_a_name_that_no_branch_may_have(name: str, root: Path) -> None:
    failure = refused(root, name)
    assert isinstance(failure, BadBranchName)
    assert failure.status == 2


def conflict(root: Path, *words: str) -> None:
    """Leave something half done: both sides change the same line."""
    git(root, "switch", "--create", "side", "HEAD~1")
    committed(root, {APP: "a: side\n"}, "side")
    git(root, "switch", "main")
    with pytest.raises(CalledProcessError):
        git(root, *words)


def bisecting(root: Path) -> None:
    git(root, "bisect", "start")


STATES: dict[str, tuple[Callable[[Path], None], str]] = {
    "merge": (lambda root: conflict(root, "merge", "side"), "git merge --abort"),
    "rebase": (lambda root: conflict(root, "rebase", "side"), "git rebase --abort"),
    "rebase by patches": (lambda root: conflict(root, "rebase", "--apply", "side"), "git rebase --abort"),
    "cherry-pick": (lambda root: conflict(root, "cherry-pick", "side"), "git cherry-pick --abort"),
    "revert": (lambda root: conflict(root, "revert", "HEAD~1"), "git revert --abort"),
    "bisect": (bisecting, "git bisect reset"),
}


@pytest.mark.parametrize("name", STATES)
def test_what_is_half_done_is_ended_first(name: str, root: Path) -> None:
    make, way_out = STATES[name]
    make(root)
    failure = refused(root)
    assert isinstance(failure, InProgress)
    assert f"git {name.partition(' ')[0]} is in progress here" in str(failure)
    assert way_out in (failure.hint or "")
    # A rebased branch comes back when that ends; all others may get commits meanwhile.
    assert isinstance(refused(root, "main"), InProgress)
    assert Branch(root, "elsewhere").new


def test_a_patch_that_is_half_applied(root: Path) -> None:
    git(root, "switch", "--create", "side", "HEAD~1")
    committed(root, {APP: "a: side\n"}, "side")
    patch = git(root, "format-patch", "--stdout", "-1")
    git(root, "switch", "main")
    with pytest.raises(CalledProcessError):
        git(root, "am", stdin=f"{patch}\n".encode())
    assert "git am is in progress here" in str(refused(root))


def test_a_branch_of_another_work_tree(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other tree"
    git(root, "worktree", "add", "-b", "side", str(other))
    failure = refused(root, "side")
    assert isinstance(failure, CheckedOutElsewhere)
    assert str(other) in str(failure)
    assert isinstance(refused(other, "main"), CheckedOutElsewhere)
    branch = Branch(other)
    assert (branch.name, branch.checked_out) == ("side", True)


def test_a_bare_repository_has_branches_that_are_not_checked_out(root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(root, "clone", "--bare", str(root), str(bare))
    branch = Branch(bare)
    assert (branch.name, branch.tip, branch.checked_out) == ("main", tip(root), False)


def test_the_inside_of_a_repository_is_no_bare_one(root: Path) -> None:
    assert isinstance(refused(root / ".git"), CheckedOutElsewhere)


def test_nobody_is_no_author(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "config", "user.useConfigOnly", "true")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    for ref in (None, "new"):
        failure = refused(root, ref)
        assert isinstance(failure, NoIdentity)
        assert "git config user.name" in (failure.hint or "")


def test_no_program_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert str(refused(root)).startswith("there is no program git")


def test_variables_of_a_git_that_runs_us_lead_nowhere_else(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = begun(tmp_path / "other")
    committed(other, {"x": "1\n"}, "theirs")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert Branch(root).tip == tip(root, "HEAD")
