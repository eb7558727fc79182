"""Reach: who refers to an address, near and far, and by which way a change of it would come to them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import field

from lamina.thought.graph.links import Graph, Link, meet
from lamina.words.address import Address
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A link that leads to the address, at once or by way of the nearest step before it that is less deep."""

    depth: int
    link: Link


@dataclass(slots=True)
class _Branch:
    """An address that is reached, how deep, by which link, and the branches that lead to it."""

    address: Address
    depth: int
    link: Link | None = None
    below: "list[_Branch]" = field(default_factory=list)


def reach(graph: Graph, address: Address) -> tuple[Step, ...]:
    """Every link that leads to an address, to what stands in it or to what it stands in, each once, by a shortest way.

    They come in the order of a tree: below each step those that lead to its value.
    """
    into: dict[str, list[Link]] = {}
    for link in dict.fromkeys(graph.links):
        for document in {target.document for target in link.targets}:
            into.setdefault(document, []).append(link)
    root = _Branch(address, 0)
    told: set[Link] = set()
    reached = {address}
    waiting = deque([root])
    while waiting:
        here = waiting.popleft()
        for link in into.get(here.address.document, ()):
            if link not in told and any(meet(target, here.address) for target in link.targets):
                told.add(link)
                branch = _Branch(link.source, here.depth + 1, link)
                here.below.append(branch)
                if link.source not in reached:
                    reached.add(link.source)
                    waiting.append(branch)
    return tuple(_steps(root))


def _steps(root: _Branch) -> Iterator[Step]:
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        if branch.link is not None:
            yield Step(branch.depth, branch.link)
        waiting += reversed(branch.below)
