"""Writing changes of several files into a work tree: all or none, and only over what was read."""

from pathlib import Path

import pytest
from conftest import Builder

import lamina
from lamina.changes.writing import ChangedMeanwhile, FileChange, write_changes
from lamina.project import Project
from lamina.words.errors import Misuse

APP, WEB, NEW = "environments/dev/app.yaml", "environments/dev/web.yaml", "environments/prod/app.yaml"


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository({APP: "a: 1\n", WEB: "w: 1\n"})


def test_files_are_changed_removed_and_made(root: Path) -> None:
    changes = [
        FileChange(APP, b"a: 1\n", b"a: 2\n"),
        FileChange(WEB, b"w: 1\n", None),
        FileChange(NEW, None, b"n: 1\n"),
    ]
    write_changes(lamina.open(root), changes)
    assert ((root / APP).read_bytes(), (root / WEB).exists(), (root / NEW).read_bytes()) == (
        b"a: 2\n",
        False,
        b"n: 1\n",
    )


@pytest.mark.parametrize(
    "stale", [FileChange(WEB, b"w: 0\n", b"w: 2\n"), FileChange(WEB, None, b"w: 2\n"), FileChange(NEW, b"n\n", None)]
)
def test_what_somebody_else_changed_is_not_overwritten(stale: FileChange, root: Path) -> None:
    with pytest.raises(ChangedMeanwhile):
        write_changes(lamina.open(root), [FileChange(APP, b"a: 1\n", b"a: 2\n"), stale])
    assert ((root / APP).read_bytes(), (root / WEB).read_bytes(), (root / NEW).exists()) == (
        b"a: 1\n",
        b"w: 1\n",
        False,
    )


def test_what_stays_the_same_is_not_touched(root: Path) -> None:
    before = (root / APP).stat()
    write_changes(lamina.open(root), [FileChange(APP, b"a: 1\n", b"a: 1\n")])
    assert (root / APP).stat() == before


def test_without_a_work_tree_nothing_can_be_written(root: Path) -> None:
    project = Project(lamina.open(root).source, "0")
    with pytest.raises(Misuse, match="not a work tree") as refused:
        write_changes(project, [FileChange(APP, b"a: 1\n", b"a: 2\n")])
    assert "--commit" in (refused.value.hint or "")
