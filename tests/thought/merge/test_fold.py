"""What merging finds wrong, and at which layer and path."""

from typing import Any

import pytest
from thought.merge.drawn import Key, Rules

from lamina.thought.merge import ABSENT, fold, repeated_keys
from lamina.words.node import Sealed, Tagged

UNSET = Tagged("unset", None)
BY_NAME = Rules(keys={"a": Rules(Key("name"), items=Rules(keys={"b": Rules(Key("name"))}))})


def faults(*layers: Any, rules: Rules | None = None, lenient: bool = False) -> list[tuple[str, int, tuple[Any, ...]]]:
    merged = fold(layers, rules, [True] * len(layers), [lenient] * len(layers))
    return [(fault.rule, fault.layer, fault.path) for fault in merged.faults]


def replace(value: Any) -> Tagged:
    return Tagged("replace", value)


CLASHES = {
    "a scalar over a map": ({"b": 1}, "x"),
    "a scalar over a list": ([1], "x"),
    "a map over a scalar": ("x", {"b": 1}),
    "a map over a list": ([1], {"b": 1}),
    "a list over a map": ({"b": 1}, [1]),
    "a list over a scalar": ("x", [1]),
    "a sealed leaf over a map": ({"b": 1}, Sealed("ENC[x]", "str")),
    "!append over a map": ({"b": 1}, Tagged("append", [1])),
    "!prepend over a scalar": (1, Tagged("prepend", [1])),
    "a map over what !replace made a scalar": (replace("x"), {"b": 1}),
}


@pytest.mark.parametrize(("low", "high"), CLASHES.values(), ids=CLASHES)
def test_types_clash(low: Any, high: Any) -> None:
    assert faults({"m": {"a": low}}, {"m": {"a": high}}) == [("type-clash", 1, ("m", "a"))]


PEACE = {
    "null gives way": (None, {"b": 1}),
    "null over anything": ([1], None),
    "another scalar type": (1, "x"),
    "a sealed leaf over a scalar": (1, Sealed("ENC[x]", "str")),
    "!replace allows it": ({"b": 1}, replace("x")),
    "after !unset": (UNSET, {"b": 1}),
    "!append to a list": ([1], Tagged("append", [2])),
}


@pytest.mark.parametrize(("low", "high"), PEACE.values(), ids=PEACE)
def test_types_do_not_clash(low: Any, high: Any) -> None:
    assert faults({"z": 1}, {"a": low}, {"a": high}, lenient=True) == []


def test_a_clash_is_told_from_the_fold_below() -> None:
    assert faults({"a": 1}, {}, {"a": {"b": 2}}, {"a": {"c": 3}}) == [("type-clash", 2, ("a",))]


def test_a_clash_says_what_stands_over_what() -> None:
    [fault] = fold([{"a": {"b": 1}}, {"a": [1]}], None, [False, False], [False, False]).faults
    assert fault.message == "a list stands over a map of a lower layer"
    assert "!replace" in fault.fix


def test_unset_of_nothing() -> None:
    assert faults({"m": {"a": 1}}, {"m": {"a": UNSET, "b": UNSET}, "c": UNSET}) == [
        ("unset-of-nothing", 1, ("m", "b")),
        ("unset-of-nothing", 1, ("c",)),
    ]


def test_unset_twice_and_inside_what_replaces() -> None:
    assert faults({"a": 1}, {"a": UNSET}, {"a": UNSET}) == [("unset-of-nothing", 2, ("a",))]
    assert faults({"m": {"a": 1}}, {"m": replace({"a": UNSET})}) == [("unset-of-nothing", 1, ("m", "a"))]
    assert faults({"m": {"a": 1}}, {"m": replace({"a": 1})}, {"m": {"a": UNSET}}) == []


def test_defaults_may_unset_nothing() -> None:
    assert faults({"a": UNSET}, lenient=True) == []


def test_lists_by_key_want_a_key_once() -> None:
    items = [{"name": "x"}, {"n": 1}, "text", {"name": "x"}, {"name": None}]
    assert faults({"a": items}, rules=BY_NAME) == [
        ("item-without-key", 0, ("a", 1)),
        ("item-without-key", 0, ("a", 2)),
        ("repeated-item", 0, ("a", 3)),
        ("item-without-key", 0, ("a", 4)),
    ]


def test_a_repeated_key_is_not_quoted() -> None:
    items = [{"name": "hunter2"}, {"name": "y"}, {"name": "hunter2"}, {"name": "hunter2"}]
    found = fold([{"a": items}], BY_NAME, [True], [False]).faults
    assert [fault.message for fault in found] == ["this item has the same name as item 0 of this list"] * 2
    assert "hunter2" not in repr(found)


def test_lists_by_key_inside_items() -> None:
    assert faults({"a": [{"name": "x", "b": [{}]}]}, rules=BY_NAME) == [("item-without-key", 0, ("a", 0, "b", 0))]


def test_unset_of_an_item() -> None:
    gone = Tagged("unset", {"name": "x"})
    assert faults({"a": [{"name": "x"}]}, {"a": [gone]}, rules=BY_NAME) == []
    assert faults({"a": [{"name": "y"}]}, {"a": [gone]}, rules=BY_NAME) == [("unset-of-nothing", 1, ("a", 0))]
    assert faults({"b": [gone]}, rules=BY_NAME) == [("misplaced-tag", 0, ("b", 0))]
    assert faults({"b": [gone]}) == [("misplaced-tag", 0, ("b", 0))]


def test_an_appended_item_may_repeat_a_key_and_is_found_after_the_merge() -> None:
    layers = [{"a": [{"name": "x"}]}, {"a": Tagged("append", [{"name": "x"}])}]
    merged = fold(layers, BY_NAME, [False, True], [False, False])
    assert list(repeated_keys(merged.value, BY_NAME)) == [(("a", 1), "name")]
    assert list(repeated_keys({"a": [{"name": 1}, {"name": True}]}, BY_NAME)) == []
    assert list(repeated_keys(merged.value, None)) == []


def test_no_layers_are_no_document() -> None:
    assert fold([], None, [], []).value is ABSENT
    assert fold([{}, UNSET], None, [False, True], [False, False]).value is ABSENT
