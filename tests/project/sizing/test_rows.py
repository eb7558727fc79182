"""Keys are counted at any depth, those of maps and the items of lists."""

import pytest

from lamina.project.sizing import keys_in
from lamina.words.node import Patch, Tagged

COUNTED: dict[str, tuple[Patch, int]] = {
    "a scalar": ("text", 0),
    "nothing": (None, 0),
    "an empty map": ({}, 0),
    "a map": ({"a": 1, "b": None}, 2),
    "a list": ([1, 2, 3], 3),
    "maps in lists in maps": ({"a": [{"b": 1}, {"b": 2, "c": [3]}]}, 7),
    "a tag": ({"a": Tagged("replace", {"b": 1})}, 2),
    "what is taken away": ({"a": Tagged("unset", None)}, 1),
}


@pytest.mark.parametrize(("value", "count"), COUNTED.values(), ids=COUNTED)
def test_how_many_keys(value: Patch, count: int) -> None:
    assert keys_in(value) == count
