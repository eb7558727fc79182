"""`lamina verify`: what it says, and how it ends."""

import json
import os
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed, everything, git

FILES: dict[str, str | None] = {
    "schemas/app/v1.schema.yaml": "type: object\n",
    "environments/base/app.yaml": "name: shop\nport: 80\n",
    "environments/prod/app.yaml": "port: 82\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, FILES, "first")
    return root


def test_the_same(root: Path, lamina: Lamina) -> None:
    assert lamina("render", "prod", "-o", "../out", cwd=root).code == 0
    before = everything(root) | everything(root.parent / "out")
    outcome = lamina("verify", "../out", cwd=root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "../out: 1 document, as recorded and as rendered now\n", "")
    assert everything(root) | everything(root.parent / "out") == before


def test_what_differs_is_told_by_place_alone(root: Path, lamina: Lamina) -> None:
    lamina("render", "prod", "-o", "../out", cwd=root)
    (root.parent / "out/app.yaml").write_text("name: hunter2\nport: 82\nx\x1b[31m: 1\n")
    (root.parent / "out/x\x1b[32m").touch()
    committed(root, {"environments/prod/app.yaml": "port: 83\n"}, "second")
    outcome = lamina("verify", "../out", cwd=root)
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "app.yaml differs from the record",
        r"x\x1b[32m is not in the record",
        "prod app is rendered otherwise now: port",
        "../out: 1 document; files: 2 differ, 0 cannot be told; rendered now: 1 differ, 0 cannot be told",
    ]
    outcome = lamina("verify", "../out", "--at", "HEAD~1", cwd=root)
    id = git(root, "rev-parse", "HEAD~1")[:12]
    assert outcome.out.splitlines()[-1].endswith(f"rendered at {id}: 0 differ, 0 cannot be told")


def test_json(root: Path, lamina: Lamina) -> None:
    lamina("render", "--all", "-o", "../out", "--format", "json", cwd=root)
    first = git(root, "rev-parse", "HEAD")
    second = committed(root, {"environments/prod/app.yaml": "port: 83\n"}, "second")
    (root.parent / "out/prod/app.json").unlink()
    (root.parent / "out" / os.fsdecode(b"\xff")).touch()
    outcome = lamina("verify", "../out", "--at", "HEAD", "--format", "json", cwd=root)
    assert outcome.code == 1
    record = {"lamina": "0.1.0", "commit": first, "dirty": False, "format": "json", "secrets": None, "lost": None}
    file = {"environment": "prod", "document": "app", "paths": [], "reason": None}
    assert json.loads(outcome.out) == {
        "commit": second,
        "folder": "../out",
        "state": "differs",
        "record": record,
        "files": [
            {"file": "prod/app.json", **file, "state": "missing"},
            {"file": "\udcff", **file, "environment": None, "document": None, "state": "extra"},
        ],
        "renders": [{"environment": "prod", "document": "app", "state": "differs", "paths": ["port"], "reason": None}],
        "problem": None,
    }


def test_far_from_the_repository(root: Path, lamina: Lamina) -> None:
    lamina("render", "prod", "-o", "../out", cwd=root)
    outcome = lamina("verify", "out", cwd=root.parent)
    assert outcome.code == 3
    assert outcome.out.splitlines()[0].startswith("what is rendered now cannot be told: ")
    assert outcome.out.splitlines()[1] == "out: 1 document; files: 0 differ, 0 cannot be told"
    assert "which cannot be read here" in outcome.err
    # A revision that was asked for must be there.
    assert lamina("verify", "out", "--at", "HEAD", cwd=root.parent).out == ""


def test_what_is_unusual_of_a_record_is_told(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/app.yaml").write_text("port: 84\n")
    lamina("render", "prod", "-o", "../out", cwd=root)
    record = root.parent / "out/.lamina.json"
    record.write_text(record.read_text().replace('"0.1.0"', '"0.0.\\u001b9"'))
    outcome = lamina("verify", "../out", cwd=root)
    assert outcome.code == 0
    assert r"lamina 0.0.\x1b9 made this folder, and this is 0.1.0" in outcome.err
    assert "it was made from files that differed from the commit" in outcome.err


@pytest.mark.parametrize(
    "words", [["nowhere"], ["environments"], ["out", "--at", "nowhere"]], ids=["none", "no", "rev"]
)
def test_what_cannot_be_verified_is_a_failure(words: list[str], repository: Builder, lamina: Lamina) -> None:
    root = repository({name: text or "" for name, text in FILES.items()})
    lamina("render", "prod", "-o", "out", cwd=root)
    outcome = lamina("verify", *words, cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("lamina: error: ")
    assert "lamina: hint: " in outcome.err
