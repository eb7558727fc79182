"""`lamina example`: what it prints, for people and for programs."""

import json
from pathlib import Path

import pytest
from conftest import Builder, Lamina

SCHEMA = """
    type: object
    additionalProperties: false
    required: [name, key]
    properties:
      name: {type: string, examples: [one]}
      size: {type: integer, default: 3}
      key: {type: string, x-secret: true}
"""


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository({"schemas/app/v1.schema.yaml": SCHEMA, "lamina.yaml": ""})


def test_a_layer(root: Path, lamina: Lamina) -> None:
    outcome = lamina("example", "app", cwd=root)
    assert outcome.code == 0
    assert outcome.out == (
        "# app\nschemaVersion: 1\nname: one\n"
        "# Secrets stand in a sealed layer of their own:\n#   lamina secrets set ENV app:key VALUE\n"
    )
    assert outcome.err == "lamina: hint: a secret is left out: lamina secrets set ENV app:key VALUE\n"
    assert lamina("example", "app", cwd=root) == outcome


def test_json(root: Path, lamina: Lamina) -> None:
    assert json.loads(lamina("example", "app", "--all", "--format", "json", cwd=root).out) == {
        "schemaVersion": 1,
        "name": "one",
        "size": 3,
    }


def test_near_misses(root: Path, lamina: Lamina) -> None:
    outcome = lamina("example", "app", "--invalid", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(
        '# 1 of 4: "name" is taken away from the document\n# missing-key: the document lacks the key "name"\n'
        "schemaVersion: 1\nkey: "
    )
    assert outcome.out.count("\n---\n") == 3


def test_near_misses_as_json(root: Path, lamina: Lamina) -> None:
    told = json.loads(lamina("example", "app", "--invalid", "--format", "json", cwd=root).out)
    assert (told["kind"], told["version"]) == ("app", 1)
    assert [one["keyword"] for one in told["documents"]] == ["required", "additionalProperties", "type", "x-secret"]
    assert told["documents"][1]["fault"] == {
        "rule": "unknown-key",
        "path": "nmae",
        "message": 'the document knows no key "nmae"',
        "fix": 'did you mean "name"?',
    }


def test_no_such_kind(root: Path, lamina: Lamina) -> None:
    outcome = lamina("example", "ap", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == "lamina: error: no kind ap\nlamina: hint: did you mean app?\n"


def test_nothing_is_printed_of_what_cannot_be_made(repository: Builder, lamina: Lamina) -> None:
    schema = "type: object\nrequired: [a]\nproperties: {a: {type: integer, minimum: 3, maximum: 2}}\n"
    outcome = lamina("example", "app", cwd=repository({"schemas/app/v1.schema.yaml": schema, "lamina.yaml": ""}))
    assert (outcome.code, outcome.out) == (1, "")
    assert "no document was found that the schema allows" in outcome.err
    assert "write an `examples: [...]` that fits at a" in outcome.err
