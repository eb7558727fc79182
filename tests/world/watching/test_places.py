"""A branch that moves by whatever git does is told; other branches, and work that moves none, are not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from githistory import begun, committed, git
from world.watching.watched import Watching, silent, told, written

from lamina.world.watching import places_of_branch, places_of_folder, places_of_worktree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "repository")
    committed(root, {"a": "1\n"})
    committed(root, {"a": "2\n"})
    git(root, "branch", "side")
    return root


def bare(root: Path) -> Path:
    git(root.parent, "clone", "--quiet", "--bare", str(root), "bare.git")
    return root.parent / "bare.git"


def linked(root: Path) -> Path:
    git(root, "worktree", "add", "--quiet", "--detach", "../linked")
    return root.parent / "linked"


def below(root: Path) -> Path:
    return written(root / "conf/environments/a.yaml").parents[1]


WHERE = {"a repository": lambda root: root, "a bare one": bare, "a linked work tree": linked, "a folder in it": below}
MOVES: dict[str, tuple[str, ...]] = {
    "backwards": ("update-ref", "refs/heads/main", "main~1"),
    "removed": ("update-ref", "-d", "refs/heads/main"),
    "packed": ("pack-refs", "--all"),
    "forced elsewhere": ("fetch", "--quiet", "--update-head-ok", ".", "+side:main"),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("where", WHERE.values(), ids=WHERE)
def test_a_branch_that_moves_is_told(
    where: Callable[[Path], Path], move: tuple[str, ...], root: Path, watching: Watching
) -> None:
    repository = where(root)
    watch = watching(*places_of_branch(repository, "main"))
    git(repository, "update-ref", "refs/heads/side", "main~1")
    git(repository, "update-ref", "refs/heads/main2", "main")
    git(repository, "rev-parse", "main")
    assert silent(watch)
    git(repository, *move)
    assert told(watch)


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_a_push_is_told_a_forced_one_too(packed: bool, root: Path, watching: Watching) -> None:
    repository = bare(root)
    if not packed:
        git(repository, "update-ref", "refs/heads/main", "main~1")
    watch = watching(*places_of_branch(repository, "refs/heads/main"))
    committed(root, {"a": "3\n"})
    git(root, "push", "--quiet", str(repository), "main")
    assert told(watch)
    git(root, "reset", "--quiet", "--hard", "HEAD~2")
    committed(root, {"a": "4\n"})
    git(root, "push", "--quiet", "--force", str(repository), "main")
    assert told(watch)


def test_a_branch_that_is_yet_to_come_is_told(root: Path, watching: Watching) -> None:
    git(root, "branch", "feature/one")
    watch = watching(*places_of_branch(root, "feature/deep/one"))
    git(root, "branch", "feature/two")
    assert silent(watch)
    git(root, "branch", "feature/deep/one")
    assert told(watch)


def test_what_head_names_is_told_and_that_it_names_another(root: Path, watching: Watching) -> None:
    watch = watching(*places_of_branch(root, "HEAD"))
    git(root, "checkout", "--quiet", "side")
    assert told(watch)
    committed(root, {"a": "3\n"})
    assert told(watch)


def test_a_rebase_moves_the_branch_when_it_is_done(root: Path, watching: Watching) -> None:
    git(root, "checkout", "--quiet", "side")
    git(root, "reset", "--quiet", "--hard", "main~1")
    committed(root, {"b": "1\n"})
    watch = watching(*places_of_branch(root, "side"))
    git(root, "-c", "sequence.editor=sed -i s/pick/edit/", "rebase", "--quiet", "--interactive", "main")
    assert told(watch)  # HEAD left the branch
    git(root, "commit", "--quiet", "--amend", "-m", "amended")
    git(root, "rebase", "--continue")
    assert told(watch)


def test_tables_of_refs_are_watched_too(root: Path, watching: Watching) -> None:
    watch = watching(*places_of_branch(root, "main"))
    written(root / ".git/reftable/tables.list", "0x1-0x2.ref\n")
    assert told(watch)


def test_a_repository_that_is_yet_to_come_is_told(tmp_path: Path, watching: Watching) -> None:
    watch = watching(*places_of_branch(tmp_path / "new", "main"))
    committed(begun(tmp_path / "new"), {"a": "1\n"})
    assert told(watch)


def test_of_a_work_tree_only_what_renders_are_made_of_is_watched(tmp_path: Path, watching: Watching) -> None:
    watch = watching(*places_of_worktree(tmp_path))
    written(tmp_path / "notes.md")
    written(tmp_path / ".git/index")
    assert silent(watch)
    for name in ("environments/base/a.yaml", "schemas/a/v1.schema.yaml", "policies/a.yaml", "lamina.yaml"):
        written(tmp_path / name)
        assert told(watch)


def test_a_rendered_folder_is_watched_through_its_link(tmp_path: Path, watching: Watching) -> None:
    written(tmp_path / "1/.lamina.json", "{}")
    (tmp_path / "current").symlink_to("1")
    watch = watching(*places_of_folder(tmp_path / "current"))
    written(tmp_path / "1/a.json", "{}")
    assert told(watch)
