"""The ids of a work tree's files and folders: those of a commit that holds the same."""

from pathlib import Path

from githistory import begun, committed, git

from lamina.world.history import History
from lamina.world.sources.commit import CommitTree
from lamina.world.sources.hashed import HashedTree

FILES = {
    "lamina.yaml": "owners: {}\n",
    "environments/a/app.yaml": "x: 1\n",
    "environments/a/deep/er/é.yaml": "x: 2\n",
    "environments/a.b/app.yaml": "x: 3\n",
    "environments/a-b/app.yaml": "",
    "schemas/app/v1.schema.yaml": "{}\n",
    "shared.yaml": "y: 1\n",
}


def test_the_same_content_has_the_same_ids(tmp_path: Path) -> None:
    root = begun(tmp_path)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "environments/a/link.yaml").symlink_to("../../shared.yaml")
    (root / "environments/a/lost.yaml").symlink_to("nowhere")
    (root / "environments/a/app.yaml").chmod(0o755)
    (root / "environments/empty").mkdir()
    committed(root, {})
    history = History(root)
    there, here = CommitTree(history.objects, history.commit("HEAD").tree), HashedTree(root)
    here.list()
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if ".git" not in path.parts}
    assert "environments/a/link.yaml" in names
    for name in names:
        assert here.identity(name) == there.identity(name), name
    assert here.identity("environments/empty") is None
    assert here.identity("environments/nothing") is None
    assert here.identity("environments") == there.identity("environments")
    assert git(root, "rev-parse", "HEAD:environments/a.b") == here.identity("environments/a.b")


def test_what_differs_has_another_id(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "environments/a/link.yaml").symlink_to("../../shared.yaml")
    before = HashedTree(tmp_path)
    folder, link = before.identity("environments/a"), before.identity("environments/a/link.yaml")
    (tmp_path / "shared.yaml").write_text("y: 2\n")
    after = HashedTree(tmp_path)
    assert after.identity("environments/a/link.yaml") != link
    assert after.identity("environments/a") != folder
    assert after.identity("environments/a.b") == before.identity("environments/a.b")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "lamina.yaml").write_text("a: 1\n")
    tree = HashedTree(tmp_path)
    id = tree.identity("lamina.yaml")
    (tmp_path / "lamina.yaml").write_text("a: 2\n")
    assert (tree.read("lamina.yaml"), tree.identity("lamina.yaml")) == (b"a: 1\n", id)


def test_a_file_that_cannot_be_read_has_no_id(tmp_path: Path) -> None:
    (tmp_path / "environments/a").mkdir(parents=True)
    (tmp_path / "environments/a/pipe.yaml").symlink_to("/dev/null")
    tree = HashedTree(tmp_path)
    tree.list()
    assert tree.identity("environments/a/pipe.yaml") == HashedTree(tmp_path).identity("environments/a/pipe.yaml")
    assert str(tree.identity("environments/a/pipe.yaml")).endswith("+-")
