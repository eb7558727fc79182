"""Git's index says which files hold what git has of them, and says nothing where it cannot know."""

import os
import time
from pathlib import Path

import pytest
from githistory import begun, git
from running import surroundings

from lamina.world.gitdir import git_folder
from lamina.world.index import Index, read_index


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings().items():
        monkeypatch.setenv(name, value)


def test_a_file_as_it_was_added_has_the_id_of_its_blob(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n", "deep/er/b.yaml": "b: 2\n", "empty": ""})
    index = index_of(tmp_path)
    for name in ("a.yaml", "deep/er/b.yaml", "empty"):
        assert index.id(name) == git(tmp_path, "hash-object", name)


def test_a_file_that_git_does_not_track_has_none(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n"})
    (tmp_path / "b.yaml").write_text("a: 1\n")
    assert index_of(tmp_path).ids(["a.yaml", "b.yaml", "absent"]).keys() == {"a.yaml"}


def test_a_file_that_was_touched_since_has_none(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n"})
    (tmp_path / "a.yaml").write_text("a: 2\n")
    assert index_of(tmp_path).id("a.yaml") is None


def test_times_that_are_put_back_do_not_hide_a_change(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n"})
    before = (tmp_path / "a.yaml").stat()
    (tmp_path / "a.yaml").write_text("a: 2\n")
    os.utime(tmp_path / "a.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert index_of(tmp_path).id("a.yaml") is None


def test_a_file_that_is_no_older_than_the_index_proves_nothing(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"})
    changed = (tmp_path / "a.yaml").stat().st_mtime_ns
    os.utime(tmp_path / ".git/index", ns=(changed, changed))
    assert index_of(tmp_path).id("a.yaml") is None


def test_a_damaged_index_is_none(tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n"})
    file = tmp_path / ".git/index"
    data = bytearray(file.read_bytes())
    data[70] ^= 1
    file.write_bytes(data)
    assert read(tmp_path) is None


def test_a_repository_without_an_index_has_none(tmp_path: Path) -> None:
    assert read(begun(tmp_path)) is None


@pytest.mark.parametrize("setting", ["true", "input"])
def test_where_git_converts_all_files_there_is_none(setting: str, tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n"})
    git(tmp_path, "config", "core.autocrlf", setting)
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    "words", ["text", "text=auto", "eol=crlf", "filter=x", "ident", "working-tree-encoding=UTF-16"]
)
def test_where_attributes_have_git_convert_files_they_have_no_id(words: str, tmp_path: Path) -> None:
    staged(tmp_path, {"a.yaml": "a: 1\n", "b/b.yaml": "b: 1\n"})
    (tmp_path / "b/.gitattributes").write_text(f"*.yaml {words}\n")
    assert index_of(tmp_path).ids(["a.yaml", "b/b.yaml"]).keys() == {"a.yaml"}


def staged(top: Path, files: dict[str, str]) -> None:
    """Files that git has added, long enough before the index was written."""
    begun(top)
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    settle(top)
    git(top, "add", "--all")


def settle(top: Path) -> None:
    """Wait until the clock of the file system has gone on."""
    probe = top / ".git/probe"
    probe.write_text("")
    before = probe.stat().st_mtime_ns
    while probe.stat().st_mtime_ns == before:
        time.sleep(0.001)
        probe.write_text("")
    probe.unlink()


def read(top: Path) -> Index | None:
    folder = git_folder(top)
    assert folder is not None
    return read_index(top, folder)


def index_of(top: Path) -> Index:
    index = read(top)
    assert index is not None
    return index
