"""`size`: what it prints, by what it ranks, and when it cannot."""

import json
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed

FILES = {
    "schemas/app/v1.schema.yaml": "type: object\n",
    "environments/dev/app/a.yaml": "text: " + "x" * 1200 + "\n",
    "environments/dev/app/b.yaml": "{a: 1, b: {c: 2, d: 3}}\n",
    "environments/prod/app/c.yaml": "list: [1, 2]\n",
}


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def test_an_environment(root: Path, lamina: Lamina) -> None:
    outcome = lamina("size", "dev", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "2 documents of 2 layers and 1 schema",
        "",
        "documents",
        "  BYTES  KEYS  COST  LAYERS  DOCUMENT",
        "     22     4     8       1  app/b in dev",
        "  1,207     1     2       1  app/a in dev",
        "",
        "layers",
        "  BYTES  KEYS  COST  DOCUMENTS  LAYER",
        "     24     4     8          1  environments/dev/app/b.yaml",
        "  1,207     1     2          1  environments/dev/app/a.yaml",
        "",
        "schemas",
        "  BYTES  KEYS  COST  DOCUMENTS  SCHEMA",
        "     13     1     6          2  schemas/app/v1.schema.yaml",
    ]


@pytest.mark.parametrize(("by", "first"), [("bytes", "app/a"), ("keys", "app/b"), ("cost", "app/b")])
def test_ranked_by_what_is_asked(root: Path, lamina: Lamina, by: str, first: str) -> None:
    shape = json.loads(lamina("size", "--by", by, "--format", "json", cwd=root).out)
    assert shape["documents"][0]["name"] == first
    assert [row[by] for row in shape["layers"]] == sorted((row[by] for row in shape["layers"]), reverse=True)


def test_for_programs(root: Path, lamina: Lamina) -> None:
    shape = json.loads(lamina("size", "prod", "--format", "json", cwd=root).out)
    assert shape == {
        "documents": [
            {
                "environment": "prod", "name": "app/c", "bytes": 18, "keys": 3, "cost": 6, "layers": 1, "sound": True,
            }
        ],
        "layers": [
            {"file": "environments/prod/app/c.yaml", "bytes": 13, "keys": 3, "cost": 6, "documents": 1},
        ],
        "schemas": [
            {
                "kind": "app", "version": 1, "file": "schemas/app/v1.schema.yaml", "bytes": 13, "keys": 1, "cost": 4,
                "documents": 1,
            }
        ],
        "advice": [],
    }  # fmt: skip


def test_the_largest_ten_are_shown_and_advice_with_what_it_saves(repository: Builder, lamina: Lamina) -> None:
    long = "x" * 200
    root = repository(
        {
            "schemas/app/v1.schema.yaml": "type: object\n",
            **{f"environments/dev/app/n{number}.yaml": f"v: {long}\nn: {number}\n" for number in range(12)},
        }
    )
    lines = lamina("size", cwd=root).out.splitlines()
    assert lines.count("  and 2 more") == 2
    assert lines[-2:] == [
        "advice",
        "  environments/dev/app/_defaults.yaml could say v once, which all 12 layers there say alike (2,244 bytes)",
    ]


def test_what_has_errors_is_told_and_ends_well(root: Path, repository: Builder, lamina: Lamina) -> None:
    repository({"environments/dev/app/b.yaml": "a: [\n"})
    outcome = lamina("size", "dev", cwd=root)
    assert outcome.code == 0
    assert "app/b in dev (has errors: lamina validate)" in outcome.out


def test_a_revision(root: Path, lamina: Lamina) -> None:
    begun(root)
    committed(root, {})
    (root / "environments/dev/app/b.yaml").unlink()
    outcome = lamina("size", "dev", "--at", "HEAD", cwd=root)
    assert outcome.out.splitlines()[0].startswith("2 documents of 2 layers and 1 schema at ")
    shape = json.loads(lamina("size", "dev", "--at", "HEAD", "--format", "json", cwd=root).out)
    assert len(shape["commit"]) == 40


def test_no_such_environment(root: Path, lamina: Lamina) -> None:
    outcome = lamina("size", "dve", cwd=root)
    assert outcome.code == 3
    assert "did you mean dev?" in outcome.err
