"""Secrets redacted, left out, or as ciphertext."""

from typing import Any

import pytest
import yaml
from held import APP_SCHEMA

from lamina.project.hiding import doubtful, hidden
from lamina.thought.schema import compile_schema
from lamina.words.node import Path, Sealed

DATA = {"a": "s", "b": {"c": Sealed("ENC[x]", "str"), "d": [1, "s", {"e": "s"}]}, "f": {"g": "s"}}
SECRETS: frozenset[Path] = frozenset({("a",), ("b", "c"), ("b", "d", 1), ("b", "d", 2, "e"), ("f",)})


def test_redacted() -> None:
    mark = "<redacted>"
    assert hidden(DATA, SECRETS, "redact") == {"a": mark, "b": {"c": mark, "d": [1, mark, {"e": mark}]}, "f": mark}


def test_left_out() -> None:
    assert hidden(DATA, SECRETS, "omit") == {"b": {"d": [1, {}]}}


def test_as_ciphertext() -> None:
    mark = "<redacted>"
    assert hidden(DATA, SECRETS, "cipher") == {
        "a": mark,
        "b": {"c": "ENC[x]", "d": [1, mark, {"e": mark}]},
        "f": {"g": mark},
    }


def test_nothing_secret_is_the_same_object() -> None:
    assert hidden(DATA, frozenset(), "redact") is DATA


@pytest.mark.parametrize("value", ["text", 5, None, True])
def test_paths_that_a_value_does_not_have(value: Any) -> None:
    assert hidden(value, frozenset({("a",), (0,)}), "redact") == value


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("{name: x, db: {host: h}, users: [{name: u}], labels: {any: thing}, hosts: [h]}", []),
        ("{db: {pasword: x}}", [("db", "pasword")]),
        ("{password: x}", [("password",)]),
        ("{db: x}", [("db",)]),
        ("{db: [x]}", [("db",)]),
        ("{db: null, users: null}", []),
        ("{db: '${other}'}", []),
        ("{db: '${other}x'}", [("db",)]),
        ("{users: {a: x}}", [("users",)]),
        ("{users: [x, {tokn: y}]}", [("users", 0), ("users", 1, "tokn")]),
    ],
)
def test_where_a_secret_may_be_misplaced(text: str, paths: list[Path]) -> None:
    schema = compile_schema("schemas/app/v1.schema.yaml", yaml.safe_load(APP_SCHEMA), lambda _: None)
    assert list(doubtful(yaml.safe_load(text), schema.shape)) == paths
