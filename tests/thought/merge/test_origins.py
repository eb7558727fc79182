"""Who set a value, who else spoke of it, and where."""

from typing import Any

from thought.merge.drawn import Key, Rules

from lamina.thought.merge import Origin, follow, trace, whole
from lamina.thought.merge.patches import arrange
from lamina.words.node import Tagged

UNSET = Tagged("unset", None)
RULES = Rules(keys={"end": Rules("append"), "by": Rules(Key("name"))})


def stack(*layers: Any) -> list[Any]:
    return [arrange(layer, RULES) for layer in layers]


def places(origins: tuple[Origin, ...]) -> list[tuple[int, tuple[Any, ...]]]:
    return [(origin.layer, origin.path) for origin in origins]


def test_the_highest_layer_wins() -> None:
    node = trace(stack({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 3}}), ("a", "b"))
    assert node.winner == Origin(2, ("a", "b"), 3)
    assert places(node.origins) == [(0, ("a", "b")), (2, ("a", "b"))]


def test_what_was_replaced_away_is_told_but_does_not_count() -> None:
    node = trace(stack({"a": {"b": 1, "c": 2}}, {"a": Tagged("replace", {"c": 3})}), ("a", "b"))
    assert node.winner is None
    assert places(node.origins) == [(0, ("a", "b"))]


def test_what_was_unset_has_no_winner_until_it_is_set_again() -> None:
    assert trace(stack({"a": 1}, {"a": UNSET}), ("a",)).winner is None
    assert trace(stack({"a": 1}, {"a": UNSET}, {"a": 2}), ("a",)).winner == Origin(2, ("a",), 2)
    assert trace(stack({"a": {"b": 1}}, {"a": UNSET}, {"a": {"c": 2}}), ("a", "b")).winner is None


def test_a_map_over_a_scalar_hides_what_lay_below() -> None:
    node = trace(stack({"a": {"b": 1}}, {"a": 5}, {"a": {"c": 2}}), ("a", "b"))
    assert node.winner is None


def test_items_are_found_where_their_layers_wrote_them() -> None:
    layers = stack({"end": ["x", "y"]}, {"end": ["z"]}, {"end": Tagged("prepend", ["w"])})
    assert [places(trace(layers, ("end", index)).origins) for index in range(4)] == [
        [(2, ("end", 0))],
        [(0, ("end", 0))],
        [(0, ("end", 1))],
        [(1, ("end", 0))],
    ]
    assert trace(layers, ("end", 4)).origins == ()


def test_items_by_key_are_found_in_every_layer_that_speaks_of_them() -> None:
    layers = stack(
        {"by": [{"name": "x", "n": 1}, {"name": "y"}]}, {"by": [{"name": "y", "n": 2}]}, {"by": [{"name": "x", "n": 3}]}
    )
    assert places(trace(layers, ("by", 0, "n")).origins) == [(0, ("by", 0, "n")), (2, ("by", 0, "n"))]
    assert places(trace(layers, ("by", 1)).origins) == [(0, ("by", 1)), (1, ("by", 0))]


def test_an_item_that_was_taken_away_shifts_the_others() -> None:
    layers = stack({"by": [{"name": "x"}, {"name": "y"}]}, {"by": [Tagged("unset", {"name": "x"})]})
    assert places(trace(layers, ("by", 0, "name")).origins) == [(0, ("by", 1, "name"))]


def test_following_a_layers_item_to_where_it_stands_in_the_end() -> None:
    layers = stack({"end": ["x"]}, {"end": ["y"]})
    assert follow(whole(layers), 1, ("end", 0)) == trace(layers, ("end", 1))
    assert follow(whole(layers), 1, ("end", 7)).origins == ()


def test_a_list_is_walked_once_however_many_ask() -> None:
    node = trace(stack({"by": [{"name": "x"}, {"name": "y"}]}), ("by",))
    assert node.items() is node.items()
    assert node.below((1, "name")) is node.below((1, "name"))
    assert node.written(0, ("by", 1)) is node.below((1,))


def test_nothing_is_where_nobody_spoke() -> None:
    assert trace(stack({"a": 1}), ("b", "c")).origins == ()
    assert trace(stack({"a": 1}), ("a", "c")).winner is None
    assert trace([], ("a",)).winner is None
