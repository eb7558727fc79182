"""The least patch that makes one value of another."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.merge.drawn import LAYERS, RULES, Key, Rules

from lamina.thought.merge import ABSENT, NOTHING, fold, override
from lamina.words.node import Tagged, same

UNSET = Tagged("unset", None)


@pytest.mark.parametrize(
    ("below", "wanted", "patch"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 3}),
        ({"a": 1, "b": 2}, {"a": 1}, {"b": UNSET}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 2, "d": [1]}}, {"a": {"d": [1]}}),
        ({"a": 1}, {"a": 1.0}, {"a": 1.0}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": Tagged("replace", "text")}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": [1]}, {"a": {"b": 1}}, {"a": Tagged("replace", {"b": 1})}),
        ({"end": [1]}, {"end": [1, 2]}, {"end": [2]}),
        ({"end": [1, 2]}, {"end": [1]}, {"end": Tagged("replace", [1])}),
        ({"start": [1]}, {"start": [2, 1]}, {"start": [2]}),
        ({"whole": [1]}, {"whole": [1, 2]}, {"whole": [1, 2]}),
        (
            {"by": [{"id": 1, "x": 1}, {"id": 2}, {"id": 3}]},
            {"by": [{"id": 1, "x": 2}, {"id": 3}, {"id": 4}]},
            {"by": [{"id": 1, "x": 2}, Tagged("unset", {"id": 2}), {"id": 4}]},
        ),
        (
            {"by": [{"id": 1}, {"id": 2}]},
            {"by": [{"id": 2}, {"id": 1}]},
            {"by": Tagged("replace", [{"id": 2}, {"id": 1}])},
        ),
        ({"a": 1}, {"a": 1}, NOTHING),
        ({"a": 1}, ABSENT, UNSET),
        (ABSENT, {"a": 1}, {"a": 1}),
        (ABSENT, ABSENT, NOTHING),
    ],
)
def test_what_has_to_be_said(below: Any, wanted: Any, patch: Any) -> None:
    assert override(below, wanted, RULES) == patch


@given(
    low=st.lists(LAYERS, min_size=1, max_size=3), high=st.lists(LAYERS, min_size=1, max_size=3), written=st.booleans()
)
def test_over_what_lies_below_it_makes_what_is_wanted(low: list[Any], high: list[Any], written: bool) -> None:
    rules = RULES if written else None
    below, wanted = merged(low, rules), merged(high, rules)
    patch = override(below, wanted, rules)
    if patch is NOTHING:
        assert same(below, wanted)
    elif below is not ABSENT and wanted is not ABSENT:
        assert same(merged([below, patch], rules), wanted)


def merged(layers: list[Any], rules: Rules | None) -> Any:
    return fold(layers, rules, [True] * len(layers), [True] * len(layers)).value


def test_items_whose_keys_are_no_keys_are_said_as_a_whole() -> None:
    rules = Rules(Key("id"))
    assert override([{"id": 1}], [{"no": 1}], rules) == Tagged("replace", [{"no": 1}])
    assert override([{"id": 1}, {"id": 1}], [{"id": 1}], rules) == Tagged("replace", [{"id": 1}])
