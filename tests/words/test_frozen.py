"""Frozen data: read and written like plain data, and never changed."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from lamina.words.frozen import FrozenList, FrozenMap, ReadOnly, frozen

PLAIN = {"a": [1, {"b": 2.0}], "c": {"d": None}}


def test_it_reads_compares_and_is_written_like_what_it_was() -> None:
    data = frozen(PLAIN)
    assert data == PLAIN
    assert json.dumps(data) == json.dumps(PLAIN)
    assert [*data, *data["a"]] == ["a", "c", 1, {"b": 2.0}]
    assert isinstance(data["a"][1], dict)


# Every method by which a plain map or list is changed.
MAP = [lambda one: one.__setitem__("a", 1), lambda one: one.__delitem__("a"), lambda one: one.__ior__({"x": 1})]
MAP += [lambda one: one.clear(), lambda one: one.pop("a"), lambda one: one.popitem(), lambda one: one.update(a=1)]
MAP += [lambda one: one.setdefault("x", 1)]
LIST = [lambda one: one.__setitem__(0, 1), lambda one: one.__delitem__(0), lambda one: one.__iadd__([1])]
LIST += [lambda one: one.__imul__(2), lambda one: one.append(1), lambda one: one.extend([1]), lambda one: one.pop()]
LIST += [lambda one: one.insert(0, 1), lambda one: one.remove(1), lambda one: one.clear(), lambda one: one.sort()]
LIST += [lambda one: one.reverse()]


@pytest.mark.parametrize("change", MAP, ids=map(str, range(len(MAP))))
def test_a_map_refuses_to_be_changed(change: Callable[[Any], object]) -> None:
    data = frozen(PLAIN)
    with pytest.raises(ReadOnly):
        change(data)
    assert data == PLAIN


@pytest.mark.parametrize("change", LIST, ids=map(str, range(len(LIST))))
def test_a_list_refuses_to_be_changed(change: Callable[[Any], object]) -> None:
    data = frozen(PLAIN)
    with pytest.raises(ReadOnly):
        change(data["a"])
    assert data == PLAIN


def test_nothing_that_changes_a_plain_one_was_forgotten() -> None:
    reading = {"copy", "fromkeys", "get", "items", "keys", "values", "count", "index"}
    for plain, ours in ((dict, FrozenMap), (list, FrozenList)):
        names = {name for name in dir(plain) if not name.startswith("_")} - reading
        names |= {
            name for name in ("__setitem__", "__delitem__", "__ior__", "__iadd__", "__imul__") if name in dir(plain)
        }
        assert {name for name in names if getattr(ours, name) is getattr(plain, name)} == set()


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda data: pickle.loads(pickle.dumps(data))], ids=["copy", "pickle"]
)
def test_a_copy_is_ones_own(copied: Callable[[Any], Any]) -> None:
    own = copied(frozen(PLAIN))
    assert [type(own), type(own["a"]), type(own["a"][1])] == [dict, list, dict]
    own["a"][1]["b"] = 3
    assert own["a"] == [1, {"b": 3}]
