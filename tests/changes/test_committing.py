"""Changes as commits: named from the root of lamina, with trailers, on top of what they were computed on."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from githistory import begun, committed, git
from running import surroundings

from lamina.changes import committing
from lamina.changes.landing import Landing, on_branch
from lamina.changes.writing import FileChange
from lamina.project.revisions import NothingThere, project_at
from lamina.world.branches import Branch, StaleBranch

FILE, OTHER, NEW = "environments/prod/app.yaml", "environments/prod/web.yaml", "environments/dev/app.yaml"
CHANGES = [FileChange(FILE, b"a: 1\n", b"a: 2\n"), FileChange(OTHER, b"w: 1\n", None), FileChange(NEW, None, b"n: 1\n")]


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A git repository, and in a folder of it one of lamina's."""
    top = begun(tmp_path / "r")
    committed(top, {f"config/{FILE}": "a: 1\n", f"config/{OTHER}": "w: 1\n", "x": "x\n"}, "first")
    return top


def names(top: Path, revision: str = "HEAD") -> list[str]:
    return git(top, "ls-tree", "-r", "--name-only", revision).split()


@pytest.mark.parametrize("name", [None, "side"])
def test_files_are_named_from_the_root_of_lamina(name: str | None, top: Path) -> None:
    branch = Branch(top / "config", name)
    id = committing.committed(project_at(top / "config", branch.tip, "0"), branch, CHANGES, "Change")
    assert git(top, "rev-parse", branch.name) == id
    assert names(top, id) == [f"config/{NEW}", f"config/{FILE}", "x"]
    assert git(top, "status", "--porcelain") == ""
    assert (top / "config" / NEW).exists() is (name is None)


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        ("Change", "Change\n\nReason: two lines\nRolled-back-to: abc"),
        ("Change\n\nBody.\n\n", "Change\n\nBody.\n\nReason: two lines\nRolled-back-to: abc"),
    ],
)
def test_trailers_are_a_paragraph_that_git_reads(message: str, taken: str, top: Path) -> None:
    landing = on_branch(top / "config", "0", message=message)
    landing.land(CHANGES, "unused", {"Reason": "two\n lines", "Rolled-back-to": "abc"})
    assert git(top, "log", "-1", "--format=%B") == taken
    assert git(top, "log", "-1", "--format=%(trailers:key=Reason,valueonly)") == "two lines"


def test_a_landing_in_the_work_tree_makes_no_commit(top: Path) -> None:
    import lamina

    assert Landing(lamina.open(top / "config")).land(CHANGES, "Change") is None
    assert git(top, "rev-list", "--count", "HEAD") == "1"
    assert git(top, "status", "--porcelain", "--branch").split("\n")[1:] == [
        f" M config/{FILE}",
        f" D config/{OTHER}",
        "?? config/environments/dev/",
    ]


def test_a_landing_on_a_branch_computes_on_its_tip(top: Path) -> None:
    (top / "config" / FILE).write_text("a: mine\n")
    landing = on_branch(top / "config", "0", "side")
    assert landing.project.source.read(FILE) == b"a: 1\n"
    assert landing.branch is not None
    assert landing.project.commit == landing.branch.tip


def test_what_changes_nothing_is_no_commit(top: Path) -> None:
    same = [FileChange(FILE, b"a: 1\n", b"a: 1\n")]
    assert on_branch(top / "config", "0", "side").land(same, "Change") is None
    assert git(top, "branch", "--format=%(refname:short)") == "main"


def test_a_made_subject_is_one_line(top: Path) -> None:
    on_branch(top / "config", "0").land(CHANGES, "Set\n a\tb")
    assert git(top, "log", "-1", "--format=%B") == "Set a b"


def test_the_second_of_two_landings_is_stale(top: Path) -> None:
    first, second = on_branch(top / "config", "0"), on_branch(top / "config", "0")
    first.land(CHANGES[:1], "First")
    with pytest.raises(StaleBranch):
        second.land(CHANGES[1:], "Second")
    assert git(top, "log", "--format=%s").split("\n") == ["First", "first"]


def test_a_branch_without_a_repository_of_lamina(top: Path) -> None:
    git(top, "switch", "-q", "--orphan", "other")
    committed(top, {"x": "x\n"}, "other")
    with pytest.raises(NothingThere):
        on_branch(top, "0")
