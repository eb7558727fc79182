"""Differences by meaning."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.merge.drawn import Key, Rules

from lamina.thought.diff import changes
from lamina.words.node import Sealed, same

KEYED = Rules(keys={"l": Rules(Key("name"))})
CASES: dict[str, tuple[Any, Any, list[tuple[Any, ...]]]] = {
    "nothing": ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
    "the order of keys": ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    "a changed value": ({"a": {"b": 1}}, {"a": {"b": 2}}, [("changed", ("a", "b"), 1, 2)]),
    "a changed type": ({"a": 1}, {"a": True}, [("changed", ("a",), 1, True)]),
    "a float for an integer": ({"a": 1}, {"a": 1.0}, [("changed", ("a",), 1, 1.0)]),
    "an added key": ({}, {"a": {"b": 1}}, [("added", ("a",), None, {"b": 1})]),
    "a removed key": ({"a": None}, {}, [("removed", ("a",), None, None)]),
    "a map for a scalar": ({"a": 1}, {"a": {}}, [("changed", ("a",), 1, {})]),
    "a list that grew": ({"a": [1]}, {"a": [1, 2]}, [("changed", ("a",), [1], [1, 2])]),
    "a list of scalars": ({"a": [1, 2]}, {"a": [2, 1]}, [("changed", ("a",), [1, 2], [2, 1])]),
    "a list of maps": ({"a": [{"b": 1}, 2]}, {"a": [{"b": 3}, 2]}, [("changed", ("a", 0, "b"), 1, 3)]),
    "before what is new": (
        {"z": 1, "a": 1},
        {"n": 1, "a": 2},
        [("removed", ("z",), 1, None), ("changed", ("a",), 1, 2), ("added", ("n",), None, 1)],
    ),
    "sealed values": (
        {"a": Sealed("ENC[1]", "str")},
        {"a": Sealed("ENC[2]", "str")},
        [("changed", ("a",), Sealed("ENC[1]", "str"), Sealed("ENC[2]", "str"))],
    ),
    "items by key, moved": (
        {"l": [{"name": "x", "n": 1}, {"name": "y"}]},
        {"l": [{"name": "y"}, {"name": "x", "n": 2}]},
        [("changed", ("l", 1, "n"), 1, 2)],
    ),
    "items by key in another order": (
        {"l": [{"name": "x"}, {"name": "y"}]},
        {"l": [{"name": "y"}, {"name": "x"}]},
        [("changed", ("l",), [{"name": "x"}, {"name": "y"}], [{"name": "y"}, {"name": "x"}])],
    ),
    "items by key, come and gone": (
        {"l": [{"name": "x"}, {"name": "y"}]},
        {"l": [{"name": "y"}, {"name": "z"}]},
        [("removed", ("l", 0), {"name": "x"}, None), ("added", ("l", 1), None, {"name": "z"})],
    ),
    "items of which one has no key": (
        {"l": [{"name": "x"}]},
        {"l": [{"name": "x"}, {}]},
        [("changed", ("l",), [{"name": "x"}], [{"name": "x"}, {}])],
    ),
}


@pytest.mark.parametrize(("before", "after", "found"), CASES.values(), ids=CASES)
def test_changes(before: Any, after: Any, found: list[tuple[Any, ...]]) -> None:
    told = [(change.change, change.path, change.before, change.after) for change in changes(before, after, KEYED)]
    assert repr(told) == repr(found)


_DATA = st.recursive(
    st.sampled_from([None, True, 1, 1.0, "x", float("nan")]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abl"), inner, max_size=3)),
    max_leaves=8,
)


@given(_DATA, _DATA)
def test_there_are_changes_exactly_where_data_differ(before: Any, after: Any) -> None:
    assert (not list(changes(before, after))) == same(before, after)
    assert list(changes(before, before, KEYED)) == []


_ITEMS = st.lists(st.fixed_dictionaries({"name": st.sampled_from("abc"), "n": st.integers(0, 1)}), max_size=3)


@given(_ITEMS, _ITEMS)
def test_there_are_changes_exactly_where_lists_by_key_differ(before: Any, after: Any) -> None:
    assert (not list(changes({"l": before}, {"l": after}, KEYED))) == same(before, after)
