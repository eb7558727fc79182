"""Edits on values: what a patch is after one, and the steps that change the least."""

import pytest

from lamina.thought.document.placing import Drop, Obstacle, Put, alike, as_read, placed, removed, steps, value_at
from lamina.words.node import Patch, Path, Sealed, Tagged


@pytest.mark.parametrize(
    ("patch", "path", "after"),
    [
        ({}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": None}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": [0, {"b": 0}]}, ("a", 1, "b"), {"a": [0, {"b": 1}]}),
        ({"a": Tagged("replace", {"b": 0})}, ("a", "c"), {"a": Tagged("replace", {"b": 0, "c": 1})}),
        ({"a": Tagged("append", [0])}, ("a", 0), {"a": Tagged("append", [1])}),
        ({"a": Tagged("unset", None)}, ("a",), {"a": 1}),
    ],
)
def test_a_value_is_placed(patch: Patch, path: Path, after: Patch) -> None:
    assert alike(placed(patch, path, 1), after)
    assert value_at(after, path) == 1


def test_what_was_there_is_not_touched() -> None:
    inner: dict[str, Patch] = {"b": 0}
    patch: dict[str, Patch] = {"a": inner}
    placed(patch, ("a", "b"), 1)
    removed(patch, ("a", "b"))
    assert (patch, inner) == ({"a": {"b": 0}}, {"b": 0})


def test_a_value_is_removed() -> None:
    patch: Patch = {"a": Tagged("append", [1, {"b": 2}]), "c": 3}
    assert alike(removed(patch, ("c",)), {"a": Tagged("append", [1, {"b": 2}])})
    assert alike(removed(patch, ("a", 0)), {"a": Tagged("append", [{"b": 2}]), "c": 3})
    assert alike(removed(patch, ("a", 1, "b")), {"a": Tagged("append", [1, {}]), "c": 3})


@pytest.mark.parametrize("path", [("x",), ("a", "x"), ("a", 1), ("b", "x"), ("c", "x")])
def test_what_is_not_there_is_not_removed(path: Path) -> None:
    with pytest.raises(Obstacle):
        removed({"a": [1], "b": {}, "c": Tagged("unset", None)}, path)


def test_a_map_over_a_map_is_taken_key_by_key() -> None:
    before: Patch = {"m": {"a": 1, "b": {"c": 2, "d": 3}, "e": [1]}}
    after: Patch = {"a": 1, "b": {"c": 2.0, "d": 3}, "e": [2], "f": None}
    assert list(steps(before, ("m",), after)) == [
        Put(("m", "b", "c"), 2.0),
        Put(("m", "e"), [2]),
        Put(("m", "f"), None),
    ]
    assert list(steps(before, ("m",), {"a": 1})) == [Drop(("m", "b")), Drop(("m", "e"))]
    assert list(steps(before, ("m",), {"x": 1})) == [Put(("m",), {"x": 1})]


@pytest.mark.parametrize(
    ("left", "right"), [(1, 1.0), (1, True), ({"a": 1}, {"a": 1.0}), ([1], (1,)), (Tagged("replace", 1), 1),
                        (Tagged("replace", 1), Tagged("replace", True)), (Tagged("append", []), Tagged("prepend", []))]
)  # fmt: skip
def test_type_and_tag_make_a_difference(left: Patch, right: Patch) -> None:
    assert not alike(left, right)
    assert alike(left, left)


def test_sealed_leaves_are_read_as_their_text() -> None:
    assert as_read({"a": [Sealed("ENC[x]", "int")], "b": Tagged("replace", Sealed("ENC[y]", "str"))}) == {
        "a": ["ENC[x]"],
        "b": Tagged("replace", "ENC[y]"),
    }
