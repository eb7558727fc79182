"""What changed an environment, and who set what: `log`, `blame`, and `explain --commits`."""

import json
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, everything, git

SCHEMA = """
type: object
properties:
  name: {type: string}
  text: {type: string}
  retries:
    type: integer
    default: 3
  hosts: {type: array, items: {type: string}, x-merge: append}
  password: {type: string, x-secret: true}
"""
SEALED = "password: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nsops:\n  mac: x\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(
        root,
        {
            "schemas/app/v1.schema.yaml": SCHEMA,
            "environments/base/app.yaml": "name: base\nhosts: [a]\ntext: |\n  one\n  two\n",
            "environments/prod/app.yaml": "hosts:\n- b\n",
        },
        "first",
    )
    as_ben(root, {"environments/base/app.yaml": "name: base\nhosts: [a]\ntext: |\n  one\n  TWO\n"}, "second", "03")
    as_ben(root, {"environments/prod/app.yaml": "name: prod\nhosts:\n- b\n"}, "third | `x`", "04")
    return root


def as_ben(root: Path, files: dict[str, str | None], subject: str, day: str) -> str:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text or "")
    git(root, "add", "--all")
    date = f"2026-01-{day}T05:06:07+02:00"
    env = {"GIT_AUTHOR_NAME": "Ben \x1b[31m", "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    git(root, "commit", "--quiet", "-m", subject, env=env)
    return git(root, "rev-parse", "HEAD")


def ids(root: Path) -> list[str]:
    return git(root, "rev-list", "--reverse", "HEAD").split()


def blamed(root: Path, lamina: Lamina, *words: str) -> list[tuple[str, str, int, str | None]]:
    outcome = lamina("blame", "prod", "app", *words, "--format", "json", cwd=root)
    assert outcome.code == 0, outcome.err
    lines = json.loads(outcome.out)["lines"]
    return [(one["text"], one["file"], one["line"], one["commit"] and one["commit"]["subject"]) for one in lines]


LINES = [
    ("name: prod", "environments/prod/app.yaml", 1, "third | `x`"),
    ("hosts:", "environments/prod/app.yaml", 2, "first"),
    ("  - a", "environments/base/app.yaml", 2, "first"),
    ("  - b", "environments/prod/app.yaml", 3, "first"),
    ("text: |", "environments/base/app.yaml", 3, "second"),
    ("  one", "environments/base/app.yaml", 3, "second"),
    ("  TWO", "environments/base/app.yaml", 3, "second"),
    ("retries: 3", "schemas/app/v1.schema.yaml", 7, "first"),
]


def test_every_line_has_the_place_and_the_commit_that_set_it(root: Path, lamina: Lamina) -> None:
    assert blamed(root, lamina) == LINES
    assert blamed(root, lamina, "--at", "HEAD") == LINES
    first, _, third = ids(root)
    assert lamina("blame", "prod", "app", cwd=root).out.splitlines()[:3] == [
        "COMMIT        AUTHOR        DATE        PLACE                         LINE",
        rf"{third[:12]}  Ben \x1b[31m  2026-01-04  environments/prod/app.yaml:1  name: prod",
        f"{first[:12]}  Ada           2026-01-02  environments/prod/app.yaml:2  hosts:",
    ]


def test_a_commit_in_json(root: Path, lamina: Lamina) -> None:
    told = json.loads(lamina("blame", "prod", "app", "--at", "main", "--format", "json", cwd=root).out)
    id = ids(root)[-1]
    assert (told["commit"], told["environment"], told["document"]) == (id, "prod", "app")
    assert told["lines"][0] == {
        "text": "name: prod",
        "path": "name",
        "file": "environments/prod/app.yaml",
        "line": 1,
        "commit": {"id": id, "author": "Ben \x1b[31m", "date": "2026-01-04T05:06:07+02:00", "subject": "third | `x`"},
    }


def test_at_a_revision(root: Path, lamina: Lamina) -> None:
    lines = blamed(root, lamina, "--at", "HEAD~2")
    assert lines[0] == ("name: base", "environments/base/app.yaml", 1, "first")
    assert {subject for *_, subject in lines} == {"first"}


def test_what_is_not_committed_has_no_commit(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/app.yaml").write_bytes(b"# new\r\nname: prod\r\nretries: 4\r\nhosts:\r\n- b\r\n")
    (root / "environments/base/app.sops.yaml").write_text(SEALED)
    lines = blamed(root, lamina)
    assert lines[0] == ("name: prod", "environments/prod/app.yaml", 2, "third | `x`")
    assert ("retries: 4", "environments/prod/app.yaml", 3, None) in lines
    assert ('password: "<redacted>"', "environments/base/app.sops.yaml", 1, None) in lines
    assert "not committed" in lamina("blame", "prod", "app", cwd=root).out


def test_secrets_are_redacted(root: Path, lamina: Lamina) -> None:
    committed(root, {"environments/prod/app.sops.yaml": SEALED}, "sealed")
    assert blamed(root, lamina)[-2:] == [
        ('password: "<redacted>"', "environments/prod/app.sops.yaml", 1, "sealed"),
        ("retries: 3", "schemas/app/v1.schema.yaml", 7, "first"),
    ]


def test_renamed_and_linked_files_and_subfolders(root: Path, lamina: Lamina) -> None:
    (root / "deep").mkdir()
    for name in ("environments", "schemas"):
        git(root, "mv", name, f"deep/{name}")
    git(root, "commit", "--quiet", "-m", "moved")
    moved = root / "deep/environments/base/app.yaml"
    moved.rename(root / "deep/shared.yaml")
    moved.symlink_to("../../shared.yaml")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "linked")
    assert blamed(root / "deep", lamina) == LINES
    assert blamed(root / "deep", lamina, "--at", "HEAD~1") == LINES


def test_a_merge_is_blamed_on_the_side_that_wrote(root: Path, lamina: Lamina) -> None:
    git(root, "checkout", "--quiet", "-b", "side", "HEAD~1")
    committed(root, {"environments/base/app.yaml": "name: base\nhosts: [z]\ntext: |\n  one\n  TWO\n"}, "on the side")
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-edit", "side")
    assert ("  - z", "environments/base/app.yaml", 2, "on the side") in blamed(root, lamina)


def test_bare_and_shallow_clones(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    git(root, "clone", "--quiet", "--bare", str(root), str(tmp_path / "bare.git"))
    assert blamed(tmp_path / "bare.git", lamina, "--at", "main") == LINES
    git(root, "clone", "--quiet", "--depth", "1", f"file://{root}", str(tmp_path / "shallow"))
    assert {subject for *_, subject in blamed(tmp_path / "shallow", lamina)} == {"third | `x`"}


def test_what_cannot_be_blamed(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    assert lamina("blame", "prod", "nothing", cwd=root).code == 3
    assert lamina("blame", "base", "app", cwd=root).code == 3
    (root / "environments/prod/app.yaml").write_text("name: 1\n")
    assert lamina("blame", "prod", "app", cwd=root).code == 1
    new = begun(tmp_path / "new")
    (new / "environments/dev").mkdir(parents=True)
    (new / "environments/dev/app.yaml").write_text("a: 1\n")
    outcome = lamina("blame", "dev", "app", cwd=new)
    assert (outcome.code, outcome.out) == (3, "")
    assert "the branch main has no commit yet" in outcome.err


def test_explain_with_commits(root: Path, lamina: Lamina) -> None:
    first, _, third = (id[:12] for id in ids(root))
    before = everything(root)
    (local := root.parent / "app.yaml").write_text("name: local\n")
    outcome = lamina("explain", "prod", "app:name", "--commits", "--layer", str(local), cwd=root)
    assert outcome.out.splitlines()[1:] == [
        f"  * {local}:1:7".ljust(len(f"  * {local}:1:7")) + "  local  [not committed, -, -]",
        f"    {'environments/prod/app.yaml:1:7'.ljust(len(f'{local}:1:7'))}  prod  [{third}, Ben \\x1b[31m, 2026-01-04]",
        f"    {'environments/base/app.yaml:1:7'.ljust(len(f'{local}:1:7'))}  base  [{first}, Ada, 2026-01-02]",
    ]
    told = json.loads(lamina("explain", "prod", "app:retries", "--commits", "--format", "json", cwd=root).out)
    assert told["origins"][0]["commit"]["subject"] == "first"
    assert everything(root) == before


def test_log(root: Path, lamina: Lamina) -> None:
    first, second, third = (id[:12] for id in ids(root))
    assert lamina("log", "prod", "-n", "2", cwd=root).out.splitlines() == [
        rf"{third}  2026-01-04  Ben \x1b[31m  third | `x`",
        "  app",
        "    ~ name: base -> prod",
        rf"{second}  2026-01-03  Ben \x1b[31m  second",
        "  app",
        r'    ~ text: "one\ntwo\n" -> "one\nTWO\n"',
    ]
    assert lamina("log", "prod", "app:hosts", cwd=root).out.splitlines() == [
        f"{first}  2026-01-02  Ada  first",
        "  app",
        '    + hosts: ["a", "b"]',
    ]
    assert lamina("log", "prod", "app:name", "--at", "HEAD~1", cwd=root).out.splitlines()[0].endswith("first")
    assert lamina("log", "prod", "app:nothing", cwd=root).out == ""


def test_log_in_json_and_markdown(root: Path, lamina: Lamina) -> None:
    committed(root, {"environments/prod/app.sops.yaml": SEALED}, "sealed <b>")
    committed(root, {"environments/prod/app.sops.yaml": SEALED.replace("QQ", "Qg")}, "sealed anew")
    committed(root, {"environments/prod/app.yaml": "a: [\n"}, "broken")
    broken, anew, sealed, *_ = json.loads(lamina("log", "prod", "--format", "json", cwd=root).out)["commits"]
    assert (broken["commit"]["subject"], broken["changes"], broken["broken"]) == ("broken", [], ["app"])
    assert anew["changes"] == [
        {"environment": "prod", "document": "app", "path": "password", "change": "changed",
         "before": "<redacted>", "after": "<redacted>", "secret": True}
    ]  # fmt: skip
    assert sealed["commit"]["id"] == ids(root)[-3]
    rows = lamina("log", "prod", "--format", "markdown", cwd=root).out.splitlines()
    assert rows[2].endswith("| <code>broken</code> | <code>app</code> |  | has errors from here on |")
    assert "| <code>sealed &lt;b&gt;</code> | <code>app:password</code> |  | <code>&lt;redacted&gt;</code> |" in rows[4]
    assert "| <code>third &#124; &#96;x&#96;</code> |" in rows[5]


def test_log_of_what_never_was(root: Path, lamina: Lamina) -> None:
    outcome = lamina("log", "prd", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert "did you mean prod?" in outcome.err
    assert lamina("log", "prod", "--at", "nothing", cwd=root).code == 3
