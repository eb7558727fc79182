"""Examples as layers: what is printed is valid when it is pasted, and each near miss is a layer with the fault that is told."""

import pytest
from held import project, told

from lamina.project.examples import NoSuchKind, WrongSchema, invalid_examples, valid_example
from lamina.thought.document import read_layer
from lamina.thought.export import EXPORTS
from lamina.thought.schema.example import Unmakeable

OLD = "type: object\n"
SCHEMA = """
    description: An app,
      of   ours.
    type: object
    additionalProperties: false
    required: [name, level, users]
    properties:
      name: {type: string, minLength: 2, description: "What it is\\e[31m called."}
      level: {enum: [debug, info], default: info}
      users:
        type: array
        items:
          type: object
          required: [name]
          properties: {name: {description: Who., type: string}}
      size: {type: integer, maximum: 5, description: How large.}
"""
SECRET = """
    type: object
    additionalProperties: false
    required: [db, host]
    properties:
      host: {type: string}
      db:
        type: object
        required: [password]
        properties: {password: {type: string, x-secret: true}}
"""


def test_the_text_says_what_each_key_is() -> None:
    held = project({"schemas/app/v1.schema.yaml": OLD, "schemas/app/v2.schema.yaml": SCHEMA})
    assert valid_example(held.tree, "app").text.splitlines() == [
        "# app: An app, of ours.",
        "schemaVersion: 2",
        r"# What it is\x1b[31m called.",
        "name: example",
        "level: info",
        "users:",
        "    # Who.",
        "  - name: example",
    ]


@pytest.mark.parametrize("everything", [False, True])
def test_what_is_pasted_is_valid(everything: bool) -> None:
    files = {"schemas/app/v1.schema.yaml": OLD, "schemas/app/v2.schema.yaml": SCHEMA}
    made = valid_example(project(files).tree, "app", everything)
    assert told(list(project({**files, "environments/dev/app.yaml": made.text}).validate())) == []
    text = EXPORTS["json"](made.layer)
    assert told(list(project({**files, "environments/dev/app.json": text}).validate())) == []


def test_near_misses_are_layers_with_that_finding() -> None:
    files = {"schemas/app/v1.schema.yaml": OLD, "schemas/app/v2.schema.yaml": SCHEMA}
    version, found = invalid_examples(project(files).tree, "app")
    assert version == 2
    assert {one.keyword for one in found} == {
        "required",
        "additionalProperties",
        "type",
        "minLength",
        "enum",
        "maximum",
    }
    for one in found:
        text = EXPORTS["yaml"](one.document)
        findings = list(project({**files, "environments/dev/app.yaml": text}).validate())
        assert [(finding.rule, finding.message) for finding in findings] == [(one.fault.rule, one.fault.message)]


def test_every_place_is_missed_when_asked() -> None:
    tree = project({"schemas/app/v1.schema.yaml": SCHEMA}).tree
    places = [(one.keyword, one.fault.path) for one in invalid_examples(tree, "app", everything=True)[1]]
    assert {("type", ("name",)), ("type", ("size",)), ("type", ("users", 0, "name"))} <= set(places)
    assert len(places) == len(set(places))


def test_secrets_have_layers_of_their_own() -> None:
    files = {"schemas/db/v1.schema.yaml": SECRET, "environments/dev/db/one.yaml": "host: h\n"}
    made = valid_example(project(files).tree, "db")
    assert made.layer == {"schemaVersion": 1, "host": "example"}
    assert made.text.endswith("#   lamina secrets set ENV db/NAME:db.password VALUE\n")
    alone = valid_example(project({"schemas/db/v1.schema.yaml": SECRET}).tree, "db")
    assert [str(address) for address in alone.secrets] == ["db:db.password"]


def test_a_plain_secret_is_a_near_miss_of_its_own() -> None:
    files = {"schemas/db/v1.schema.yaml": SECRET}
    plain = {one.keyword: one for one in invalid_examples(project(files).tree, "db")[1]}["x-secret"]
    assert read_layer(EXPORTS["yaml"](plain.document), "x.yaml").patch == {
        "db": {"password": "example"},
        "host": "example",
    }


@pytest.mark.parametrize(
    ("schema", "failure"),
    [
        ("type: strin\n", WrongSchema),
        ("type: object\nrequired: [a]\nproperties: {a: false}\n", Unmakeable),
        ("type: string\n", Unmakeable),
        ("type: [\n", WrongSchema),
    ],
)
def test_what_cannot_be_made_is_said(schema: str, failure: type[Exception]) -> None:
    tree = project({"schemas/app/v1.schema.yaml": schema}).tree
    with pytest.raises(failure):
        valid_example(tree, "app")
    with pytest.raises(failure):
        invalid_examples(tree, "app")


def test_a_kind_that_is_none_is_said_with_the_near_one() -> None:
    with pytest.raises(NoSuchKind) as raised:
        valid_example(project({}).tree, "ap")
    assert raised.value.hint == "did you mean app?"
