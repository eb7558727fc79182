"""Equality, kinds and places of nodes."""

from typing import Any

import pytest

from lamina.words.node import Sealed, Tagged, at, kind_of, same, tagged_paths, untagged

PATCH = {"a": Tagged("replace", {"b": [1, Tagged("unset", {"name": "x"})]}), "c": Tagged("unset", None), "d": 1}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1, "b": [1, "x"]}, {"b": [1, "x"], "a": 1}),
        (float("nan"), float("nan")),
        ([float("nan")], [float("nan")]),
        (Sealed("ENC[x]", "str"), Sealed("ENC[x]", "str")),
        (None, None),
    ],
)
def test_same(left: Any, right: Any) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, 1.0),
        (1, True),
        (0, False),
        (0, None),
        ("1", 1),
        ({"a": 1}, {"a": True}),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": None}, {}),
        ({}, []),
        (Sealed("ENC[x]", "str"), Sealed("ENC[x]", "int")),
        (Sealed("ENC[x]", "str"), "ENC[x]"),
    ],
)
def test_not_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)
    assert not same(right, left)


def test_at() -> None:
    data = {"a": [{"b": 1}, {"0": 2}]}
    assert at(data, ()) is data
    assert at(data, ("a", 0, "b")) == 1
    assert at(data, ("a", 1, "0")) == 2


@pytest.mark.parametrize("path", [("b",), ("a", 2), ("a", "0"), ("a", 1, 0), ("a", 0, "b", "c"), (0,)])
def test_at_nothing(path: tuple[str | int, ...]) -> None:
    with pytest.raises(LookupError):
        at({"a": [{"b": 1}, {"0": 2}]}, path)


def test_tags_are_found_and_taken_off() -> None:
    assert [(path, node.tag) for path, node in tagged_paths(PATCH)] == [
        (("a",), "replace"),
        (("a", "b", 1), "unset"),
        (("c",), "unset"),
    ]
    assert untagged(PATCH) == {"a": {"b": [1, {"name": "x"}]}, "c": None, "d": 1}


def test_kinds() -> None:
    values = [{}, [], None, "", 0, False, Sealed("ENC[x]", "str")]
    assert [kind_of(value) for value in values] == ["map", "list", "null", "scalar", "scalar", "scalar", "scalar"]
