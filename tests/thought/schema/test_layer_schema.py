"""Layer schemas: what an editor accepts in a layer, and what it still refuses."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from thought.schema.making import data, sound

from lamina.thought.schema.layer_schema import layer_schema

SCHEMA = sound(
    """
    title: App
    type: object
    additionalProperties: false
    required: [port, name]
    properties:
      port: {type: integer, minimum: 1, description: Where it listens., examples: [80], default: 80, x-unit: port}
      name: {type: string, pattern: "^[a-z]+$", minLength: 3}
      mode: {enum: [fast, slow], deprecated: true}
      free: {type: string}
      password: {type: string, minLength: 8, x-secret: true}
      token: {type: string, x-secret: true}
      tools: {type: array, minItems: 2, uniqueItems: true, x-merge: append, items: {$ref: "#/$defs/tool"}}
      retry: {type: object, required: [n], properties: {n: {type: integer}}, unevaluatedProperties: false}
      store: {oneOf: [{type: object, required: [a]}, {type: string, format: uri}]}
      tree: {$ref: "../common/types.yaml#/$defs/tree"}
      tool: {$ref: "../common/types.yaml#/$defs/tool"}
    if: {properties: {mode: {const: fast}}}
    then: {required: [retry]}
    dependentRequired: {name: [port]}
    $defs: {tool: {type: object, required: [id], properties: {id: {type: string}, size: {type: integer}}}}
    """,
    common__types="$defs: {tree: {type: object, additionalProperties: {$ref: '#/$defs/tree'}}, tool: {type: boolean}}",
)
LAYER = layer_schema(SCHEMA, versions=2)


def test_it_is_a_schema_in_one_piece() -> None:
    Draft202012Validator.check_schema(LAYER)
    assert set(LAYER["$defs"]) == {"tool", "tool2", "tree"}
    assert "x-" not in str(LAYER)


@pytest.mark.parametrize(
    "layer",
    [
        "{}",
        "{schemaVersion: 2, port: 80}",
        "{port: '${other:port}', name: 'a-${@environment}', mode: '${x}', tools: '${y}', retry: '${z}'}",
        "{password: 'ENC[AES256_GCM,data:x]', sops: {mac: x}}",
        "{mode: fast, name: abc}",
        "{tools: [{size: 1}], retry: {}, store: {}}",
        "{tree: {a: {b: {}}}, tool: true}",
        "{port: '', name: '', mode: ''}",
        "''",
    ],
)
def test_accepts(layer: str) -> None:
    assert list(Draft202012Validator(LAYER).iter_errors(data(layer))) == []


@pytest.mark.parametrize(
    "layer",
    [
        "prot: 80",
        "port: eighty",
        "port: 0",
        "name: AB",
        "mode: medium",
        "free: 1",
        "password: short",
        "tools: [{size: big}]",
        "tree: {a: 1}",
        "tool: 1",
        "schemaVersion: 3",
        "schemaVersion: two",
        "[]",
        "text",
    ],
)
def test_refuses(layer: str) -> None:
    assert list(Draft202012Validator(LAYER).iter_errors(data(layer))) != []


def test_keeps_what_an_editor_shows() -> None:
    port: dict[str, Any] = LAYER["properties"]["port"]
    assert (port["description"], port["examples"], port["default"]) == ("Where it listens.", [80], 80)
    mode = LAYER["properties"]["mode"]
    assert mode["deprecated"] is True
    assert {"enum": ["fast", "slow"]} in mode["anyOf"]


def test_the_top_may_come_by_reference() -> None:
    schema = sound("{$ref: '#/$defs/app', $defs: {app: {properties: {a: {}}, additionalProperties: false}}}")
    validator = Draft202012Validator(layer_schema(schema, versions=1))
    assert validator.is_valid({"a": 1, "schemaVersion": 1, "sops": {}})
    assert not validator.is_valid({"b": 1})


def test_the_top_may_come_by_parts() -> None:
    schema = sound("allOf: [{properties: {a: {type: integer}}, additionalProperties: false}, {required: [a]}]")
    written = layer_schema(schema, versions=1)
    assert "$defs" not in written
    assert Draft202012Validator(written).is_valid({"schemaVersion": 1})
    assert not Draft202012Validator(written).is_valid({"a": "x"})


def test_every_group_of_alternatives_is_kept() -> None:
    schema = sound("properties: {a: {anyOf: [{minimum: 1}, {type: 'null'}], oneOf: [{maximum: 5}, {maximum: 9}]}}")
    validator = Draft202012Validator(layer_schema(schema, versions=1))
    assert [validator.is_valid({"a": value}) for value in (0, 1, 9, 10)] == [False, True, True, False]
