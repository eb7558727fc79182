"""Where git keeps a repository, found as git finds it, without running it."""

import os
from pathlib import Path

import pytest
from githistory import begun, committed, git

from lamina.world.gitdir import git_folder

NO_REPOSITORY = {
    "empty": "",
    "to nowhere": "gitdir: ../nowhere",
    "no words for git": "see elsewhere",
    "binary": "gitdir: a\0b",
}


def test_outside_git_there_is_none(tmp_path: Path) -> None:
    assert git_folder(tmp_path / "absent") is None


@pytest.mark.parametrize("below", [".", "a", "a/b"])
def test_a_folder_of_a_work_tree_is_as_git_says(below: str, tmp_path: Path) -> None:
    (begun(tmp_path / "top") / "a/b").mkdir(parents=True)
    agrees_with_git(tmp_path / "top" / below)


def test_a_link_to_a_work_tree_is_what_it_leads_to(tmp_path: Path) -> None:
    top = begun(tmp_path / "top")
    (tmp_path / "link").symlink_to(top)
    assert git_folder(tmp_path / "link") == git_folder(top)


def test_a_linked_work_tree_shares_the_common_folder(tmp_path: Path) -> None:
    top = begun(tmp_path / "top")
    committed(top, {"a.yaml": "a: 1"})
    git(top, "worktree", "add", "--quiet", "../linked")
    folder = agrees_with_git(tmp_path / "linked")
    assert folder == (str(tmp_path / "linked"), str(top / ".git/worktrees/linked"), str(top / ".git"))


def test_a_submodule_has_its_folder_in_that_of_what_it_is_in(tmp_path: Path) -> None:
    committed(begun(tmp_path / "inner"), {"a.yaml": "a: 1"})
    top = begun(tmp_path / "top")
    git(top, "submodule", "--quiet", "add", "../inner", "sub")
    assert agrees_with_git(top / "sub")[1] == str(top / ".git/modules/sub")


@pytest.mark.parametrize("text", NO_REPOSITORY.values(), ids=NO_REPOSITORY)
def test_a_file_that_leads_nowhere_is_no_repository_and_hides_the_one_above(text: str, tmp_path: Path) -> None:
    inner = begun(tmp_path / "top") / "inner"
    inner.mkdir()
    (inner / ".git").write_text(text)
    assert git_folder(inner) is None


@pytest.mark.parametrize("name", ["commondir", "HEAD"])
def test_a_pipe_among_its_files_holds_nobody_up(name: str, tmp_path: Path) -> None:
    own = begun(tmp_path) / ".git"
    (own / name).unlink(missing_ok=True)
    os.mkfifo(own / name)
    folder = git_folder(tmp_path)
    assert folder is not None
    assert folder.common == str(own)


def test_a_folder_that_is_only_called_so_is_passed_over(tmp_path: Path) -> None:
    inner = begun(tmp_path / "top") / "inner"
    (inner / ".git").mkdir(parents=True)
    assert agrees_with_git(inner)[0] == str(tmp_path / "top")


def agrees_with_git(folder: Path) -> tuple[str, str, str]:
    found = git_folder(folder)
    assert found is not None
    asked = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir")
    top, own, common = git(folder, "rev-parse", *asked).splitlines()
    said = (found.top, found.own, found.common)
    assert said == (top, own, str((folder / common).resolve()))
    return said
