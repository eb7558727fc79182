"""A branch as the source of a live configuration: wherever it moves to is read out of git."""

import shutil
from pathlib import Path

import pytest
from githistory import begun, committed, git
from living import FILES, until

import lamina
from lamina.project.live.trees import NoSuchBranch
from lamina.words.errors import Misuse


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "repository")
    committed(root, FILES, "first")
    return root


def test_the_work_tree_means_nothing(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    (root / "environments/base/app.yaml").write_text("n: 5\n")
    with lamina.live(root, "prod", at="main", watch=False) as live:
        assert (live.current["app"]["n"], live.current.commit) == (1, first)
        second = committed(root, {})
        outcome = live.reload()
        assert (outcome.verdict, outcome.commit, live.current["app"]["n"]) == ("applied", second, 5)


def test_a_commit_that_changes_nothing_is_known_and_no_generation(root: Path) -> None:
    with lamina.live(root, "prod", at="refs/heads/main", watch=False) as live:
        second = committed(root, {"README.md": "x\n"})
        assert live.reload().verdict == "unchanged"
        assert (live.generation, live.current.commit) == (1, second)


def test_it_moves_backwards_and_by_force(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    committed(root, {"environments/base/app.yaml": "n: 2\n"})
    with lamina.live(root, "prod", at="main") as live:
        git(root, "reset", "--quiet", "--hard", first)
        until(lambda: live.generation == 2)
        assert (live.current["app"]["n"], live.current.commit) == (1, first)
        git(root, "checkout", "--quiet", "--orphan", "another")
        committed(root, {"environments/base/app.yaml": "n: 3\n"})
        git(root, "branch", "--force", "main", "another")
        until(lambda: live.generation == 3)
        assert live.current["app"]["n"] == 3


def test_a_push_to_a_bare_repository(root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(root), str(bare))
    with lamina.live(bare, "prod", at="main") as live:
        for number in (2, 3):
            committed(root, {"environments/base/app.yaml": f"n: {number}\n"})
            git(root, "push", "--quiet", "--force", str(bare), "main")
            until(lambda number=number: live.generation == number)  # type: ignore[misc]  # mypy gives such a default no type
        git(bare, "gc", "--quiet", "--prune=now")  # the branch is in packed-refs now
        committed(root, {"environments/base/app.yaml": "n: 4\n"})
        git(root, "push", "--quiet", str(bare), "main")
        until(lambda: live.generation == 4)
        assert live.current["app"]["n"] == 4


def test_a_commit_that_is_wrong_never_gets_in(root: Path) -> None:
    with lamina.live(root, "prod", at="main") as live:
        committed(root, {"environments/base/app.yaml": "n: x\n"})
        until(lambda: live.status().refused)
        committed(root, {"environments/base/app.yaml": "n: 2\n"})
        until(lambda: live.generation == 2)
        assert live.status().healthy


def test_a_branch_or_a_repository_that_goes_and_comes_back(root: Path, tmp_path: Path) -> None:
    with lamina.live(root, "prod", at="main", watch=False) as live:
        git(root, "checkout", "--quiet", "-b", "another")
        git(root, "branch", "--quiet", "-D", "main")
        outcome = live.reload()
        assert outcome.verdict == "refused"
        assert outcome.reason == "no branch main"
        shutil.move(root, tmp_path / "elsewhere")
        assert live.reload().verdict == "refused"
        shutil.move(tmp_path / "elsewhere", root)
        git(root, "branch", "--quiet", "main")
        assert live.reload().verdict == "unchanged"


def test_in_the_middle_of_a_rebase_the_branch_stays(root: Path) -> None:
    committed(root, {"environments/base/app.yaml": "n: 2\n"})
    git(root, "branch", "--quiet", "other", "HEAD~1")
    git(root, "checkout", "--quiet", "other")
    committed(root, {"environments/base/app.yaml": "n: 3\n"})
    with lamina.live(root, "prod", at="other", watch=False) as live:
        with pytest.raises(Exception, match="rebase"):
            git(root, "rebase", "main")
        assert (live.reload().verdict, live.current["app"]["n"]) == ("unchanged", 3)
        (root / "environments/base/app.yaml").write_text("n: 4\n")
        git(root, "add", "--all")
        git(root, "-c", "core.editor=true", "rebase", "--continue")
        assert (live.reload().verdict, live.current["app"]["n"]) == ("applied", 4)


def test_a_folder_within_a_repository(tmp_path: Path) -> None:
    root = begun(tmp_path / "repository")
    committed(root, {f"config/{name}": text for name, text in FILES.items()})
    with lamina.live(root / "config", "prod", at="main", watch=False) as live:
        committed(root, {"config/environments/base/app.yaml": "n: 2\n"})
        assert live.reload().changed == ("app", "web")


@pytest.mark.parametrize(("branch", "failure"), [("nowhere", NoSuchBranch), ("main~1", Misuse), ("a b", Misuse)])
def test_what_is_no_branch(root: Path, branch: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        lamina.live(root, "prod", at=branch)


@pytest.mark.parametrize(
    ("at", "message"),
    [("mian", "no branch mian"), ("HEAD", "no branch HEAD"), ("refs/tags/v1", "no reference refs/tags/v1")],
)
def test_a_branch_that_is_not_there_is_named_as_it_was_asked_for(at: str, message: str, root: Path) -> None:
    with pytest.raises(NoSuchBranch) as caught:
        lamina.live(root, "prod", at=at)
    assert caught.value.message == message
