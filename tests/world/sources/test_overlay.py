"""A source with some files replaced."""

from conftest import Builder

from lamina.world.sources.overlay import Overlay
from lamina.world.sources.worktree import WorkTree


def test_files_are_replaced_and_added(repository: Builder) -> None:
    root = repository(
        {"environments/base/a.yaml": "a: 1\n", "environments/base/b.yaml": "b: 1\n", "environments/base/c.yml": ""}
    )
    changed = {"environments/base/a.yaml": b"a: 2\n", "environments/dev/n.yaml": b"n: 1\n"}
    overlay = Overlay(WorkTree(root), changed)
    assert overlay.list().files == (
        "environments/base/a.yaml",
        "environments/base/b.yaml",
        "environments/base/c.yml",
        "environments/dev/n.yaml",
    )
    assert overlay.read("environments/base/a.yaml") == b"a: 2\n"
    assert overlay.read("environments/base/b.yaml") == b"b: 1\n"
    assert overlay.read("environments/dev/n.yaml") == b"n: 1\n"
    assert (root / "environments/base/a.yaml").read_bytes() == b"a: 1\n"
