"""The tree of an index, against the one that git writes."""

import os
from pathlib import Path

from githistory import begun, committed, git
from hypothesis import given
from hypothesis import strategies as st

from lamina.world.branches.index import staged
from lamina.world.history import History
from lamina.world.sources.commit import CommitTree, Entry
from lamina.world.sources.staged import StagedObjects

# Names whose order as folders is another than as files: `a.b` stands between `a` and `a/`.
NAME = st.text("ab.-0é", min_size=1, max_size=3).filter(lambda name: name.strip(".") != "")


class Nothing:
    """An object database that holds nothing, and is not asked."""

    def folder(self, tree: str) -> dict[str, Entry]:
        raise AssertionError(tree)

    def links(self, tree: str) -> tuple[str, ...]:
        raise AssertionError(tree)

    def blob(self, id: str) -> bytes:
        raise AssertionError(id)


def test_the_ids_are_those_that_git_gives(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=b"x")

    @given(st.sets(st.lists(NAME, min_size=1, max_size=3).map("/".join), min_size=1, max_size=8))
    def agree(names: set[str]) -> None:
        above = {"/".join(name.split("/")[:length]) for name in names for length in range(1, name.count("/") + 1)}
        lines = "".join(f"100644 {blob}\t{name}\0" for name in names - above)
        git(folder, "read-tree", "--empty")
        git(folder, "update-index", "-z", "--index-info", stdin=lines.encode())
        assert StagedObjects(Nothing(), staged(folder)).tree == git(folder, "write-tree")

    agree()


def test_an_index_that_holds_nothing_is_the_tree_that_holds_nothing() -> None:
    assert StagedObjects(Nothing(), {}).tree == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def test_what_is_staged_reads_as_its_commit_will(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    for name in (
        "environments/base/app.yaml",
        "environments/dev/app.yaml",
        "schemas/app/v1.schema.yaml",
        "lamina.yaml",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n")
    os.symlink("../base/app.yaml", folder / "environments/dev/link.yaml")
    git(folder, "add", ".")
    history = History(folder)
    objects = StagedObjects(history.objects, staged(folder))
    now = CommitTree(objects, objects.tree)
    then = CommitTree(history.objects, history.commit(committed(folder, {})).tree)
    names = [*then.list().files, "environments", "environments/dev", "schemas", "nothing"]
    assert now.list() == then.list()
    assert [now.identity(name) for name in names] == [then.identity(name) for name in names]
    assert [now.read(name) for name in now.list().files] == [then.read(name) for name in now.list().files]
    assert "environments/dev/link.yaml" in now.list().files
