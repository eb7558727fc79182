"""Wiping: what a file held is overwritten before its name goes."""

import os
from pathlib import Path

import pytest

from lamina.world.private.wiping import CannotWipe, wipe_file, wipe_folder

CANARY = b"hunter2" * 20_000


def test_what_it_held_is_gone_and_so_is_its_name(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(CANARY)
    with file.open("rb") as held:
        wipe_file(file)
        assert held.read() == b""
    assert not file.exists()


def test_zeros_are_written_over_it_before_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_bytes(CANARY)
    seen: list[bytes] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        seen.append(file.read_bytes())

    monkeypatch.setattr(os, "fsync", watched)
    wipe_file(file)
    assert seen == [bytes(len(CANARY))]


def test_of_a_link_only_the_link_goes(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("target")
    wipe_file(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (tmp_path / "target").read_bytes() == b"kept"


def test_what_cannot_be_wiped_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotWipe, match="was not wiped: No such file"):
        wipe_file(tmp_path / "nothing")


def test_a_folder_goes_with_all_that_editors_left_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    (folder / "sub/deep").mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"kept")
    (folder / "app.yaml").write_bytes(CANARY)
    (folder / ".app.yaml.swp").write_bytes(CANARY)
    (folder / "sub/deep/app.yaml~").write_bytes(CANARY)
    (folder / "sub/out").symlink_to(outside)
    (folder / "app.yaml").chmod(0o000)
    assert wipe_folder(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside"]
    assert (outside / "kept").read_bytes() == b"kept"
