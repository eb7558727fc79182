"""A disk that is full, at every moment of a commit: all is as it was, and the way back needs no room."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from githistory import git
from world.branches.conftest import APP, WEB
from world.branches.test_branch import NEW, is_sound, refused, state
from world.branches.test_hooks import hook

from lamina.world.branches import Branch, CannotCommit, HookRefused
from lamina.world.branches.program import Done, Git
from lamina.world.disk import CannotWrite, write_files

FULL = os.strerror(28)
FILES: dict[str, bytes | None] = {APP: b"a: 2\n", WEB: None, NEW: b"n: 1\n"}


@pytest.fixture(autouse=True)
def _hooked(root: Path) -> None:
    hook(root, "pre-commit", "#!/bin/sh\nexit 0\n")


@pytest.mark.parametrize("word", ["update-index", "read-tree", "write-tree", "commit-tree", "update-ref"])
def test_git_finds_no_room(word: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, failed = Git.ask, []

    def full(self: Git, *words: str, stdin: bytes = b"") -> Done:
        if words[0] == word and not failed:
            failed.append(words)
            return Done(128, b"", (f"fatal: {FULL}",))
        return ask(self, *words, stdin=stdin)

    monkeypatch.setattr(Git, "ask", full)
    (root / "README").write_text("staged\n")
    git(root, "add", "README")
    failure = refused(root, FILES)
    assert isinstance(failure, CannotCommit)
    assert failure.details == (f"fatal: {FULL}",)
    assert failed
    assert state(root) == {"README": "M "}
    assert is_sound(root)


@pytest.mark.parametrize("name", ["room", "COMMIT_EDITMSG"])
def test_we_find_no_room(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == name:
            raise OSError(28, FULL)
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    failure = refused(root, FILES)
    assert str(failure) == f"nothing was committed: {FULL}"
    assert is_sound(root)


def test_there_is_no_room_for_a_folder_of_ours(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, FULL)

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkdtemp", full)
        assert str(refused(root, FILES)) == f"nothing was committed: {FULL}"


def test_the_way_back_has_room_of_its_own(root: Path) -> None:
    """Before the old files are written again, as much as they and the index take is given back to the disk."""
    rooms: list[int] = []

    def write(top: Path, files: Mapping[str, bytes | None]) -> None:
        rooms.append(sum(path.stat().st_size for path in (root / ".git").glob("lamina-*/room")))
        write_files(top, files)

    hook(root, "pre-commit", "#!/bin/sh\nexit 1\n")
    index = (root / ".git/index").stat().st_size
    with pytest.raises(HookRefused):
        Branch(root).commit(FILES, "Change", write)
    assert rooms[0] > index + 2 * 4096
    assert rooms[1:] == [0]
    assert state(root) == {}


def test_what_cannot_be_put_back_is_said(root: Path) -> None:
    calls = []

    def write(top: Path, files: Mapping[str, bytes | None]) -> None:
        calls.append(files)
        if len(calls) == 2:
            raise CannotWrite(top / APP, OSError(28, FULL))
        write_files(top, files)

    hook(root, "pre-commit", "#!/bin/sh\necho no\nexit 1\n")
    with pytest.raises(HookRefused) as failure:
        Branch(root).commit({APP: b"a: 2\n"}, "Change", write)
    assert failure.value.details == ("no", f"not all could be put back: cannot write {root / APP}: {FULL}")
    # The file is new, the index old: a change that is not staged.
    assert state(root) == {APP: " M"}
