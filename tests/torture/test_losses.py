"""G2: a power loss takes nothing that was acknowledged; and the disk that loses the power does lose what was not synced."""

import random
from pathlib import Path

import pytest

from torture.conftest import Torture
from torture.disk import Change, File, Folder, lose


def test_a_power_loss_takes_nothing_that_was_acknowledged(tortured: Torture) -> None:
    tortured("losses", short=10, long=200)


def outcomes(root: Folder, place: Path) -> set[tuple[str, ...]]:
    """What may be left of a disk: names, each with its content."""
    found = set()
    for seed in range(60):
        to = place / str(seed)
        to.mkdir(parents=True)
        lose(root, to, random.Random(seed))
        files = sorted(one for one in to.rglob("*") if one.is_file())
        found.add(tuple(f"{one.relative_to(to)}={one.read_text()!r}" for one in files))
    return found


def test_what_was_not_synced_may_be_there_or_not_or_in_part(tmp_path: Path) -> None:
    root, file = Folder(), File(0o600)
    root.change(Change({"f": file}))
    file.write((0, b"ab"))
    found = outcomes(root, tmp_path)
    assert {(), ("f=''",), ("f='a'",), ("f='ab'",), ("f='\\x00\\x00'",)} <= found


def test_a_name_lasts_once_its_folder_was_synced_and_the_content_once_the_file_was(tmp_path: Path) -> None:
    root, file = Folder(), File(0o600)
    root.change(Change({"f": file}))
    file.write((0, b"ab"))
    root.sync()
    assert ("f='ab'",) in outcomes(root, tmp_path / "before")
    file.sync()
    assert outcomes(root, tmp_path / "after") == {("f='ab'",)}


def test_a_rename_between_folders_may_come_before_the_content_but_never_loses_the_file(tmp_path: Path) -> None:
    root, one, other, file = Folder(), Folder(), Folder(), File(0o600)
    root.change(Change({"one": one, "other": other}))
    root.sync()
    one.change(Change({"f": file}))
    one.sync()
    taken, put = Change({"f": None}), Change({"g": file})
    taken.other, put.other = (other, put), (one, taken)
    other.change(put)
    one.change(taken)
    file.write((0, b"x"))
    found = outcomes(root, tmp_path)
    assert () not in found
    assert {("one/f=''",), ("other/g=''",), ("other/g='x'",)} <= found


@pytest.mark.parametrize("sync", [True, False], ids=["synced again", "not synced again"])
def test_a_sync_that_failed_has_lost_what_it_was_to_write(sync: bool, tmp_path: Path) -> None:
    root, file = Folder(), File(0o600)
    root.change(Change({"f": file}))
    root.sync()
    file.write((0, b"ab"))
    file.forget()
    if sync:
        file.sync()
    assert bytes(file.data) == b"ab"
    assert ("f='ab'",) not in outcomes(root, tmp_path)
