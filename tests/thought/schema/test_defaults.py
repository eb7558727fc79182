"""Defaults fill absent keys from the top down; secrets are found where they are."""

from typing import Any

import pytest
from thought.schema.making import FILE, data, sound

from lamina.thought.schema import Place
from lamina.words.node import Path, Sealed

SCHEMA = sound("""
    properties:
      first: {type: integer, default: 1}
      retry:
        type: object
        default: {}
        required: [attempts]
        properties: {attempts: {default: 3}, delay: {default: {unit: s}, properties: {value: {default: 5}}}}
      optional: {type: object, properties: {inner: {default: yes}}}
      steps: {type: array, items: {properties: {mode: {default: fast}}}}
    patternProperties: {"^x_": {properties: {deep: {default: null}}}}
    additionalProperties: {properties: {other: {default: []}}}
""")

FILLED = {
    "an empty document": (
        "{}",
        "{first: 1, retry: {attempts: 3, delay: {unit: s, value: 5}}}",
        [("first",), ("retry",), ("retry", "attempts"), ("retry", "delay"), ("retry", "delay", "value")],
    ),
    "a map that is there": (
        "{first: 0, retry: {attempts: 9, delay: {value: 1}}, optional: {}}",
        "{first: 0, retry: {attempts: 9, delay: {value: 1}}, optional: {inner: true}}",
        [("optional", "inner")],
    ),
    "null is a value": ("{first: null, retry: null}", "{first: null, retry: null}", []),
    "items of a list": (
        "{first: 1, retry: null, steps: [{}, {mode: slow}, 7]}",
        "{first: 1, retry: null, steps: [{mode: fast}, {mode: slow}, 7]}",
        [("steps", 0, "mode")],
    ),
    "keys by pattern, and any other": (
        "{first: 1, retry: null, x_a: {}, y: {}}",
        "{first: 1, retry: null, x_a: {deep: null}, y: {other: []}}",
        [("x_a", "deep"), ("y", "other")],
    ),
}


@pytest.mark.parametrize(("given", "expected", "paths"), FILLED.values(), ids=FILLED)
def test_fills(given: str, expected: str, paths: list[Path]) -> None:
    filled, places = SCHEMA.fill(data(given))
    assert filled == data(expected)
    assert isinstance(filled, dict)
    assert list(filled) == list(data(expected))
    assert sorted(places, key=str) == sorted(paths, key=str)


def test_says_where_each_default_stands() -> None:
    _, places = SCHEMA.fill({"first": 1})
    assert places["retry",] == Place(FILE, ("properties", "retry", "default"))
    assert places["retry", "attempts"] == Place(FILE, ("properties", "retry", "properties", "attempts", "default"))


def test_what_is_full_comes_back_as_the_same_object() -> None:
    document: Any = {"first": 1, "retry": {"attempts": 1, "delay": {"value": 2}}, "steps": [{"mode": "x"}], "z": 1}
    assert SCHEMA.fill(document)[0] is document


def test_what_was_given_is_left_alone() -> None:
    document: Any = {"retry": {}, "steps": [{}]}
    SCHEMA.fill(document)
    assert document == {"retry": {}, "steps": [{}]}


def test_without_defaults_nothing_is_looked_at() -> None:
    document = {"a": object()}
    assert sound("properties: {a: {type: string}}").fill(document) == (document, {})  # type: ignore[arg-type]


def test_finds_secrets_by_their_top_path() -> None:
    schema = sound("""
        properties:
          password: {x-secret: true, type: string}
          keys: {type: object, x-secret: true, properties: {inner: {x-secret: true}}}
          servers: {type: array, items: {properties: {token: {x-secret: true}, name: {type: string}}}}
    """)
    found = schema.secrets(
        {
            "password": Sealed("ENC[...]", "str"),
            "keys": {"inner": "a", "other": "b"},
            "servers": [{"name": "x"}, {"token": "t", "name": "y"}],
            "else": 1,
        }
    )
    assert found == {("password",), ("keys",), ("servers", 1, "token")}
    assert schema.secrets({"servers": "none"}) == frozenset()
