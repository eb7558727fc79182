"""Planting: all files or none, nothing overwritten, and nothing left behind."""

import os
from pathlib import Path

import pytest

from lamina.words.errors import Failure
from lamina.world.planting import CannotPlant, in_the_way, plant

FILES = {"a.txt": b"a", "b/c.txt": b"c", "b/d/e.txt": b"e", ".f/g.txt": b"g"}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and every empty folder as `NAME/`."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[f"{name}/"] = b""
    return found


@pytest.mark.parametrize("place", ["new", "new/below/it", "present"])
def test_all_files_are_there(place: str, tmp_path: Path) -> None:
    (tmp_path / "present").mkdir()
    plant(tmp_path / place, FILES)
    assert tree(tmp_path / place) == FILES


def test_what_was_there_stays(tmp_path: Path) -> None:
    (tmp_path / "b" / "d").mkdir(parents=True)
    (tmp_path / "b" / "other.txt").write_bytes(b"other")
    plant(tmp_path, FILES)
    assert tree(tmp_path) == {**FILES, "b/other.txt": b"other"}


def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.txt").touch()
    plant(tmp_path / "new", FILES)
    for name in (".", "a.txt"):
        assert (tmp_path / "new" / name).stat().st_mode == (tmp_path / "plain" / name).stat().st_mode


def test_more_may_be_prepared_beside(tmp_path: Path) -> None:
    plant(tmp_path / "new", FILES, lambda stage: (stage / "b" / "more.txt").write_bytes(b"more"))
    assert tree(tmp_path / "new") == {**FILES, "b/more.txt": b"more"}


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def refuse(stage: Path) -> None:
        raise Failure("no")

    with pytest.raises(Failure, match="no"):
        plant(tmp_path / "new", FILES, refuse)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("moves", [0, 1, 2, 3])
@pytest.mark.parametrize("stop", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_moving_takes_all_back(
    moves: int, stop: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "other.txt").write_bytes(b"other")
    rename = os.rename
    done: list[Path] = []

    def failing(source: Path, target: Path) -> None:
        if ".lamina-init." in str(source):
            if len(done) == moves:
                raise stop
            done.append(source)
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises((CannotPlant, KeyboardInterrupt)):
        plant(tmp_path, FILES)
    assert len(done) == moves
    assert tree(tmp_path) == {"b/other.txt": b"other"}


def test_what_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(CannotPlant, match="File exists"):
        plant(tmp_path, FILES, lambda _: (tmp_path / "a.txt").write_bytes(b"theirs"))
    assert tree(tmp_path) == {"a.txt": b"theirs"}


def test_below_a_file_nothing_can_be_planted(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotPlant, match="Not a directory"):
        plant(tmp_path / "file", FILES)
    assert tree(tmp_path) == {"file": b""}


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("nowhere")
    (tmp_path / "b").write_bytes(b"")
    (tmp_path / ".f").mkdir()
    assert in_the_way(tmp_path, FILES) == ["a.txt", "b"]
    assert in_the_way(tmp_path / "new", FILES) == []


def test_a_link_to_a_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "b").symlink_to(tmp_path, target_is_directory=True)
    assert in_the_way(tmp_path, FILES) == ["b"]
