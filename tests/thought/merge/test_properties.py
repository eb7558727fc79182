"""The laws of merging, over layers with every tag and every rule for lists."""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from thought.merge.drawn import LAYERS, RULES, Rules

from lamina.thought.merge import NOTHING, arrange, compose, fold, follow, settle, trace, whole
from lamina.thought.merge.patches import Edit, Edits, apply_patches, key_of
from lamina.words.node import Path, Tagged

STACKS = st.lists(LAYERS, min_size=1, max_size=4)
WRITTEN = st.sampled_from([RULES, None])


@given(a=LAYERS, b=LAYERS, c=LAYERS, base=LAYERS, rules=WRITTEN)
def test_composition_is_associative(a: Any, b: Any, c: Any, base: Any, rules: Rules | None) -> None:
    a, b, c, base = (arrange(layer, rules) for layer in (a, b, c, base))
    left, right = compose(compose(a, b), c), compose(a, compose(b, c))
    assert exact(settle(left)) == exact(settle(right))
    assert exact(settle(compose(base, left))) == exact(settle(compose(base, right)))


@given(a=LAYERS, b=LAYERS, base=LAYERS, rules=WRITTEN)
def test_a_composed_patch_does_what_its_parts_do(a: Any, b: Any, base: Any, rules: Rules | None) -> None:
    a, b, base = (arrange(layer, rules) for layer in (a, b, base))
    assert exact(settle(compose(compose(base, a), b))) == exact(settle(compose(base, compose(a, b))))


@given(layer=LAYERS, rules=WRITTEN)
def test_nothing_is_the_identity(layer: Any, rules: Rules | None) -> None:
    arranged = arrange(layer, rules)
    for composed in (compose(NOTHING, arranged), compose(arranged, NOTHING), compose({}, arranged)):
        assert exact(settle(composed)) == exact(settle(arranged))
    assert compose(NOTHING, NOTHING) is NOTHING


@given(layers=STACKS, rules=WRITTEN)
def test_the_fold_is_the_composition(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    arranged = [arrange(layer, rules) for layer in layers]
    assert exact(merged.value) == exact(settle(reduce(compose, arranged, NOTHING)))


@given(layers=STACKS, rules=WRITTEN)
def test_saying_which_layers_hold_tags_changes_nothing(layers: list[Any], rules: Rules | None) -> None:
    all_looked_at = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    some_looked_at = fold(layers, rules, [holds_tags(layer) for layer in layers], [False] * len(layers))
    assert exact(all_looked_at.value) == exact(some_looked_at.value)
    assert all_looked_at.faults == some_looked_at.faults


@given(layers=STACKS, rules=WRITTEN)
def test_merging_changes_no_layer(layers: list[Any], rules: Rules | None) -> None:
    before = [exact(layer) for layer in layers]
    fold(layers, rules, [True] * len(layers), [False] * len(layers))
    assert [exact(layer) for layer in layers] == before


@given(layers=STACKS, rules=WRITTEN)
def test_a_settled_document_holds_no_instructions(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    assert not any(isinstance(value, Tagged | Edits) for _, value in places(merged.value))


@given(layers=STACKS, rules=WRITTEN)
def test_origins_are_true(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    for path, value in places(merged.value):
        node = trace(merged.layers, path)
        winner = node.winner
        assert winner is not None, path
        if not isinstance(value, dict | list):
            assert exact(settle(winner.patch)) == exact(value), path
        words = [origin.patch for origin in node.live]
        assert exact(settle(reduce(compose, words))) == exact(value), path


@given(layers=STACKS, rules=WRITTEN)
def test_a_winner_stands_where_its_origin_says(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    for path, _ in places(merged.value):
        for origin in trace(merged.layers, path).origins:
            assert said_at(merged.layers[origin.layer], origin.path) is origin.patch


@given(layers=STACKS, rules=WRITTEN)
def test_following_a_layers_path_leads_to_what_it_became(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    for path, _ in places(merged.value):
        node = trace(merged.layers, path)
        for origin in node.live:
            assert follow(whole(merged.layers), origin.layer, origin.path) == node


@given(layers=STACKS, rules=WRITTEN)
def test_what_is_absent_has_no_winner(layers: list[Any], rules: Rules | None) -> None:
    merged = fold(layers, rules, [True] * len(layers), [False] * len(layers))
    present = {path for path, _ in places(merged.value)}
    for path in {(key,) for layer in layers for key in keys_of(layer)} - present:
        assert trace(merged.layers, path).winner is None


_NAMED = st.builds(lambda key, n: {"id": key, "n": n}, st.sampled_from(["a", "b", 1, True, None]), st.integers(0, 9))
_TAGGED = st.builds(Tagged, st.sampled_from(["unset", "replace"]), _NAMED)


@given(base=st.lists(_NAMED, max_size=6), items=st.lists(st.one_of(_NAMED, _TAGGED), max_size=6))
def test_an_item_meets_the_first_with_its_key(base: list[Any], items: list[Any]) -> None:
    expected = list(base)
    for item in items:
        wanted = key_of(item, "id")
        found = next((n for n, one in enumerate(expected) if wanted and key_of(one, "id") == wanted), len(expected))
        if isinstance(item, Tagged) and item.tag == "unset":
            del expected[found : found + 1]
        else:
            expected[found : found + 1] = [compose(expected[found], item) if found < len(expected) else item]
    assert exact(apply_patches(base, (Edit("keyed", items, "id"),))) == exact(expected)


def exact(value: Any) -> str:
    """A value as text that tells types, and the order of keys, apart."""
    return repr(value)


def places(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of settled data with what stands there."""
    if value is settle(Tagged("unset", None)):
        return
    yield at, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*at, index))


def said_at(patch: Any, path: Path) -> Any:
    """What stands at a path of an arranged layer, through its tags and its steps on lists."""
    for step in path:
        patch = patch.value if isinstance(patch, Tagged) else patch
        patch = (patch.steps[0].items if isinstance(patch, Edits) else patch)[step]
    return patch


def holds_tags(patch: Any) -> bool:
    if isinstance(patch, Tagged):
        return True
    parts = patch.values() if isinstance(patch, dict) else patch if isinstance(patch, list) else []
    return any(map(holds_tags, parts))


def keys_of(layer: Any) -> list[str]:
    inner = layer.value if isinstance(layer, Tagged) else layer
    return list(inner) if isinstance(inner, dict) else []
