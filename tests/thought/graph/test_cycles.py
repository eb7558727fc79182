"""Cycles: which are told, and that each node on any is in one that is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.graph.cycles import cycles

GRAPHS: dict[str, tuple[dict[str, list[str]], tuple[str, ...]]] = {
    "none": ({"a": ["b"], "b": ["c", "d"], "c": ["d"], "d": []}, ()),
    "to itself": ({"a": ["a", "b"], "b": []}, ("aa",)),
    "a pair": ({"a": ["b"], "b": ["a"]}, ("aba",)),
    "begun at its least": ({"c": ["a"], "a": ["b"], "b": ["c"]}, ("abca",)),
    "two knots": ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, ("aba", "cdc")),
    "two that share a node": ({"a": ["b"], "b": ["a", "c"], "c": ["b"]}, ("aba", "bcb")),
    "the shortest": ({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, ("aca", "abca")),
    "twice the same": ({"a": ["b", "b"], "b": ["a"]}, ("aba",)),
    "to what is no node": ({"a": ["z"]}, ()),
}


@pytest.mark.parametrize(("edges", "found"), GRAPHS.values(), ids=GRAPHS)
def test_the_cycles_of_a_graph(edges: dict[str, list[str]], found: tuple[str, ...]) -> None:
    assert cycles(edges) == tuple(sorted(tuple(one) for one in found))


def test_a_ring_of_many_is_told_once() -> None:
    names = [f"n{number:05}" for number in range(5000)]
    ring = {name: [after] for name, after in zip(names, [*names[1:], names[0]], strict=True)}
    assert cycles(ring) == ((*names, names[0]),)


NODES = "abcdef"
EDGES = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14)


@given(EDGES)
def test_exactly_the_nodes_that_reach_themselves_are_told(pairs: set[tuple[str, str]]) -> None:
    found = cycles({node: [right for left, right in sorted(pairs) if left == node] for node in NODES})
    reached = set(pairs)
    for _ in NODES:
        reached |= {(a, d) for (a, b), (c, d) in itertools.product(reached, reached) if b == c}
    assert {node for cycle in found for node in cycle} == {node for node in NODES if (node, node) in reached}
    for cycle in found:
        assert set(itertools.pairwise(cycle)) <= pairs
        assert cycle[0] == cycle[-1] == min(cycle)
        assert len(set(cycle)) == len(cycle) - 1
