"""What two layers make together, case by case."""

from typing import Any

import pytest
from thought.merge.drawn import Key, Rules

from lamina.thought.merge import ABSENT, arrange, compose, settle
from lamina.words.node import Sealed, Tagged

UNSET = Tagged("unset", None)


def replace(value: Any) -> Tagged:
    return Tagged("replace", value)


def append(*items: Any) -> Tagged:
    return Tagged("append", list(items))


def prepend(*items: Any) -> Tagged:
    return Tagged("prepend", list(items))


CASES = {
    "maps merge by key": ({"a": 1, "b": 2}, {"b": 3, "c": 4}, {"a": 1, "b": 3, "c": 4}),
    "maps merge below": ({"m": {"a": 1, "b": 2}}, {"m": {"b": 3}}, {"m": {"a": 1, "b": 3}}),
    "scalars replace": ({"a": 1}, {"a": "x"}, {"a": "x"}),
    "lists replace": ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    "null is a value": ({"a": 1}, {"a": None}, {"a": None}),
    "null gives way": ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    "an empty map changes nothing": ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
    "!replace empties a map": ({"a": {"b": 1}}, {"a": replace({})}, {"a": {}}),
    "!replace exchanges a map": ({"a": {"b": 1, "c": 2}}, {"a": replace({"c": 3})}, {"a": {"c": 3}}),
    "!replace changes the type": ({"a": {"b": 1}}, {"a": replace("x")}, {"a": "x"}),
    "!unset takes a key away": ({"a": 1, "b": 2}, {"a": UNSET}, {"b": 2}),
    "!unset of nothing": ({"b": 2}, {"a": UNSET}, {"b": 2}),
    "!append": ({"a": [1]}, {"a": append(2, 3)}, {"a": [1, 2, 3]}),
    "!prepend": ({"a": [1]}, {"a": prepend(2, 3)}, {"a": [2, 3, 1]}),
    "!append to nothing": ({}, {"a": append(1)}, {"a": [1]}),
    "!append to null": ({"a": None}, {"a": append(1)}, {"a": [1]}),
    "!append to a replaced list": ({"a": replace([1])}, {"a": append(2)}, {"a": [1, 2]}),
    "a sealed leaf is a scalar": ({"a": 1}, {"a": Sealed("ENC[x]", "str")}, {"a": Sealed("ENC[x]", "str")}),
    "a whole document goes": ({"a": 1}, UNSET, ABSENT),
    "and comes back": (UNSET, {"a": 1}, {"a": 1}),
}


@pytest.mark.parametrize(("low", "high", "made"), CASES.values(), ids=CASES)
def test_two_layers_make(low: Any, high: Any, made: Any) -> None:
    assert repr(settle(compose(low, high))) == repr(made)


def test_a_key_keeps_the_place_of_its_first_mention() -> None:
    layers = compose(compose({"a": 1, "b": 2, "c": 3}, {"b": UNSET, "d": 4}), {"c": 5, "b": 6})
    assert list(settle(layers)) == ["a", "b", "c", "d"]


def test_a_map_set_after_unset_replaces() -> None:
    high = compose({"m": UNSET}, {"m": {"b": 2}})
    assert settle(compose({"m": {"a": 1}}, high)) == {"m": {"b": 2}}


def test_steps_on_a_list_keep_both_ends() -> None:
    high = compose(compose({"a": append(3)}, {"a": prepend(1)}), {"a": append(4)})
    assert settle(compose({"a": [2]}, high)) == {"a": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("merge", "made"),
    [(None, [3]), ("replace", [3]), ("append", [1, 2, 3]), ("prepend", [3, 1, 2])],
)
def test_the_schema_orders_lists(merge: Any, made: list[int]) -> None:
    rules = Rules(keys={"a": Rules(merge)})
    low, high = arrange({"a": [1, 2]}, rules), arrange({"a": [3]}, rules)
    assert settle(compose(low, high)) == {"a": made}


@pytest.mark.parametrize(
    ("merge", "high", "made"),
    [
        ("append", replace([3]), [3]),
        ("append", prepend(3), [3, 1, 2]),
        ("replace", append(3), [1, 2, 3]),
        (Key("id"), append(3), [1, 2, 3]),
        (Key("id"), replace([3]), [3]),
    ],
)
def test_a_tag_beats_the_schema(merge: Any, high: Tagged, made: list[int]) -> None:
    rules = Rules(keys={"a": Rules(merge)})
    assert settle(compose(arrange({"a": replace([1, 2])}, rules), arrange({"a": high}, rules))) == {"a": made}


BY_NAME = Rules(keys={"a": Rules(Key("name"), items=Rules(keys={"tags": Rules("append")}))})
LOW = {"a": [{"name": "x", "n": 1, "tags": ["p"]}, {"name": "y", "n": 2}]}
KEYED = {
    "matched items merge": (
        [{"name": "x", "n": 9}],
        [{"name": "x", "n": 9, "tags": ["p"]}, {"name": "y", "n": 2}],
    ),
    "rules hold inside items": (
        [{"name": "x", "tags": ["q"]}],
        [{"name": "x", "n": 1, "tags": ["p", "q"]}, {"name": "y", "n": 2}],
    ),
    "new items come last": (
        [{"name": "w"}, {"name": "y", "n": 3}],
        [{"name": "x", "n": 1, "tags": ["p"]}, {"name": "y", "n": 3}, {"name": "w"}],
    ),
    "!unset takes an item away": ([Tagged("unset", {"name": "x"})], [{"name": "y", "n": 2}]),
    "!unset of a stranger": ([Tagged("unset", {"name": "w"})], LOW["a"]),
    "!replace exchanges an item in its place": (
        [replace({"name": "x", "m": 0})],
        [{"name": "x", "m": 0}, {"name": "y", "n": 2}],
    ),
    "an item taken away comes back last": (
        [Tagged("unset", {"name": "x"}), {"name": "x", "n": 5}, {"name": "x", "m": 6}],
        [{"name": "y", "n": 2}, {"name": "x", "n": 5, "m": 6}],
    ),
    "keys are told apart by type": (
        [{"name": 1}, {"name": True}, {"name": 1.0}],
        [*LOW["a"], {"name": 1}, {"name": True}, {"name": 1.0}],
    ),
}


@pytest.mark.parametrize(("high", "made"), KEYED.values(), ids=KEYED)
def test_lists_by_key(high: list[Any], made: list[Any]) -> None:
    merged = settle(compose(arrange(LOW, BY_NAME), arrange({"a": high}, BY_NAME)))
    assert repr(merged) == repr({"a": made})


def test_settling_shares_what_it_need_not_change() -> None:
    data = {"a": {"b": [1, 2]}, "c": Tagged("replace", {"d": 1})}
    settled = settle(data)
    assert settled["a"] is data["a"]
    assert settle(settled) is settled


def test_arranging_without_rules_is_the_layer_itself() -> None:
    layer = {"a": [1]}
    assert arrange(layer, None) is layer
    assert arrange(layer, Rules(keys={"a": Rules()})) is layer
