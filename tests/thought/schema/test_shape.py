"""Shapes: annotations, and the ways they are read through."""

from collections.abc import Mapping
from typing import Any

import pytest
from thought.schema.making import FILE, compiled, sound

from lamina.thought.schema import MISSING, By, Place, Shape
from lamina.words.node import Path


def at(text: str, path: Path, **files: str) -> Shape:
    shape = sound(text, **files).shape.at(path)
    assert shape is not None
    return shape


THROUGH: Mapping[str, tuple[str, Path]] = {
    "properties": ("properties: {a: {x-owner: me}}", ("a",)),
    "patternProperties": ("patternProperties: {'^a': {x-owner: me}}", ("abc",)),
    "additionalProperties": ("{properties: {b: {}}, additionalProperties: {x-owner: me}}", ("abc",)),
    "items": ("{type: array, items: {x-owner: me}}", (3,)),
    "$ref": ("{properties: {a: {$ref: '#/$defs/d'}}, $defs: {d: {x-owner: me}}}", ("a",)),
    "allOf": ("{allOf: [{}, {properties: {a: {allOf: [{x-owner: me}]}}}]}", ("a",)),
    "a key with brackets": ("properties: {'a/b~c': {x-owner: me}}", ("a/b~c",)),
}


@pytest.mark.parametrize(("text", "path"), THROUGH.values(), ids=THROUGH)
def test_annotations_are_read_through(text: str, path: Path) -> None:
    assert at(text, path).owner == "me"


NOT_THROUGH: Mapping[str, tuple[str, Path]] = {
    "another key": ("properties: {a: {}}", ("b",)),
    "a closed map": ("{properties: {a: {}}, additionalProperties: false}", ("b",)),
    "additionalProperties beside the key": ("{properties: {a: false}, additionalProperties: {}}", ("a",)),
    "anyOf": ("anyOf: [{properties: {a: {}}}]", ("a",)),
    "a list by key": ("{items: {}}", ("a",)),
    "below nothing": ("properties: {a: {}}", ("a", "b", "c")),
}


@pytest.mark.parametrize(("text", "path"), NOT_THROUGH.values(), ids=NOT_THROUGH)
def test_nothing_is_said_of(text: str, path: Path) -> None:
    assert sound(text).shape.at(path) is None


def test_the_outermost_is_heard() -> None:
    shape = at(
        "{properties: {a: {$ref: '#/$defs/d', x-unit: s}}, $defs: {d: {x-unit: min, x-owner: me, default: null}}}",
        ("a",),
    )
    assert (shape.unit, shape.owner, shape.default) == ("s", "me", None)
    assert shape.default_place == Place(FILE, ("$defs", "d", "default"))
    assert shape.place == Place(FILE, ("properties", "a"))


@pytest.mark.parametrize(
    ("text", "attribute", "expected"),
    [
        ("x-merge: append", "merge", "append"),
        ("x-merge: {by: name}", "merge", By("name")),
        ("{}", "merge", None),
        ("x-secret: true", "secret", True),
        ("x-secret: false", "secret", False),
        ("x-environments: own", "environments", "own"),
        ("x-environments: [dev, prod]", "environments", ("dev", "prod")),
        ("{}", "environments", "free"),
        ("{}", "says_environments", False),
        ("x-environments: free", "says_environments", True),
        ("deprecated: true", "deprecated", True),
        ("description: What it is.", "description", "What it is."),
        ("examples: [1, [2]]", "examples", (1, [2])),
        ("default: false", "default", False),
        ("{}", "default", MISSING),
        ("{}", "default_place", None),
        ("enum: [a, b]", "enum", ("a", "b")),
        ("const: a", "enum", ("a",)),
        ("{}", "enum", None),
        ("type: string", "types", ("string",)),
        ("type: [string, 'null']", "types", ("string", "null")),
        ("anyOf: [{type: integer}, {type: string, pattern: x}, {type: integer}]", "types", ("integer", "string")),
        ("{}", "types", ()),
        ("additionalProperties: false", "closed", True),
        ("unevaluatedProperties: false", "closed", True),
        ("additionalProperties: {}", "closed", False),
    ],
)
def test_what_is_said(text: str, attribute: str, expected: Any) -> None:
    assert getattr(compiled(text).shape, attribute) == expected


@pytest.mark.parametrize(
    ("annotation", "attribute"),
    [("x-merge: append", "orders_lists"), ("default: 1", "has_defaults"), ("x-secret: true", "has_secrets")],
)
def test_what_stands_at_or_below(annotation: str, attribute: str) -> None:
    schema = compiled(f"""
        properties:
          a: {{items: {{$ref: "#/$defs/d"}}}}
          b: {{allOf: [{{patternProperties: {{x: {{additionalProperties: {{{annotation}}}}}}}}}]}}
          c: {{$ref: "#/$defs/loop"}}
        $defs:
          d: {{properties: {{e: {{{annotation}}}}}}}
          loop: {{properties: {{next: {{$ref: "#/$defs/loop"}}}}}}
    """)
    for key, expected in {"a": True, "b": True, "c": False}.items():
        shape = schema.shape.child(key)
        assert shape is not None
        assert getattr(shape, attribute) is expected
    assert getattr(schema.shape, attribute) is True


def test_declared_keys_come_in_the_order_of_the_schema() -> None:
    schema = sound("{properties: {b: {}, a: {}}, allOf: [{properties: {c: {}, a: {}}}]}")
    assert schema.shape.keys() == ("b", "a", "c")


def test_the_same_place_is_the_same_shape() -> None:
    shape = sound("{properties: {next: {$ref: '#'}, a: {}}}").shape
    assert shape.at(("next", "next")) is shape.at(("next", "next", "next"))
