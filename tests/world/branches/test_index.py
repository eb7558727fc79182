"""What is staged, against what the program git would commit."""

import os
from pathlib import Path

import pytest
from githistory import begun, committed, git

from lamina.world.branches.index import Unmerged, UnreadableIndex, staged

# Names that git quotes, and one that is no UTF-8.
NAMES = ["a", "folder/b", "folder.c", "folder-d", "folder/with\nnewline", 'quote"d\t', "\x1b[31mred", "\udcff"]


def tree_of(folder: Path) -> dict[str, tuple[int, str]]:
    """The files of the tree that git writes of the index."""
    listed = git(folder, "ls-tree", "-r", "-z", "--full-tree", git(folder, "write-tree")).split("\0")
    told = [entry.split("\t", 1) for entry in listed if entry]
    return {name: (int(of.split()[0], 8), of.split()[2]) for of, name in told}


def filled(folder: Path) -> Path:
    begun(folder)
    for name in NAMES:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(name.encode("utf-8", "surrogateescape"))
    os.symlink("a", folder / "link")
    (folder / "a").chmod(0o755)
    git(folder, "add", ".")
    return folder


def test_every_entry_is_told_before_the_first_commit(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    assert staged(folder) == tree_of(folder)
    assert set(staged(folder)) == {*NAMES, "link"}


def test_what_is_only_announced_is_not_staged(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    (folder / "later").touch()
    (folder / "empty").touch()
    git(folder, "add", "--intent-to-add", "later")
    git(folder, "add", "empty")
    assert staged(folder) == tree_of(folder)
    assert "empty" in staged(folder)


@pytest.mark.parametrize("form", [("update-index", "--split-index"), ("update-index", "--index-version", "4")])
def test_an_index_of_another_form_is_read(form: tuple[str, ...], tmp_path: Path) -> None:
    folder = filled(tmp_path)
    git(folder, *form)
    assert staged(folder) == tree_of(folder)


def test_a_sparse_index_is_read_whole(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    committed(folder, {"other/file": "x"})
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "folder")
    assert not (folder / "other").exists()
    assert staged(folder) == tree_of(folder)
    assert "other/file" in staged(folder)


def test_another_index_is_read_where_one_is_named(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    other = folder / ".git" / "other"
    git(folder, "update-index", "--add", "a", env={"GIT_INDEX_FILE": str(other)})
    assert set(staged(folder, other)) == {"a"}


def test_reading_writes_nothing(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (folder / ".git").rglob("*")}
    (folder / "a").write_text("changed, and not staged")
    staged(folder)
    assert {path: path.stat().st_mtime_ns for path in (folder / ".git").rglob("*")} == before


def test_an_unfinished_merge_names_its_files(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    committed(folder, {"one": "base", "two": "base"})
    git(folder, "checkout", "-q", "-b", "side")
    committed(folder, {"one": "side", "two": None})
    git(folder, "checkout", "-q", "main")
    committed(folder, {"one": "main", "two": "main"})
    with pytest.raises(Exception, match="exit status 1"):
        git(folder, "merge", "side")
    with pytest.raises(Unmerged, match=r"nothing is staged of one, two\n") as caught:
        staged(folder)
    assert "git merge --abort" in str(caught.value.hint)


def test_a_damaged_index_is_told(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    (folder / ".git" / "index").write_bytes(b"DIRCjunk")
    with pytest.raises(UnreadableIndex) as caught:
        staged(folder)
    assert caught.value.details
