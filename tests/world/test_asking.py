"""Where two revisions part, asked of git, is what libgit2 says; and where git is in doubt it is not told."""

import gc
import os
from pathlib import Path

import pytest
from githistory import begun, committed, git

from lamina.world.gitdir import git_folder
from lamina.world.history import Commit, History
from lamina.world.history.asking import fork_asked
from lamina.world.history.failures import Damaged
from lamina.world.history.objects import Database

PAIRS = [
    ("HEAD", "HEAD"), ("HEAD~1", "HEAD"), ("HEAD", "HEAD~2"), ("side", "main"), ("main", "side"), ("v1", "HEAD"),
    ("main@{0}", "HEAD"), ("heads/side", "HEAD^{commit}"), ("merged^2", "main"), ("merged", "side"),
    ("origin/main", "side"),
]  # fmt: skip
DOUBTFUL = [
    "nowhere",
    "HEAD~99",
    "",
    "-h",
    "--all",
    "twice",
    "unrelated",
    "HEAD:a.yaml",
    "HEAD^{tree}",
    "a..b",
    "HEAD HEAD",
]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A history with a branch, a merge, tags, a name that is two things, and a commit that has nothing to do with it."""
    top = begun(tmp_path / "top")
    committed(top, {"a.yaml": "a: 1", "deep/b.yaml": "b: 1"}, "first: ünïcode\n\nand a body")
    git(top, "tag", "-a", "v1", "-m", "one")
    git(top, "checkout", "-q", "-b", "side")
    committed(top, {"side.yaml": "s: 1"}, "side")
    git(top, "checkout", "-q", "main")
    committed(top, {"a.yaml": "a: 2"}, "second")
    committed(top, {"a.yaml": "a: 3"}, "third")
    git(top, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    git(top, "branch", "twice", "HEAD~1")
    git(top, "tag", "twice", "HEAD")
    git(top, "checkout", "-q", "-b", "merged")
    git(top, "merge", "-q", "--no-edit", "side")
    git(top, "checkout", "-q", "main")
    empty = git(top, "hash-object", "-t", "tree", "-w", "--stdin")
    git(top, "branch", "unrelated", git(top, "commit-tree", empty, "-m", "alone"))
    return top


def asked(top: Path, one: str, other: str) -> tuple[Commit, Database] | None:
    folder = git_folder(top)
    assert folder is not None
    return fork_asked(folder, one, other, lambda: History(top).objects)


@pytest.mark.parametrize("pair", PAIRS, ids="..".join)
def test_git_tells_what_libgit2_does(pair: tuple[str, str], top: Path) -> None:
    found = asked(top, *pair)
    assert found is not None
    assert found[0] == History(top).fork(*pair)


def test_a_linked_work_tree_stands_at_a_commit_of_its_own(tmp_path: Path, top: Path) -> None:
    git(top, "worktree", "add", "--quiet", "../linked", "side")
    found = asked(tmp_path / "linked", "HEAD", "HEAD")
    assert found is not None
    assert found[0] == History(tmp_path / "linked").fork("HEAD", "HEAD")
    assert found[0].subject == "side"


def test_a_hook_s_variables_do_not_lead_elsewhere(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(begun(tmp_path / "other") / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no index"))
    found = asked(top, "HEAD~1", "HEAD")
    assert found is not None
    assert found[0].subject == "second"


@pytest.mark.parametrize("revision", DOUBTFUL)
def test_what_is_in_doubt_is_not_told(revision: str, top: Path) -> None:
    assert asked(top, revision, "HEAD") is None


def test_objects_are_those_that_libgit2_reads(top: Path) -> None:
    git(top, "gc", "-q")
    found, history = asked(top, "HEAD~1", "HEAD"), History(top)
    assert found is not None
    commit, objects = found
    assert objects.folder(commit.tree) == history.objects.folder(commit.tree)
    for entry in (
        *objects.folder(commit.tree).values(),
        *objects.folder(objects.folder(commit.tree)["deep"].id).values(),
    ):
        assert objects.read(entry.id) == history.objects.read(entry.id)


def test_an_object_that_is_not_there_is_told_as_libgit2_tells_it(top: Path) -> None:
    found = asked(top, "HEAD", "HEAD")
    assert found is not None
    with pytest.raises(Damaged, match="is missing"):
        found[1].blob("0" * 40)
    assert found[1].folder(found[0].tree).keys() == {"a.yaml", "deep"}


def test_an_object_that_stands_in_for_another_is_not_looked_at(top: Path) -> None:
    git(top, "replace", "HEAD", "HEAD~1")
    found = asked(top, "HEAD", "HEAD")
    assert found is not None
    assert found[0] == History(top).fork("HEAD", "HEAD")
    assert found[0].subject == "third"


def test_a_copy_of_this_process_reads_by_itself(top: Path) -> None:
    found = asked(top, "HEAD", "HEAD")
    assert found is not None
    commit, objects = found
    child = os.fork()
    if child == 0:
        os._exit(0 if objects.folder(commit.tree).keys() == {"a.yaml", "deep"} else 1)
    assert objects.folder(commit.tree).keys() == {"a.yaml", "deep"}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert objects.blob(objects.folder(commit.tree)["a.yaml"].id) == b"a: 3"


def test_a_process_that_dies_is_done_without(top: Path) -> None:
    found = asked(top, "HEAD", "HEAD")
    assert found is not None
    commit, objects = found
    process = objects.read.__self__._git  # type: ignore[attr-defined]
    process.kill()
    process.wait()
    assert objects.folder(commit.tree).keys() == {"a.yaml", "deep"}


def test_the_process_ends_with_who_began_it(top: Path) -> None:
    found = asked(top, "HEAD", "HEAD")
    assert found is not None
    process = found[1].read.__self__._git  # type: ignore[attr-defined]
    assert process.poll() is None
    del found
    gc.collect()
    assert process.poll() is not None


def test_a_repository_of_another_user_is_left_to_who_refuses_it(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = (top / ".git").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert asked(top, "HEAD", "HEAD") is None


def test_without_git_it_is_not_told(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(top / "nowhere"))
    assert asked(top, "HEAD", "HEAD") is None


def test_nothing_is_fetched_nor_run(tmp_path: Path, top: Path) -> None:
    git(top, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{top}", "partial")
    partial, ran = tmp_path / "partial", tmp_path / "ran"
    git(partial, "config", "remote.origin.uploadpack", f"touch {ran}; git-upload-pack")
    git(partial, "config", "core.fsmonitor", f"touch {ran}")
    found = asked(partial, "HEAD~1", "HEAD")
    assert found is not None
    from lamina.world.history.failures import NotFetched

    with pytest.raises(NotFetched):
        found[1].blob(found[1].folder(found[0].tree)["a.yaml"].id)
    assert not ran.exists()
