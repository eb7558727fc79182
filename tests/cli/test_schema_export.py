"""`lamina schema export`: one file that stands alone, to stdout or to a file, at any revision."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina
from jsonschema import Draft202012Validator

FILES = {
    "schemas/common/types.yaml": "$defs: {port: {type: integer, minimum: 1}}\n",
    "schemas/app/v1.schema.yaml": "type: object\n",
    "schemas/app/v2.schema.yaml": """
        type: object
        required: [port]
        additionalProperties: false
        properties:
          port: {$ref: "../common/types.yaml#/$defs/port", description: "Where, ##[warning] it listens."}
    """,
    "lamina.yaml": "",
}
ROOT = Path(__file__).parents[2]


def exported(lamina: Lamina, root: Path, *words: str) -> Any:
    outcome = lamina("schema", "export", *words, cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    return json.loads(outcome.out)


def test_the_current_version_stands_alone(repository: Builder, lamina: Lamina) -> None:
    validator = Draft202012Validator(exported(lamina, repository(FILES), "app"))
    verdicts = [validator.is_valid(document) for document in ({"port": 1}, {"port": 0}, {}, {"port": 1, "x": 1})]
    assert verdicts == [True, False, False, False]


def test_that_of_layers_asks_for_nothing(repository: Builder, lamina: Lamina) -> None:
    validator = Draft202012Validator(exported(lamina, repository(FILES), "app", "--layer"))
    verdicts = [validator.is_valid(layer) for layer in ({}, {"schemaVersion": 2}, {"port": "${a:b}"}, {"port": 0})]
    assert verdicts == [True, True, True, False]


def test_it_goes_into_a_file_and_is_no_command_to_a_runner(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    outcome = lamina("schema", "export", "app", "-o", "out/app.json", cwd=root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "lamina: wrote out/app.json\n")
    text = (root / "out/app.json").read_text()
    assert "##[" not in text
    assert json.loads(text)["properties"]["port"]["description"] == "Where, ##[warning] it listens."


def test_it_can_be_that_of_a_revision(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    (root / "schemas/app/v2.schema.yaml").write_text("title: Now\n")
    assert exported(lamina, root, "app")["title"] == "Now"
    assert exported(lamina, root, "app", "--at", "HEAD")["required"] == ["port"]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("type: object", "ap", "did you mean app?"),
        ("type: oject", "app", "app has errors in version 3"),
        ("enum: [.inf]", "app", "a number that is not finite"),
        ("{$defs: {a: {$dynamicAnchor: a}}, properties: {b: {$dynamicRef: '#a'}}}", "app", "write a $ref instead"),
    ],
    ids=["no such kind", "wrong", "infinite", "dynamic"],
)
def test_what_cannot_be_exported_is_said(
    text: str, kind: str, message: str, repository: Builder, lamina: Lamina
) -> None:
    root = repository({**FILES, "schemas/app/v3.schema.yaml": text})
    outcome = lamina("schema", "export", kind, "-o", "app.json", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert message in outcome.err
    assert not (root / "app.json").exists()


@pytest.mark.parametrize("kind", ["agents", "models", "orchestrator", "workflows"])
def test_those_of_this_repository_stand_alone(kind: str, lamina: Lamina) -> None:
    schema = exported(lamina, ROOT, kind)
    Draft202012Validator.check_schema(schema)
    words = ("render", "dev", "--format", "json", "--secrets", "unseal")
    rendered = json.loads(lamina(*words, cwd=ROOT, env={"SOPS_AGE_KEY_FILE": str(ROOT / "example.agekey")}).out)
    found = [rendered[name] for name in rendered if name.split("/")[0] == kind]
    assert found
    assert [one for document in found for one in Draft202012Validator(schema).iter_errors(document)] == []
