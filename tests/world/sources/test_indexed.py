"""A work tree with an index: few files are read to be told apart, and of many those that the index does not know."""

from pathlib import Path

import pytest

from lamina.world.sources.hashed import HashedTree
from lamina.world.sources.indexed import IndexedTree

COUNT = 50


class Known:
    """An index that knows half of the files, and remembers what it was asked."""

    def __init__(self, root: Path) -> None:
        self.tree = HashedTree(root)
        self.asked: list[str] = []

    def __call__(self, file: str) -> str | None:
        self.asked.append(file)
        return self.tree.identity(file) if int(file.rpartition("-")[2].removesuffix(".yaml")) % 2 else None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number in range(COUNT):
        file = tmp_path / f"environments/dev/a-{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"n: {number}\n")
    return tmp_path


def test_a_few_files_are_told_apart_without_the_index(root: Path) -> None:
    known = Known(root)
    tree = IndexedTree(root, known, lambda _: None)
    few = tree.list().files[:20]
    for _ in range(2):
        assert [tree.identity(file) for file in few] == [known.tree.identity(file) for file in few]
    assert known.asked == []
    assert [tree.read(file) for file in few] == [(root / file).read_bytes() for file in few]
    assert tree.steady


def test_of_many_the_index_is_asked(root: Path) -> None:
    known = Known(root)
    tree = IndexedTree(root, known, lambda _: None)
    every = tree.list().files
    assert [tree.identity(file) for file in every] == [known.tree.identity(file) for file in every]
    assert known.asked == list(every[-len(known.asked) :])
    assert 0 < len(known.asked) < COUNT


def test_what_was_told_apart_and_is_another_when_it_is_read_is_of_no_one_moment(root: Path) -> None:
    tree = IndexedTree(root, Known(root), lambda _: None)
    every = tree.list().files
    for file in every:
        tree.identity(file)
    last = next(file for file in reversed(every) if int(file.rpartition("-")[2].removesuffix(".yaml")) % 2)
    (root / last).write_text("n: other\n")
    assert tree.read(last) == b"n: other\n"
    assert not tree.steady


def test_bytes_that_told_a_file_apart_are_those_that_are_read(root: Path) -> None:
    tree = IndexedTree(root, Known(root), lambda _: None)
    file = tree.list().files[0]
    tree.identity(file)
    (root / file).write_text("n: other\n")
    assert tree.read(file) == b"n: 0\n"
    assert tree.steady
