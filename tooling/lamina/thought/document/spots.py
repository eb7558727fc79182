"""Spots: where a node stands in its file's text."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from lamina.words.node import Path

Style: TypeAlias = Literal["block", "flow", "scalar"]


class Spot(NamedTuple):
    """A span of text: line and column of its first character, from one; `start` and `end` are offsets into the text.

    All four count characters; a byte order mark is not part of the text.
    """

    line: int
    column: int
    start: int
    end: int


_NO_CHILDREN: Mapping[str | int, "Outline"] = MappingProxyType({})


class Outline(NamedTuple):
    """Where a node and all below it stand.

    `value` starts at the node's own first character, after its tag and anchor: a scalar's first character or quote,
    `{`, `[`, and for a block collection its first key or dash. It ends with its last character: a block collection does
    not hold the blank lines and comments that follow it. A node that is nothing but a tag or an anchor (`key: !unset`)
    stands there; an empty one (`key:`) right after the colon or the dash. `properties` is the span of the tag and the
    anchor before a value.

    An alias has the children of the node that it names, and its own spot.
    """

    value: Spot
    style: Style
    key: Spot | None = None
    children: Mapping[str | int, "Outline"] = _NO_CHILDREN
    properties: Spot | None = None
    alias: bool = False


def find(root: Outline, path: Path) -> Outline | None:
    """The outline of the node at a path, or None where the file has no such node."""
    node: Outline | None = root
    for step in path:
        if node is None:
            return None
        node = node.children.get(step)
    return node


def nodes_of(root: Outline) -> Iterator[Outline]:
    """A node and all below it, in the order of the text; what an alias names is not visited again."""
    yield root
    if not root.alias:
        for child in root.children.values():
            yield from nodes_of(child)
