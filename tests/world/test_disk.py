"""Writes that are whole or absent."""

import ctypes
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from world.unprivileged import bound

from lamina.world.disk import (
    AlreadyThere,
    CannotWrite,
    LinkInTheWay,
    NotOurs,
    add_file,
    add_private_file,
    demand_replaceable,
    replacing_folder,
    write_file,
    write_files,
)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: bytes by name, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def fill(folder: Path, name: str = "new", marker: str = "mark") -> None:
    with replacing_folder(folder, marker) as beside:
        add_file(beside / "sub" / name, b"new")
        add_file(beside / marker, b"")


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a/b/c.yaml"
    write_file(file, b"one")
    write_file(file, b"two")
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/c.yaml": b"two"}


def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    file = tmp_path / "x"
    before = os.umask(0o027)
    try:
        write_file(file, b"")
        assert file.stat().st_mode & 0o777 == 0o640
        file.chmod(0o604)
        write_file(file, b"")
        assert file.stat().st_mode & 0o777 == 0o604
    finally:
        os.umask(before)


@pytest.mark.parametrize("target", ["target", "nowhere", "link"])
def test_a_link_is_neither_replaced_nor_followed(target: str, tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(LinkInTheWay, match=f"is a link to {target}"):
        write_file(tmp_path / "link", b"new")
    assert (tmp_path / "target").read_bytes() == b"old"
    assert os.readlink(tmp_path / "link") == target
    assert sorted(os.listdir(tmp_path)) == ["link", "target"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotWrite):
        write_file(tmp_path / "folder", b"x")
    monkeypatch.setattr(os, "fsync", _full)
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(CannotWrite, match="No space left"):
        write_file(tmp_path / "x", b"new")
    assert tree(tmp_path) == {"folder": None, "x": b"old"}


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    fill(tmp_path / "a/out")
    assert tree(tmp_path) == {"a": None, "a/out": None, "a/out/mark": b"", "a/out/sub": None, "a/out/sub/new": b"new"}


@pytest.mark.parametrize("kernel", ["swaps", "does not swap"])
def test_our_folder_is_exchanged_and_what_was_in_it_vanishes(
    kernel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kernel == "does not swap":
        monkeypatch.setattr(ctypes, "CDLL", lambda *words, **more: object())
    fill(tmp_path / "out", "old")
    (tmp_path / "out").chmod(0o751)
    fill(tmp_path / "out")
    assert tree(tmp_path) == {"out": None, "out/mark": b"", "out/sub": None, "out/sub/new": b"new"}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o751


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")
    assert (tmp_path / "out/mark").exists()


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/precious").write_bytes(b"x")
    (tmp_path / "file").write_bytes(b"x")
    before = tree(tmp_path)
    for name in ("theirs", "file"):
        with pytest.raises(NotOurs, match=name):
            fill(tmp_path / name)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("target", ["ours", "empty", "nowhere", "link"])
def test_a_link_to_a_folder_stays_and_leaves_nothing_beside(target: str, tmp_path: Path) -> None:
    fill(tmp_path / "ours")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(target)
    before = tree(tmp_path)
    for name in ("link", "link/"):
        with pytest.raises(LinkInTheWay, match=f"is a link to {target}"):
            fill(tmp_path / name)
    assert os.readlink(tmp_path / "link") == target
    assert tree(tmp_path) == before


def test_a_failure_leaves_the_old_folder(tmp_path: Path) -> None:
    fill(tmp_path / "out", "old")
    before = tree(tmp_path)

    def half() -> None:
        with replacing_folder(tmp_path / "out", "mark") as beside:
            add_file(beside / "half", b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert tree(tmp_path) == before


def test_a_full_disk_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "out", "old")
    before = tree(tmp_path)

    def full() -> None:
        with replacing_folder(tmp_path / "out", "mark"):
            _full(0)

    with pytest.raises(CannotWrite, match="No space left"):
        full()
    assert tree(tmp_path) == before


def test_a_folder_that_cannot_be_read_may_be_written_into(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    def act() -> int:
        folder.chmod(0o311)
        write_file(folder / "file", b"x")
        folder.chmod(0o755)
        return 0

    assert bound(act) == 0
    assert tree(folder) == {"file": b"x"}


def test_a_file_is_added_once(tmp_path: Path) -> None:
    add_file(tmp_path / "a/b", b"x")
    with pytest.raises(FileExistsError):
        add_file(tmp_path / "a/b", b"y")


@pytest.mark.parametrize(("name", "mode"), [("out", 0o555), ("out", 0o000), ("out", 0o311), (".", 0o555)])
def test_folders_that_this_user_may_not_write(name: str, mode: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    fill(home / "out", "old")
    before = tree(home)
    (home / name).chmod(mode)

    def act() -> int:
        with pytest.raises(CannotWrite):
            fill(home / "out")
        if mode != 0o311:
            with pytest.raises(CannotWrite):
                write_file(home / name / "file", b"x")
        return 0

    try:
        assert bound(act) == 0
    finally:
        (home / name).chmod(0o755)
    assert tree(home) == before


def test_a_private_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        add_private_file(tmp_path / "a/b/key", b"x")
    finally:
        os.umask(before)
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/key": b"x"}
    modes = [(tmp_path / name).stat().st_mode & 0o7777 for name in ("a", "a/b", "a/b/key")]
    assert modes == [0o700, 0o700, 0o600]
    with pytest.raises(AlreadyThere):
        add_private_file(tmp_path / "a/b/key", b"y")
    assert tree(tmp_path)["a/b/key"] == b"x"


def test_half_a_private_file_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        add_private_file(tmp_path / "key", b"x")
    assert tree(tmp_path) == {}


def test_whether_a_file_may_be_replaced_is_known_before(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    demand_replaceable(tmp_path / "file")
    (tmp_path / "link").symlink_to("file")
    with pytest.raises(LinkInTheWay):
        demand_replaceable(tmp_path / "link")
    (tmp_path / "file").chmod(0o444)

    def act() -> int:
        try:
            demand_replaceable(tmp_path / "file")
        except CannotWrite:
            return 1
        return 0

    assert bound(act) == 1


FILES: dict[str, bytes | None] = {"a": b"A", "b": None, "n/m/x": b"X", "c/y": b"Y", "e/only": None, "gone": None}


def several(tmp_path: Path) -> dict[str, bytes | None]:
    """Files that FILES is written over."""
    for name in ("a", "b", "c/y", "e/only", "other"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / "b").chmod(0o640)
    return tree(tmp_path)


def test_several_files_are_changed_made_and_removed(tmp_path: Path) -> None:
    several(tmp_path)
    write_files(tmp_path, FILES)
    assert tree(tmp_path) == {
        "a": b"A", "c": None, "c/y": b"Y", "n": None, "n/m": None, "n/m/x": b"X", "other": b"old",
    }  # fmt: skip


def test_the_last_file_takes_its_folders_with_it_but_not_the_top(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/b/c": b"", "a/x": b""})
    write_files(tmp_path, {"a/b/c": None, "a/x": None})
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("act", ["replace", "unlink", "fsync", "mkdir"])
@pytest.mark.parametrize("number", range(1, 9))
def test_when_one_fails_all_are_as_they_were(
    act: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = several(tmp_path)
    mode = (tmp_path / "b").stat().st_mode
    real, calls = getattr(os, act), iter(range(1, 100))

    def failing(*words: Any, **more: Any) -> Any:
        if next(calls) == number:
            raise OSError(28, "No space left on device")
        return real(*words, **more)

    monkeypatch.setattr(os, act, failing)
    last = {"replace": 3, "unlink": 3, "fsync": 7, "mkdir": 2}[act]
    if number > last:
        write_files(tmp_path, FILES)
        assert (tmp_path / "a").read_bytes() == b"A"
        return
    with pytest.raises(CannotWrite, match="No space left on device"):
        write_files(tmp_path, FILES)
    assert tree(tmp_path) == before
    assert (tmp_path / "b").stat().st_mode == mode


def test_a_link_among_several_files_stops_all(tmp_path: Path) -> None:
    before = several(tmp_path)
    (tmp_path / "link").symlink_to("a")
    for data in (b"new", None):
        with pytest.raises(LinkInTheWay):
            write_files(tmp_path, {"a": b"A", "link": data})
    (tmp_path / "link").unlink()
    assert tree(tmp_path) == before


def test_a_file_where_a_folder_is_needed_stops_all(tmp_path: Path) -> None:
    before = several(tmp_path)
    with pytest.raises(CannotWrite):
        write_files(tmp_path, {"c/y": b"Y", "a/below": b"X"})
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EACCES, "check that"),
        (errno.EROFS, "check that"),
    ],
    ids=["full", "quota", "permission", "read-only"],
)
def test_the_way_out_of_a_full_disk_is_room(number: int, hint: str) -> None:
    assert (CannotWrite(Path("out"), OSError(number, os.strerror(number))).hint or "").startswith(hint)
