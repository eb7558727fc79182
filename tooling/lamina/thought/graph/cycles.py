"""Cycles of a directed graph: for every node that stands on any, one that goes through it."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence


def cycles(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Cycles in which every node that stands on any takes part, each with its first node again at the end, sorted.

    The first of each is its least, and a node that one of them goes through already gets none of its own.
    """
    # graphlib tells of one cycle and then stops; all of them can be more than anybody reads.
    ahead = {node: sorted(set(after)) for node, after in edges.items()}
    told: set[str] = set()
    found: list[tuple[str, ...]] = []
    for knot in _knots(ahead):
        for node in sorted(knot):
            if node not in told and (len(knot) > 1 or node in ahead[node]):
                found.append(_turned(_shortest(ahead, knot, node)))
                told.update(found[-1])
    return tuple(sorted(found))


def _turned(way: Sequence[str]) -> tuple[str, ...]:
    """A cycle begun at its least node."""
    start = way.index(min(way))
    return (*way[start:], *way[:start], way[start])


def _shortest(ahead: Mapping[str, Sequence[str]], knot: set[str], start: str) -> list[str]:
    """The nodes of a shortest cycle through a node, in their order."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while start not in before:
        node = waiting.popleft()
        for after in ahead[node]:
            if after in knot and after not in before:
                before[after] = node
                waiting.append(after)
    way = [start]
    while before[way[-1]] != start:
        way.append(before[way[-1]])
    return [start, *reversed(way[1:])]


def _knots(ahead: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """The sets of nodes that can all reach each other (Tarjan's algorithm, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    knots: list[set[str]] = []
    done: set[str] = set()
    for root in sorted(ahead):
        waiting = [(root, iter(ahead[root]))] if root not in number else []
        while waiting:
            node, rest = waiting[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                stack.append(node)
            after = next(rest, None)
            if after is None:
                waiting.pop()
                for above, _ in waiting[-1:]:
                    low[above] = min(low[above], low[node])
                if low[node] == number[node]:
                    knot = set(stack[stack.index(node) :])
                    del stack[-len(knot) :]
                    done |= knot
                    knots.append(knot)
            elif after not in number and after in ahead:
                waiting.append((after, iter(ahead[after])))
            elif after in number and after not in done:
                low[node] = min(low[node], number[after])
    return knots
