"""The files of a work tree: what is listed, what is an obstacle, and that nothing outside is ever opened."""

import os
from pathlib import Path

import pytest
from conftest import Builder
from world.unprivileged import bound

from lamina.world.sources import Unreadable
from lamina.world.sources.worktree import WorkTree

FILES = {
    "lamina.yaml": "",
    "environments/base/app.yaml": "a: 1\n",
    "environments/dev/k/d.yaml": "",
    "schemas/app/v1.schema.yaml": "",
}


def obstacles(root: Path) -> list[tuple[str, str]]:
    return [(obstacle.file, obstacle.rule) for obstacle in WorkTree(root).list().obstacles]


def test_what_lamina_reads_is_listed_sorted(repository: Builder) -> None:
    root = repository({**FILES, "README.md": "", "other/x.yaml": "", "environments/.git/x": "", "schemas/b.yaml": ""})
    listing = WorkTree(root).list()
    assert listing.files == (
        "environments/base/app.yaml",
        "environments/dev/k/d.yaml",
        "lamina.yaml",
        "schemas/app/v1.schema.yaml",
        "schemas/b.yaml",
    )
    assert listing.obstacles == ()


def test_an_empty_folder_lists_nothing(tmp_path: Path) -> None:
    assert WorkTree(tmp_path).list().files == ()


def test_bytes_are_read_as_they_are(repository: Builder) -> None:
    root = repository({"environments/base/app.yaml": b"\xff\r\n\0"})
    assert WorkTree(root).read("environments/base/app.yaml") == b"\xff\r\n\0"


def test_a_link_that_stays_inside_is_a_file(repository: Builder) -> None:
    root = repository(FILES)
    (root / "environments/dev/app.yaml").symlink_to("../base/app.yaml")
    tree = WorkTree(root)
    assert "environments/dev/app.yaml" in tree.list().files
    assert tree.read("environments/dev/app.yaml") == b"a: 1\n"


def test_links_are_obstacles_where_they_lead_out_or_nowhere(repository: Builder, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    (tmp_path / "folder").mkdir()
    root = repository(FILES)
    links = {
        "out.yaml": "../../../secret.yaml",
        "absolute.yaml": str(tmp_path / "secret.yaml"),
        "nowhere.yaml": "nothing.yaml",
        "folder.yaml": "../dev",
        "itself.yaml": "itself.yaml",
        "outside": str(tmp_path / "folder"),
    }
    for name, target in links.items():
        (root / "environments/base" / name).symlink_to(target)
    assert obstacles(root) == [
        ("environments/base/absolute.yaml", "link-out"),
        ("environments/base/folder.yaml", "bad-link"),
        ("environments/base/itself.yaml", "bad-link"),
        ("environments/base/nowhere.yaml", "bad-link"),
        ("environments/base/out.yaml", "link-out"),
        ("environments/base/outside", "link-out"),
    ]


def test_a_link_through_another_out_is_an_obstacle(repository: Builder, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    root = repository(FILES)
    (root / "door").symlink_to(tmp_path)
    (root / "environments/base/x.yaml").symlink_to("../../door/secret.yaml")
    assert obstacles(root) == [("environments/base/x.yaml", "link-out")]


@pytest.mark.parametrize("name", ["environments", "schemas", "lamina.yaml"])
def test_the_top_may_be_no_link_out(name: str, repository: Builder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    root = repository({"x/y": ""})
    (root / name).symlink_to(tmp_path / "outside")
    assert obstacles(root) == [(name, "link-out")]
    assert WorkTree(root).list().files == ()


def test_what_is_no_file(repository: Builder) -> None:
    root = repository(FILES)
    (root / "environments/base/folder.yaml").mkdir()
    os.mkfifo(root / "environments/base/pipe.yaml")
    assert obstacles(root) == [
        ("environments/base/folder.yaml", "folder-for-file"),
        ("environments/base/pipe.yaml", "special-file"),
    ]


def test_a_folder_for_the_settings(repository: Builder) -> None:
    root = repository({"environments/base/app.yaml": ""})
    (root / "lamina.yaml").mkdir()
    assert obstacles(root) == [("lamina.yaml", "folder-for-file")]


@pytest.mark.parametrize(
    "name", [b"a\nb.yaml", b"a\x1b[31m.yaml", b"a\xff.yaml", "a\u202eb.yaml".encode(), b"a\\b.yaml"]
)
def test_names_that_cannot_be_printed(name: bytes, repository: Builder) -> None:
    root = repository(FILES)
    Path(os.fsdecode(os.path.join(os.fsencode(root), b"environments/base", name))).touch()
    [(shown, rule)] = obstacles(root)
    assert rule == "bad-name"
    assert shown.isprintable()
    assert shown.isascii()


def test_a_file_that_vanished_or_changed_its_kind(repository: Builder, tmp_path: Path) -> None:
    root = repository(FILES)
    tree = WorkTree(root)
    tree.list()
    app = root / "environments/base/app.yaml"
    app.unlink()
    with pytest.raises(Unreadable, match="No such file"):
        tree.read("environments/base/app.yaml")
    app.symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    with pytest.raises(Unreadable):
        tree.read("environments/base/app.yaml")
    app.unlink()
    os.mkfifo(app)
    with pytest.raises(Unreadable, match="no regular file"):
        tree.read("environments/base/app.yaml")
    app.unlink()
    app.mkdir()
    with pytest.raises(Unreadable):
        tree.read("environments/base/app.yaml")


def test_what_this_user_may_not_read(repository: Builder) -> None:
    root = repository({**FILES, "environments/dev/app.yaml": "", "environments/prod/app.yaml": ""})
    (root / "environments/dev/app.yaml").chmod(0)
    (root / "environments/prod").chmod(0)

    def look() -> int:
        tree = WorkTree(root)
        assert obstacles(root) == [("environments/prod", "unreadable-file")]
        assert "environments/dev/app.yaml" in tree.list().files
        with pytest.raises(Unreadable) as refused:
            tree.read("environments/dev/app.yaml")
        assert refused.value.obstacle.rule == "unreadable-file"
        return 0

    try:
        assert bound(look) == 0
    finally:
        (root / "environments/prod").chmod(0o755)
