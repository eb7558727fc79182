"""Generated files: told where they are stale, written all or none, and nobody else's touched."""

from pathlib import Path

import pytest

from lamina.changes.generated import (
    NotGenerated,
    Stale,
    demand_generated,
    left_over,
    stale_files,
    write_generated,
)
from lamina.world.disk import CannotWrite, LinkInTheWay

FILES: dict[str, bytes | None] = {"a/new": b"1", "a/old": b"2", "a/same": b"3", "a/gone": None, "a/never": None}
STALE = [Stale("a/gone", "left over"), Stale("a/new", "missing"), Stale("a/old", "outdated")]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, text in {"old": "1", "same": "3", "gone": "4", "other": "5"}.items():
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / name).write_text(text)
    return tmp_path


def present(top: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (top / "a").iterdir()}


def test_what_is_stale_is_said_and_nothing_is_written(top: Path) -> None:
    before = present(top)
    assert stale_files(top, FILES) == STALE
    assert present(top) == before


def test_what_is_stale_is_written_and_then_nothing_is(top: Path) -> None:
    assert write_generated(top, FILES) == STALE
    assert present(top) == {"new": "1", "old": "2", "same": "3", "other": "5"}
    assert write_generated(top, FILES) == []


def test_a_folder_that_is_a_link_is_left_alone(top: Path) -> None:
    (top / "b").symlink_to(top / "a")
    with pytest.raises(LinkInTheWay):
        write_generated(top, {"b/old": b"2"})
    assert present(top)["old"] == "1"


def test_a_file_where_a_folder_should_be(top: Path) -> None:
    with pytest.raises(CannotWrite):
        stale_files(top, {"a/old/b": b""})


def test_what_was_generated_once_is_found_by_its_mark(top: Path) -> None:
    for name, text in {"x.md": "mark x", "y.md": "mark y", "z.md": "no mark", "w.txt": "mark"}.items():
        (top / "a" / name).write_text(text)
    (top / "a" / "link.md").symlink_to("x.md")
    assert left_over(top, "a/*.md", b"mark", ["a/x.md"]) == {"a/y.md": None}


def test_a_file_of_somebody_is_not_for_lamina_to_write(top: Path) -> None:
    demand_generated(top, ["a/old", "a/none"], b"1")
    with pytest.raises(NotGenerated):
        demand_generated(top, ["a/old"], b"2")
