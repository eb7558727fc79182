"""The files of a commit: the same answers as a work tree of the same content, read from the object database alone."""

import os
import stat
import tempfile
from pathlib import Path

import pytest
from githistory import begun, committed, git
from hypothesis import given, settings
from hypothesis import strategies as st

from lamina.world.history import History
from lamina.world.sources import Listing, Unreadable
from lamina.world.sources.commit import CommitTree
from lamina.world.sources.worktree import WorkTree

NAMES = [b"a.yaml", b"b.json", b"d", b"e", b"_defaults.yaml", b".hidden", b".dot.yaml", "é.yaml".encode(), b"x y.yaml"]
ODD_NAMES = [b"d.yaml", b"n\nl.yaml", b"back\\slash.yaml", b"\xff.yaml", "\u202e.yaml".encode(), b"\x1b[31m"]
STEPS = [b"..", b".", b"a.yaml", b"d", b"e", b"l.yaml", b"base", b"environments", b"nothing", b"", b"\xff.yaml"]

names = st.sampled_from(NAMES * 2 + ODD_NAMES)
places = st.lists(names, min_size=1, max_size=3).map(lambda parts: b"/".join((b"environments", b"base", *parts)))
tops = st.sampled_from(
    [b"lamina.yaml", b"schemas", b"schemas/k/v1.schema.yaml", b"environments", b"other/x.yaml", b"environments/l.yaml"]
)
targets = st.one_of(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=5).map(b"/".join).filter(bool),
    st.sampled_from([b"/etc/hostname", b"../../../outside.yaml", b"../base", b"../../lamina.yaml", b"l.yaml"]),
)
contents = st.one_of(st.sampled_from([b"", b"a: 1\n", b"\xff\r\n\0"]), targets.map(lambda target: ("link", target)))


def tree_of(root: Path, revision: str = "HEAD", start: str = "") -> CommitTree:
    history = History(root)
    return CommitTree(history.objects, history.commit(revision).tree, start)


def obstacles(listing: Listing) -> list[tuple[str, str]]:
    return [(obstacle.file, obstacle.rule) for obstacle in listing.obstacles]


def laid(root: Path, entries: list[tuple[bytes, bytes | tuple[str, bytes]]]) -> None:
    """Files and links where there is room for them; nothing is written through a link."""
    for name, content in entries:
        path = os.path.join(os.fsencode(root.resolve()), name)
        folder = os.path.dirname(path)
        if os.path.realpath(folder) != folder:
            continue
        try:
            os.makedirs(folder, exist_ok=True)
            if isinstance(content, tuple):
                os.symlink(content[1], path)
            else:
                with open(path, "xb") as stream:
                    stream.write(content)
        except (FileExistsError, NotADirectoryError):
            continue


def written(root: Path) -> str:
    """The id of a commit of all that is in a work tree."""
    git(root, "add", "--all", "--force")
    return git(root, "commit-tree", git(root, "write-tree"), "-m", "all")


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.one_of(places, places, tops), contents), max_size=12), st.sampled_from(["", "deep/config"])
)
def test_a_commit_reads_as_its_work_tree_does(
    entries: list[tuple[bytes, bytes | tuple[str, bytes]]], start: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = begun(Path(name) / "top")
        root = top / start
        laid(root, [(b"environments/base/kept", b""), *entries, (b"d/a.yaml", b"beside")])
        laid(top, [(b"outside.yaml", b"out: 1\n"), (b"d/a.yaml", b"out: 1\n")])
        disk, tree = WorkTree(root), tree_of(top, written(top), start)
        listing = disk.list()
        assert tree.list() == listing
        for file in listing.files:
            assert tree.read(file) == disk.read(file)
            assert tree.identity(file) is not None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, {"environments/base/app.yaml": "a: 1\n", "schemas/app/v1.schema.yaml": "", "lamina.yaml": "{}\n"})
    return root


def test_what_was_committed_is_read_whatever_became_of_it(root: Path) -> None:
    (root / "environments/base/app.yaml").write_text("a: 2\n")
    (root / "lamina.yaml").unlink()
    (root / "environments/base/new.yaml").write_text("")
    tree = tree_of(root)
    assert tree.list() == Listing(("environments/base/app.yaml", "lamina.yaml", "schemas/app/v1.schema.yaml"))
    assert tree.read("environments/base/app.yaml") == b"a: 1\n"


