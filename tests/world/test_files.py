"""Files that a command names, and those below a folder."""

import os
from pathlib import Path

import pytest
from world.unprivileged import bound

from lamina.world.files import CannotRead, files_below


def test_plain_files_are_found_sorted_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b/z", "b/a", "a/x", "c", ".hidden", ".git/config", "b/node_modules/y", "__pycache__/p"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("c")
    (tmp_path / "round").symlink_to(".")
    found = [str(path.relative_to(tmp_path)) for path in files_below(tmp_path)]
    assert found == [".hidden", "c", "a/x", "b/a", "b/z"]


def test_a_folder_that_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)

    def act() -> int:
        try:
            list(files_below(tmp_path))
        except CannotRead as failure:
            return 1 + ("closed cannot be read: Permission denied" in failure.message)
        return 0

    assert bound(act) == 2
    with pytest.raises(CannotRead):
        list(files_below(tmp_path / "nowhere"))
