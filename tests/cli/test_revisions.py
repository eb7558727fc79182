"""`--at REV`: every question about a commit, without a checkout, and nothing touched."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Lamina
from githistory import begun, committed, everything, git

OLD_SCHEMA = (
    "type: object\nadditionalProperties: false\nproperties:\n  a: {type: integer, default: 7}\n  b: {type: string}\n"
)
NEW_SCHEMA = "type: object\nadditionalProperties: false\nproperties:\n  a: {type: string}\n  c: {type: string}\n"
OLD = {
    "schemas/app/v1.schema.yaml": OLD_SCHEMA,
    "environments/base/app.yaml": "b: base\n",
    "environments/dev/app.yaml": "b: old\n",
    "environments/prod/app.yaml": "a: 1\n",
}
NEW = {
    "schemas/app/v1.schema.yaml": NEW_SCHEMA,
    "environments/base/app.yaml": "c: base\n",
    "environments/dev/app.yaml": "a: text\n",
    "environments/prod/app.yaml": "a: new\n",
    "environments/stage/app.yaml": "c: stage\n",
    "lamina.yaml": "environments:\n  prod: {protected: true}\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, OLD, "old")
    git(root, "tag", "v1")
    committed(root, NEW, "new")
    return root


def parsed(text: str) -> Any:
    return json.loads(text)


def test_every_question_at_a_revision(root: Path, lamina: Lamina) -> None:
    id = git(root, "rev-parse", "v1")
    assert lamina("list", "--at", "v1", cwd=root).out == (
        "ENVIRONMENT  EXTENDS            DOCUMENTS\n"
        "base         -        abstract  1\n"
        "dev          base               1\n"
        "prod         base               1\n"
    )
    assert parsed(lamina("list", "--at", "v1", "--format", "json", cwd=root).out)["commit"] == id
    assert parsed(lamina("list", "dev", "--at", "v1", "--format", "json", cwd=root).out)["commit"] == id
    assert lamina("get", "dev", "app", "--at", "HEAD~1", cwd=root).out == "b: old\na: 7\n"
    assert lamina("explain", "prod", "app:a", "--at", "v1", cwd=root).out.splitlines() == [
        f"app:a in prod at {id[:12]} = 1",
        "  * environments/prod/app.yaml:1:4   1",
        "    schemas/app/v1.schema.yaml:4:22  7  (default)",
    ]
    explained = parsed(lamina("explain", "prod", "app:a", "--at", "v1", "--format", "json", cwd=root).out)
    assert (explained["commit"], explained["value"]) == (id, 1)
    assert lamina("validate", "--at", "v1", cwd=root).out == f"no findings in dev, prod at {id[:12]}\n"
    assert parsed(lamina("validate", "--at", "v1", "--format", "json", cwd=root).out) == {"commit": id, "findings": []}
    assert lamina("render", "prod", "app", "--at", "v1", cwd=root).out == "b: base\na: 1\n"
    assert lamina("diff", "dev", "prod", "--at", "v1", cwd=root).out.splitlines() == [
        "app",
        "  ~ b: old -> base",
        "  ~ a: 7 -> 1",
    ]


def test_a_render_at_a_revision_is_that_of_a_checkout(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(root, "clone", "--quiet", str(root), str(clone))
    git(clone, "checkout", "--quiet", "v1")
    (root / "environments/dev/app.yaml").write_text("a: dirty\n")
    assert lamina("render", "--all", "-o", str(tmp_path / "there"), cwd=clone).code == 0
    assert lamina("render", "--all", "-o", str(tmp_path / "here"), "--at", "v1", cwd=root).code == 0
    there, here = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()}
                   for f in (tmp_path / "there", tmp_path / "here"))  # fmt: skip
    assert here == there
    record = parsed(here[Path(".lamina.json")].decode())
    assert (record["commit"], record["dirty"]) == (git(root, "rev-parse", "v1"), False)


def test_the_work_tree_the_index_and_the_refs_are_not_touched(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    (root / "environments/dev/app.yaml").write_text("a: [broken\n")
    (root / "environments/prod/app.yaml").write_text("a: staged\n")
    git(root, "add", "environments/prod/app.yaml")
    before = everything(root)
    for words in (
        ["list"], ["list", "dev"], ["get", "dev", "app"], ["explain", "dev", "app:b"], ["validate"], ["diff", "dev", "prod"],
        ["render", "dev"], ["render", "--all", "-o", str(tmp_path / "out")], ["list", "nowhere"],
    ):  # fmt: skip
        assert lamina(*words, "--at", "v1", cwd=root).code in (0, 1, 3)
    assert lamina("diff", "prod@v1", "prod", cwd=root).code == 1
    assert everything(root) == before


def test_bare_and_linked_repositories_and_subfolders(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    bare, linked = tmp_path / "r.git", tmp_path / "linked"
    git(root, "clone", "--quiet", "--bare", str(root), str(bare))
    git(root, "worktree", "add", "--quiet", "--detach", str(linked), "v1")
    assert lamina("-C", str(bare), "get", "prod", "app:a", "--at", "main", cwd=tmp_path).out == "new\n"
    assert lamina("-C", str(bare), "render", "--all", "-o", "out", "--at", "v1", cwd=tmp_path).code == 0
    assert lamina("get", "prod", "app:a", "--at", "main", cwd=linked / "environments").out == "new\n"
    assert lamina("get", "prod", "app:a", "--at", "HEAD", cwd=linked).out == "1\n"
    outcome = lamina("-C", str(bare), "list", cwd=tmp_path)
    assert outcome.code == 3
    assert "a revision, such as --at HEAD" in outcome.err


def test_a_root_in_a_subfolder_that_moved(tmp_path: Path, lamina: Lamina) -> None:
    top = begun(tmp_path / "r")
    committed(top, {f"config/{name}": text for name, text in OLD.items()})
    (top / "link").symlink_to("config")
    assert lamina("-C", "config", "get", "prod", "app:a", "--at", "HEAD", cwd=top).out == "1\n"
    assert lamina("-C", "link/environments/dev", "get", "prod", "app:a", "--at", "HEAD", cwd=top).out == "1\n"
    assert "has no environments/" in lamina("list", "--at", "HEAD", cwd=top).err
    git(top, "mv", "config/environments", "environments")
    git(top, "mv", "config/schemas", "schemas")
    git(top, "commit", "--quiet", "-m", "moved")
    # As in a checkout, it is the nearest root at or above the folder that counts.
    assert lamina("get", "prod", "app:a", "--at", "HEAD", cwd=top).out == "1\n"
    assert lamina("-C", "environments/dev", "list", "--at", "HEAD~1", cwd=top).code == 3


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("v2", ["no revision v2\n", "git log"]),
        ("HEAD~5", ["no revision HEAD~5\n", "HEAD has 1 commit before it"]),
        ("HEAD:schemas", ["HEAD:schemas is a tree, and no commit"]),
        ("empty", ["has no environments/ and no lamina.yaml"]),
    ],
)
def test_revisions_that_cannot_be_asked(root: Path, lamina: Lamina, revision: str, said: list[str]) -> None:
    git(root, "tag", "empty", git(root, "commit-tree", git(root, "mktree"), "-m", "nothing"))
    for words in (["list"], ["get", "dev", "app"], ["render", "dev"], ["validate"], ["diff", "dev", "prod"]):
        outcome = lamina(*words, "--at", revision, cwd=root)
        assert (outcome.code, outcome.out) == (3, "")
        assert all(text in outcome.err for text in said), outcome.err


def test_failures_name_the_commit(root: Path, lamina: Lamina) -> None:
    outcome = lamina("get", "stage", "app", "--at", "v1", cwd=root)
    assert outcome.err.splitlines() == [
        "lamina: error: no environment stage",
        f"lamina:   at v1, which is the commit {git(root, 'rev-parse', 'v1')}",
        "lamina: hint: there are base, dev, prod",
    ]


def test_a_broken_file_in_an_old_commit_is_a_finding(root: Path, lamina: Lamina) -> None:
    id = committed(root, {"environments/dev/app.yaml": "a: [\n", "environments/prod/odd name.yaml": ""})
    committed(root, {"environments/dev/app.yaml": "a: mended\n"})
    outcome = lamina("validate", "--at", "HEAD~1", cwd=root)
    assert outcome.code == 1
    assert "environments/dev/app.yaml:" in outcome.out
    assert f"in dev, prod, stage at {id[:12]}" in outcome.out
    assert lamina("get", "prod", "app:a", "--at", "HEAD~1", cwd=root).code in (0, 1)


def test_a_commit_that_asks_for_another_version(root: Path, lamina: Lamina) -> None:
    committed(root, {"lamina.yaml": "requires: '>=99'\n"})
    committed(root, NEW)
    assert "requires lamina >=99" in lamina("list", "--at", "HEAD~1", cwd=root).err
    assert lamina("list", cwd=root).code == 0


def test_diff_of_revisions(root: Path, lamina: Lamina) -> None:
    outcome = lamina("diff", "prod@v1", "prod", cwd=root)
    assert outcome.code == 1
    assert outcome.out.splitlines() == ["app", "  - b: base", "  ~ a: 1 -> new", "  + c: base"]
    told = parsed(lamina("diff", "prod@v1", "prod", "--format", "json", cwd=root).out)
    assert told["left"] == {"environment": "prod", "commit": git(root, "rev-parse", "v1")}
    assert told["right"] == {"environment": "prod", "commit": None}
    assert lamina("diff", "prod@HEAD", "prod@main@{0}", cwd=root).out == "prod@HEAD and prod@main@{0} render alike\n"
    assert lamina("diff", "dev", "prod@HEAD", "--at", "v1", cwd=root).out.splitlines()[1:3] == [
        "  - b: old",
        "  ~ a: 7 -> new",
    ]
    git(root, "tag", "a|b`c`")
    rows = lamina("diff", "dev@a|b`c`", "prod", "--format", "markdown", cwd=root).out.splitlines()
    assert rows[0] == "| address | dev@a&#124;b&#96;c&#96; | prod |"


@pytest.mark.parametrize("side", ["@v1", "prod@"])
def test_half_a_side_of_a_diff(root: Path, lamina: Lamina, side: str) -> None:
    outcome = lamina("diff", side, "prod", cwd=root)
    assert outcome.code == 2
    assert "it is ENV@REV" in outcome.err


def test_output_never_lies_among_the_layers(root: Path, lamina: Lamina) -> None:
    outcome = lamina("render", "--all", "-o", "environments/out", "--at", "v1", cwd=root)
    assert outcome.code == 2
    assert not (root / "environments/out").exists()


def test_a_folder_outside_of_git(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "environments").mkdir()
    outcome = lamina("list", "--at", "HEAD", cwd=tmp_path)
    assert outcome.code == 3
    assert "is in no git repository" in outcome.err


def test_secrets_stay_hidden_where_either_side_says_that_they_are(root: Path, lamina: Lamina) -> None:
    committed(root, {"schemas/app/v1.schema.yaml": "properties:\n  c: {x-secret: true}\n"})
    committed(root, {"environments/prod/app.sops.yaml": "c: ENC[AES256_GCM,data:AAAA,iv:AA==,tag:AA==,type:str]\n"})
    outcome = lamina("diff", "prod@HEAD~2", "prod@HEAD~1", cwd=root)
    assert "base" not in outcome.out


def test_from_python(root: Path) -> None:
    import lamina as package

    old = package.open(root, at="v1")
    assert old.commit == git(root, "rev-parse", "v1")
    assert old.root is None
    assert old.render("prod")["app"] == {"b": "base", "a": 1}
    assert package.open(root).commit is None