def test_what_is_not_in_the_commit_cannot_be_read(root: Path) -> None:
    for name in ("environments/base/other.yaml", "environments/base", "environments/base/app.yaml/x", "nothing/at/all"):
        with pytest.raises(Unreadable):
            tree_of(root).read(name)


def test_a_submodule_is_an_obstacle(root: Path) -> None:
    id = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{id},environments/base/sub")
    git(root, "commit", "--quiet", "-m", "sub")
    listing = tree_of(root).list()
    assert obstacles(listing) == [("environments/base/sub", "special-file")]
    assert "submodule" in listing.obstacles[0].message


@pytest.mark.parametrize("name", ["..", ".", "a/b.yaml", "../../../etc/passwd", "/x.yaml"])
def test_names_that_no_file_can_have(root: Path, name: str) -> None:
    blob = git(root, "hash-object", "-w", "--stdin", stdin=b"evil: 1\n")
    inner = made_tree(root, [("100644", name, blob), ("100644", "ok.yaml", blob)])
    top = made_tree(root, [("40000", "environments", made_tree(root, [("40000", "base", inner)]))])
    tree = tree_of(root, git(root, "commit-tree", top, "-m", "evil"))
    assert tree.list().files == ("environments/base/ok.yaml",)
    assert [rule for _, rule in obstacles(tree.list())] == ["bad-name"]


def made_tree(root: Path, entries: list[tuple[str, str, str]]) -> str:
    """A tree as no git would make it."""
    data = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(id) for mode, name, id in entries)
    return git(root, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=data)


def test_links_round_in_circles_and_of_great_length_end(root: Path) -> None:
    folder = root / "environments/base"
    for number in range(300):
        (folder / f"l{number}.yaml").symlink_to(f"l{number + 1}.yaml")
    (folder / "l300.yaml").symlink_to("l0.yaml")
    (folder / "into-itself.yaml").symlink_to("into-itself.yaml/../app.yaml")
    found = obstacles(tree_of(root, written(root)).list())
    assert len(found) == 302
    assert {rule for _, rule in found} == {"bad-link"}


def test_damaged_objects_are_obstacles_and_the_rest_is_read(root: Path) -> None:
    committed(root, {"environments/prod/app.yaml": "b: 1\n", "environments/dev/app.yaml": "c: 1\n"})
    for name in ("environments/prod", "environments/dev/app.yaml"):
        id = git(root, "rev-parse", f"HEAD:{name}")
        loose = root / ".git/objects" / id[:2] / id[2:]
        loose.chmod(stat.S_IRUSR | stat.S_IWUSR)
        loose.write_bytes(b"rot")
    tree = tree_of(root)
    listing = tree.list()
    assert obstacles(listing) == [("environments/prod", "unreadable-file")]
    assert "environments/base/app.yaml" in listing.files
    with pytest.raises(Unreadable, match="cannot be read") as refused:
        tree.read("environments/dev/app.yaml")
    assert refused.value.obstacle.fix == "git fsck tells what is damaged"


def test_what_reads_alike_has_one_identity(root: Path) -> None:
    (root / "environments/base/link.yaml").symlink_to("../../shared.yaml")
    before = committed(root, {"shared.yaml": "x: 1\n", "environments/dev/app.yaml": "a: 1\n"})
    after = committed(root, {"README.md": "", "environments/prod/app.yaml": "b: 1\n"})
    shared = committed(root, {"shared.yaml": "x: 2\n"})
    old, new, newest = (tree_of(root, id) for id in (before, after, shared))
    assert old.identity("environments/base") == new.identity("environments/base")
    assert old.identity("environments") != new.identity("environments")
    assert old.identity("environments/dev/app.yaml") == old.identity("environments/base/app.yaml")
    # The tree is the same, and what its link leads to is not.
    assert new.identity("environments/base") != newest.identity("environments/base")
    assert new.identity("environments/base/link.yaml") != newest.identity("environments/base/link.yaml")
    assert old.identity("environments/prod") is None
