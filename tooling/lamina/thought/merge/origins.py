"""Where a value came from, asked after the merge: a walk down one path of the layers, by the algebra that merged them."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from lamina.thought.merge.patches import Edits, apply, key_of, steps_of
from lamina.words.node import Path, Tagged
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """One layer's word on a value: the layer (its index in the stack), the path there, and what it says."""

    layer: int
    path: Path
    patch: Any


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the merged document: every layer's word on it, lowest first; words of layers under `floor` no longer count.

    A node keeps the places below it that were asked for, so that many questions about one long list walk it once.
    """

    origins: tuple[Origin, ...]
    floor: int = 0
    _children: "dict[str, Node]" = field(default_factory=dict, compare=False, repr=False)
    _items: "list[Node]" = field(default_factory=list, compare=False, repr=False)
    _written: "dict[tuple[int, Path], Node]" = field(default_factory=dict, compare=False, repr=False)

    @property
    def winner(self) -> Origin | None:
        """The word that set the value, or None when the place is absent (never set, replaced away or unset)."""
        last = self.origins[-1] if self.origins else None
        gone = last is None or last.layer < self.floor or (type(last.patch) is Tagged and last.patch.tag == "unset")
        return None if gone else last

    @property
    def live(self) -> tuple[Origin, ...]:
        """The words that make up the value: from the last that replaces what lies below it, upwards."""
        start = 0
        for index, origin in enumerate(self.origins):
            if origin.layer < self.floor or _replaces(origin.patch):
                start = index + (origin.layer < self.floor)
        return self.origins[start:]

    def child(self, key: str) -> "Node":
        """The place of a key in this map."""
        if key not in self._children:
            self._children[key] = self._child(key)
        return self._children[key]

    def _child(self, key: str) -> "Node":
        live = self.live
        found = []
        for origin in self.origins:
            value = origin.patch.value if type(origin.patch) is Tagged else origin.patch
            if type(value) is dict and key in value:
                found.append(Origin(origin.layer, (*origin.path, key), value[key]))
        return Node(tuple(found), live[0].layer if live else self.floor)

    def items(self) -> "Sequence[Node]":
        """The places of the items of this list, in the order of the merged list."""
        if not self._items:
            self._items.extend(self._merged_items())
        return self._items

    def _merged_items(self) -> "Iterator[Node]":
        items: list[tuple[Origin, ...]] = []
        for origin in self.live:
            items = _items(items, origin)
        # A misplaced `!unset` among the items is a finding, and no item of the merged list.
        return (node for node in (Node(item, item[0].layer) for item in items) if node.winner is not None)

    def below(self, path: Path) -> "Node":
        """The place that a path of the merged document names from here on."""
        node = self
        for step in path:
            if isinstance(step, str):
                node = node.child(step)
            else:
                items = node.items()
                node = items[step] if step < len(items) else Node(())
        return node

    def written(self, layer: int, path: Path) -> "Node":
        """The place of the item that a layer wrote at a path of its own; one without origins when it is gone."""
        if not self._written:
            for item in self.items():
                for origin in item.origins:
                    self._written.setdefault((origin.layer, origin.path), item)
        return self._written.get((layer, path), Node(()))


def whole(layers: Sequence[Any]) -> Node:
    """The document merged from `layers` (arranged, lowest first): the place that all others lie below."""
    return Node(tuple(Origin(index, (), layer) for index, layer in enumerate(layers)))


def trace(layers: Sequence[Any], path: Path) -> Node:
    """The place that `path` names in the document merged from `layers`."""
    return whole(layers).below(path)


def follow(node: Node, layer: int, path: Path) -> Node:
    """The place, in a whole document, that `path` names in one layer, where list items may stand elsewhere than there."""
    for length, step in enumerate(path, 1):
        node = node.child(step) if isinstance(step, str) else node.written(layer, path[:length])
    return node


def _items(below: list[tuple[Origin, ...]], origin: Origin) -> list[tuple[Origin, ...]]:
    """The items of a list after one more layer's word."""

    def lift(item: Any, index: int) -> tuple[Origin, ...]:
        return (Origin(origin.layer, (*origin.path, index), item),)

    steps = steps_of(origin.patch)
    if steps is not None:
        return apply(below, steps, lift, _key, lambda low, item, index: low + lift(item, index))
    value = origin.patch.value if type(origin.patch) is Tagged else origin.patch
    return [lift(item, index)[0:1] for index, item in enumerate(value)] if type(value) is list else []


def _key(item: tuple[Origin, ...], by: str) -> Any:
    keys = (key_of(origin.patch, by) for origin in reversed(item))
    return next((key for key in keys if key is not None), None)


def _replaces(patch: Any) -> bool:
    """Whether a word replaces what lies below rather than adding to it."""
    if type(patch) is Tagged:
        return patch.tag in ("replace", "unset")
    return type(patch) is not dict and type(patch) is not Edits
