"""Examples: whatever the schema says, the document is one that it allows; where there is none, that is said."""

from typing import Any

import pytest
from thought.schema.making import made

from lamina.thought.schema.example import Unmakeable, example
from lamina.words.node import Data, Sealed

TREE = {
    "type": "object",
    "required": ["node"],
    "properties": {"node": {"$ref": "#/$defs/node"}},
    "$defs": {
        "node": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "below"],
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z]{3,5}-[0-9]+$"},
                "below": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            },
        }
    },
}
# A document that must be a given one; a function of it that must be true says little more than that it is valid.
MADE: dict[str, tuple[Any, Any]] = {
    "an example is taken": (
        {"required": ["a"], "properties": {"a": {"type": "string", "examples": ["x", "y"]}}},
        {"a": "x"},
    ),
    "a default is taken": ({"required": ["a"], "properties": {"a": {"type": "integer", "default": 7}}}, {"a": 7}),
    "an example that does not fit is not": (
        {"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5, "examples": [1, 6], "default": 8}}},
        {"a": 6},
    ),
    "a reference is no example": (
        {"required": ["a"], "properties": {"a": {"type": "string", "examples": ["${other}"]}}},
        {"a": "example"},
    ),
    "const": ({"required": ["a"], "properties": {"a": {"const": {"b": [1]}}}}, {"a": {"b": [1]}}),
    "the first of a list": ({"required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}}, {"a": "x"}),
    "the list's values that fit": (
        {"required": ["a"], "properties": {"a": {"enum": [1, 2, 3, 4], "minimum": 3, "not": {"const": 3}}}},
        {"a": 4},
    ),
    "bounds": ({"required": ["a"], "properties": {"a": {"type": "integer", "exclusiveMinimum": 3}}}, {"a": 4}),
    "bounds of two schemas": (
        {"required": ["a"], "properties": {"a": {"allOf": [{"minimum": 3}, {"minimum": 5}], "type": "integer"}}},
        {"a": 5},
    ),
    "an upper bound": ({"required": ["a"], "properties": {"a": {"type": "integer", "maximum": -3}}}, {"a": -3}),
    "between whole numbers": (
        {"required": ["a"], "properties": {"a": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}}},
        {"a": 0.5},
    ),
    "multiples": (
        {"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 10, "multipleOf": 4, "maximum": 13}}},
        {"a": 12},
    ),
    "multiples of two": (
        {"required": ["a"], "properties": {"a": {"allOf": [{"multipleOf": 0.6}, {"multipleOf": 0.4}], "minimum": 1}}},
        {"a": 1.2},
    ),
    "a long text": (
        {"required": ["a"], "properties": {"a": {"type": "string", "minLength": 9}}},
        {"a": "example example"},
    ),
    "a short text": ({"required": ["a"], "properties": {"a": {"type": "string", "maxLength": 3}}}, {"a": "exa"}),
    "no text": ({"required": ["a"], "properties": {"a": {"type": "string", "maxLength": 0}}}, {"a": ""}),
    "a pattern": (
        {"required": ["a"], "properties": {"a": {"type": "string", "pattern": "^(eu|us)-[0-9]{2}$"}}},
        {"a": "eu-00"},
    ),
    "two patterns": (
        {
            "required": ["a"],
            "properties": {"a": {"type": "string", "pattern": "^[a-f]+$", "allOf": [{"pattern": "c"}]}},
        },
        {"a": "c"},
    ),
    "a pattern that must be long": (
        {"required": ["a"], "properties": {"a": {"type": "string", "pattern": "^z[0-9]*$", "minLength": 5}}},
        {"a": "z0000"},
    ),
    "items that differ": (
        {
            "required": ["a"],
            "properties": {"a": {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"enum": [1, 2]}}},
        },
        {"a": [1, 2]},
    ),
    "items told apart by a key": (
        {
            "required": ["a"],
            "properties": {
                "a": {
                    "type": "array",
                    "minItems": 2,
                    "x-merge": {"by": "n"},
                    "items": {
                        "type": "object",
                        "required": ["n"],
                        "properties": {"n": {"type": "string", "examples": ["x"]}},
                    },
                }
            },
        },
        {"a": [{"n": "x"}, {"n": "example"}]},
    ),
    "an item of a kind": (
        {
            "required": ["a"],
            "properties": {"a": {"type": "array", "items": {"type": "string"}, "contains": {"const": "x"}}},
        },
        {"a": ["x"]},
    ),
    "no item": ({"required": ["a"], "properties": {"a": {"type": "array", "maxItems": 0}}}, {"a": []}),
    "items by place": (
        {"required": ["a"], "properties": {"a": {"prefixItems": [{"const": 1}, {"const": "x"}], "items": False}}},
        {"a": [1, "x"]},
    ),
    "names that a pattern gives": (
        {"patternProperties": {"^[A-Z]{2}$": {"type": "integer", "minimum": 1}}, "additionalProperties": False},
        {"AA": 1},
    ),
    "names of their own form": (
        {"propertyNames": {"pattern": "^k[0-9]$"}, "minProperties": 2, "additionalProperties": {"type": "null"}},
        {"k0": None, "k1": None},
    ),
    "a key that stands beside another": (
        {"required": ["a"], "dependentRequired": {"a": ["b"]}, "properties": {"a": {"const": 1}, "b": {"const": 2}}},
        {"a": 1, "b": 2},
    ),
    "a schema beside a key": (
        {
            "required": ["a"],
            "dependentSchemas": {"a": {"required": ["b"]}},
            "properties": {"a": {"const": 1}, "b": {"const": 2}},
        },
        {"a": 1, "b": 2},
    ),
    "the first alternative": (
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"const": 1}}},
        {"a": 1},
    ),
    "the alternative that fits": (
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": False, "b": {"const": 1}}},
        {"b": 1},
    ),
    "an alternative that excludes the other": (
        {"required": ["a"], "oneOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"const": 1}}},
        {"a": 1},
    ),
    "what a condition asks for": (
        {
            "required": ["mode"],
            "properties": {"mode": {"enum": ["file", "none"]}, "path": {"const": "/x"}},
            "if": {"properties": {"mode": {"const": "file"}}},
            "then": {"required": ["path"]},
            "else": {"properties": {"path": False}},
        },
        {"mode": "file", "path": "/x"},
    ),
    "what a condition on a default asks for": (
        {
            "properties": {"mode": {"enum": ["none", "file"], "default": "file"}, "path": {"const": "/x"}},
            "if": {"properties": {"mode": {"const": "file"}}, "required": ["mode"]},
            "then": {"required": ["path"]},
        },
        {"path": "/x"},
    ),
    "a condition within another": (
        {
            "required": ["a"],
            "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
            "if": {"required": ["a"]},
            "then": {"required": ["b"], "if": {"required": ["b"]}, "then": {"required": ["c"]}},
        },
        {"a": 1, "b": 2, "c": 3},
    ),
    "a tree": (TREE, {"node": {"name": "aaa-0", "below": []}}),
    "what must not be": (
        {"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 0, "not": {"enum": [0, 1]}}}},
        {"a": 2},
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_document_is_made(name: str) -> None:
    raw, document = MADE[name]
    schema = made({"type": "object", **raw})
    assert not [fault for fault in schema.faults if fault.severity == "error"]
    assert example(schema) == document
    assert schema.verdict(schema.fill(document)[0]) == []
    whole = example(schema, everything=True)
    assert schema.verdict(schema.fill(whole)[0]) == []


IMPOSSIBLE: dict[str, Any] = {
    "false": {"required": ["a"], "properties": {"a": False}},
    "bounds that cross": {"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3, "maximum": 2}}},
    "types that exclude each other": {
        "required": ["a"],
        "properties": {"a": {"type": "string", "allOf": [{"type": "integer"}]}},
    },
    "a list that no value of fits": {"required": ["a"], "properties": {"a": {"enum": [1, 2], "minimum": 3}}},
    "a tree without leaves": {
        "$ref": "#/$defs/n",
        "$defs": {"n": {"required": ["n"], "properties": {"n": {"$ref": "#/$defs/n"}}}},
    },
    "nothing at all": {"not": {}},
    "items that cannot differ": {
        "required": ["a"],
        "properties": {"a": {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2]}}},
    },
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_document_fits_is_said(name: str) -> None:
    with pytest.raises(Unmakeable) as raised:
        example(made({"type": "object", **IMPOSSIBLE[name]}))
    assert raised.value.hint is not None
    assert "examples" in raised.value.hint


def test_secrets_are_left_to_be_sealed() -> None:
    secret = {"type": "string", "x-secret": True, "minLength": 20}
    deep = {"type": "object", "x-secret": True, "required": ["k"], "properties": {"k": {"type": "integer"}}}
    schema = made({"type": "object", "required": ["a", "b"], "properties": {"a": secret, "b": deep}})
    document: Any = example(schema)
    assert isinstance(document["a"], Sealed)
    assert document["b"]["k"].type == "int"


def test_everything_is_all_that_there_may_be_together() -> None:
    schema = made(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "a": {"type": "integer"},
                "old": {"type": "string", "deprecated": True},
                "deep": {"type": "object", "properties": {"x": {"type": "boolean"}}},
                "list": {"type": "array", "items": {"type": "string"}},
            },
        }
    )
    assert example(schema) == {}
    wanted: Data = {"a": 1, "deep": {"x": False}, "list": ["example"]}
    assert example(schema, everything=True) == wanted
