"""A folder is as `render -o` writes it, and what did not change since the last one is not written again."""

import json
from pathlib import Path

import pytest
from living import applied, replaced, written

import lamina
from lamina.changes.watching.writing import Writing
from lamina.project.folder import RECORD
from lamina.project.live.live import Live

APP = "environments/prod/app.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def filled(writing: Writing, live: Live, folder: Path) -> dict[str, int]:
    """The files of a folder, by the inode that each has."""
    folder.mkdir()
    writing.fill(folder, *live.made())
    writing.wrote(folder)
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_files_that_would_be_the_same_are_taken_over(root: Path, tmp_path: Path) -> None:
    writing = Writing("yaml", None, "1.2.3")
    with lamina.live(root, "prod", watch=False) as live:
        first = filled(writing, live, tmp_path / "1")
        replaced(root / APP, "name: other\n")
        applied(live)
        second = filled(writing, live, tmp_path / "2")
        # web.yaml refers to what changed, so it is made anew, and says the same.
        assert {name for name, inode in second.items() if first[name] == inode} == {"teams/red.yaml", "teams/blue.yaml"}
        replaced(root / "environments/base/app.yaml", "n: 5\n")
        (root / "environments/base/teams/red.yaml").unlink()
        applied(live)
        third = filled(writing, live, tmp_path / "3")
        assert set(third) == {"app.yaml", "web.yaml", "teams/blue.yaml", RECORD}
        assert {name for name, inode in third.items() if second[name] == inode} == {"teams/blue.yaml"}
        assert (tmp_path / "3/web.yaml").read_text() == "from: 5\n"
        record = json.loads((tmp_path / "3" / RECORD).read_text())
        assert set(record["environments"]["prod"]) == {"app", "web", "teams/blue"}
        assert record["lamina"] == "1.2.3"


@pytest.mark.parametrize("touch", ["text", "absent", "link", "folder"])
def test_a_file_that_somebody_touched_is_written_anew(touch: str, root: Path, tmp_path: Path) -> None:
    writing = Writing("yaml", None, "1.2.3")
    with lamina.live(root, "prod", watch=False) as live:
        filled(writing, live, tmp_path / "1")
        file = tmp_path / "1/web.yaml"
        before = file.read_bytes()
        file.unlink()
        if touch == "text":
            file.write_text("from: 666\n")
        elif touch == "link":
            file.symlink_to("/etc/passwd")
        elif touch == "folder":
            file.mkdir()
        filled(writing, live, tmp_path / "2")
        assert (tmp_path / "2/web.yaml").read_bytes() == before
        assert not (tmp_path / "2/web.yaml").is_symlink()


def test_inputs_are_the_ids_that_git_gives_them(root: Path, tmp_path: Path) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        filled(Writing("json", None, "1.2.3"), live, tmp_path / "1")
    record = json.loads((tmp_path / "1" / RECORD).read_text())
    assert set(record["inputs"]) >= {"environments/base/app.yaml", APP, "schemas/app/v1.schema.yaml"}
    # git hash-object of "name: prod\n"
    assert record["inputs"][APP] == "git:b5a631c4ade489182d273391e6a5df625553281a"
