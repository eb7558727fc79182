"""`lamina schema diff`: what a change of a schema refuses, each with a document that proves it."""

import json
import subprocess
from typing import Any

import pytest
from conftest import Builder, Lamina

OLD = """
    type: object
    additionalProperties: false
    required: [name]
    properties:
      name: {type: string, minLength: 2}
      level: {type: string, enum: [low, high]}
      size: {type: integer, minimum: 1, maximum: 10}
      map: {type: object, properties: {a: {type: integer}}}
      list: {type: array, items: {type: string}}
"""
CHANGES: dict[str, tuple[str, str, str, Any]] = {
    "a key more": ("      size:", "      more: {type: string}\n      size:", "compatible", []),
    "a wider bound": ("maximum: 10", "maximum: 20", "compatible", []),
    "a value more": ("[low, high]", "[low, high, higher]", "compatible", []),
    "a key less": (
        "      size: {type: integer, minimum: 1, maximum: 10}\n",
        "",
        "breaking",
        [("size", "it is not known any more", {"name": "aa", "size": 1})],
    ),
    "a narrower bound": (
        "maximum: 10",
        "maximum: 5",
        "breaking",
        [("size", "its greatest value is 5 now", {"name": "aa", "size": 10})],
    ),
    "a value less": (
        "[low, high]",
        "[low]",
        "breaking",
        [("level", "some of its values are not allowed any more", {"name": "aa", "level": "high"})],
    ),
    "another type": (
        "size: {type: integer, minimum: 1, maximum: 10}",
        "size: {type: string}",
        "breaking",
        [("size", "it may not be integer any more", {"name": "aa", "size": 1})],
    ),
    "a key that is required": ("[name]", "[name, size]", "breaking", [("size", "it is required now", {"name": "aa"})]),
    "one that is required and has a default": (
        "required: [name]\n    properties:",
        "required: [name, mode]\n    properties:\n      mode: {type: string, default: x}",
        "compatible",
        [],
    ),
    "a map that is closed": (
        "map: {type: object,",
        "map: {type: object, additionalProperties: false,",
        "breaking",
        [("map", "keys that it does not name are refused now", {"name": "aa", "map": {"unknown-key": 1}})],
    ),
    "a list that appends": (
        "list: {type: array,",
        "list: {type: array, x-merge: append,",
        "breaking",
        [("list", "x-merge: its layers come together otherwise now", None)],
    ),
    "a new secret": (
        "name: {type: string,",
        "name: {type: string, x-secret: true,",
        "breaking",
        [("name", "x-secret: it must be sealed now", None)],
    ),
}


@pytest.mark.parametrize(("text", "instead", "effect", "changes"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_classified_with_an_example(
    text: str, instead: str, effect: str, changes: Any, repository: Builder, lamina: Lamina
) -> None:
    assert text in OLD
    files = {
        "schemas/app/v1.schema.yaml": OLD,
        "schemas/app/v2.schema.yaml": OLD.replace(text, instead),
        "lamina.yaml": "",
    }
    outcome = lamina("schema", "diff", "app", "--format", "json", cwd=repository(files))
    said = json.loads(outcome.out)
    assert outcome.code == (1 if effect == "breaking" else 0)
    found = [(one["path"], one["message"], one["example"]) for one in said["changes"]]
    assert (said["effect"], found) == (effect, changes)


def test_a_change_that_its_migration_mends_needs_it(repository: Builder, lamina: Lamina) -> None:
    files = {
        "schemas/app/v1.schema.yaml": OLD,
        "schemas/app/v2.schema.yaml": OLD.replace("size:", "bytes:").replace("[low, high]", "[quiet, loud]"),
        "schemas/app/v2.migration.yaml": """
            operations:
              - rename: {path: size, to: bytes}
              - convert: {path: level, values: {low: quiet, high: loud}}
        """,
        "lamina.yaml": "",
    }
    outcome = lamina("schema", "diff", "app", cwd=repository(files))
    assert (outcome.code, outcome.out.splitlines()) == (
        0,
        [
            "app from version 1 to 2: needs its migration: documents that were valid are refused as they are, and fit once "
            "they are migrated",
            "  ~ level: some of its values are not allowed any more",
            "      for example low",
            "  ~ size: it has moved",
            "      for example 1",
        ],
    )


def test_a_change_since_a_revision(repository: Builder, lamina: Lamina) -> None:
    root = repository({"schemas/app/v1.schema.yaml": OLD, "lamina.yaml": ""})
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / "schemas/app/v1.schema.yaml").write_text(OLD.replace("maximum: 10", "maximum: 5"))
    outcome = lamina("schema", "diff", "app", "--base", "HEAD", cwd=root)
    assert (outcome.code, outcome.out.splitlines()[1:]) == (
        1,
        ["  - size: its greatest value is 5 now", "      for example 10"],
    )
    (root / "schemas/app/v1.schema.yaml").write_text(OLD)
    assert lamina("schema", "diff", "app", "--base", "HEAD", cwd=root).code == 0


def test_what_is_not_there_is_said(repository: Builder, lamina: Lamina) -> None:
    root = repository({"schemas/app/v1.schema.yaml": OLD, "lamina.yaml": ""})
    assert "did you mean app?" in lamina("schema", "diff", "ap", cwd=root).err
    assert "app has no version 3" in lamina("schema", "diff", "app", "1", "3", cwd=root).err
