"""redundant-override: a layer sets what lies below it already."""

from typing import Any

import pytest
from thought.schema.making import sound

from lamina.thought.rules import Stack
from lamina.thought.rules.redundant_override import RULE
from lamina.thought.rules.subjects import Shape
from lamina.words.address import path_text
from lamina.words.node import Patch, Sealed, Tagged


def found(
    *patches: Patch, defaults: tuple[int, ...] = (), sealed: tuple[int, ...] = (), shape: Shape | None = None
) -> list[tuple[int | None, str]]:
    every = range(len(patches))
    stack = Stack(
        "prod", "app", "app", patches, [True] * len(patches), [one in sealed for one in every],
        [one in defaults for one in every], shape,
    )  # fmt: skip
    assert RULE.check
    return [(one.layer, path_text(one.path)) for one in RULE.check(stack)]


@pytest.mark.parametrize(
    ("lower", "upper", "paths"),
    [
        ({"a": 1}, {"a": 1}, ["a"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, []),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 2], "c": 3}}, ["a.b"]),
        ({"a": None}, {"a": None}, ["a"]),
        ({"a": {}}, {"a": {}}, []),
        ({"a": 1}, {"a": Tagged("replace", 1)}, []),
        ({"a": Tagged("replace", {"b": 1})}, {"a": {"b": 1}}, []),
        ({"a": Sealed("ENC[x]", "str")}, {"a": Sealed("ENC[x]", "str")}, []),
        (Tagged("unset", None), {"a": 1}, []),
        ({}, {"a": 1}, []),
    ],
    ids=str,
)
def test_two_layers(lower: Patch, upper: Patch, paths: list[str]) -> None:
    assert found(lower, upper) == [(1, path) for path in paths]


def test_the_nearest_word_below_counts() -> None:
    assert found({"a": 1}, {"a": 2}, {"a": 1}) == []
    assert found({"a": 1}, {"a": 2}, {"b": 1}, {"a": 2}) == [(3, "a")]
    assert found({"a": 1}, {"a": Tagged("unset", None)}, {"a": 1}) == []


def test_defaults_speak_for_many_documents_and_sealed_layers_for_themselves() -> None:
    assert found({"a": 1}, {"a": 1}, defaults=(1,)) == []
    assert found({"a": 1}, {"a": 1}, defaults=(0,)) == [(1, "a")]
    assert found({"a": ""}, {"a": ""}, sealed=(1,)) == []


def test_what_each_environment_is_to_say_is_said() -> None:
    shape: Any = sound("properties: {a: {x-environments: own}, b: {type: integer}}").shape
    assert found({"a": 1, "b": 1}, {"a": 1, "b": 1}, shape=shape) == [(1, "b")]
