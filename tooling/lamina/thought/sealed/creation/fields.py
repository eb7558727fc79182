"""One value of `.sops.yaml` at a time: text, numbers, truth, and the names that a map may hold.

What is accepted is what yaml.v3 puts into a Go value of that type: null is as good as absent, a number may stand for text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lamina.thought.sealed.creation.nodes import Items, Map, Node, Scalar, Source
from lamina.thought.sealed.creation.private import find_private, holds_private_key
from lamina.words.errors import listing, near

_BARE = 40
_YES = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
_NO = frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))


@dataclass(frozen=True, slots=True, repr=False)
class Fields:
    """A map whose keys are known: gives its values by type, and records what does not fit."""

    source: Source
    node: Map

    def known(self, names: Iterable[str], what: str, free: bool = False) -> None:
        """Record the keys that sops would pass over, which mistyped ones are; `free` allows keys that are like none."""
        names = tuple(names)
        for key, at in self.node.keys.items():
            if key in names:
                continue
            like = near(key, names)
            if like is not None:
                message = f"{shown(key)} is no key of {what}, and sops passes over it"
                self.source.find("unknown-key", message, at, f"did you mean {like}?")
            elif not free:
                message = f"{shown(key)} is no key of {what}, and sops passes over it"
                self.source.find("unknown-key", message, at, f"delete it; the keys are {listing(names, 30)}", "warning")

    def has(self, name: str) -> bool:
        """Whether a key has a value, be it empty text or an empty list."""
        return not _is_null(self.node.values.get(name))

    def at(self, name: str) -> int:
        """Where a key stands."""
        return self.node.keys[name]

    def text(self, name: str) -> str:
        """Text; empty when there is none."""
        node = self._value(name)
        if isinstance(node, Scalar) and not holds_private_key(node.text):
            return node.text
        if isinstance(node, Scalar):
            find_private(self.source, node.start, name)
        elif node is not None:
            self._wrong(name, "text", node)
        return ""

    def number(self, name: str, otherwise: int) -> int:
        """A whole number."""
        node = self._value(name)
        if node is None:
            return otherwise
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if type(value) is int:
            return value
        self._wrong(name, "a whole number", node)
        return otherwise

    def truth(self, name: str) -> bool:
        """True or false; absent is false."""
        node = self._value(name)
        if node is None:
            return False
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        plain = node.text if isinstance(node, Scalar) and self.source.text.startswith(node.text, node.start) else ""
        if plain not in _YES | _NO:
            self._wrong(name, "true or false", node)
        return plain in _YES

    def items(self, name: str) -> tuple[Node, ...]:
        """A list without its nulls, which sops passes over."""
        node = self._value(name)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self._wrong(name, "a list", node)
            return ()
        return tuple(item for item in node.nodes if not _is_null(item))

    def maps(self, name: str) -> Iterator["Fields"]:
        """A list of maps."""
        for node in self.items(name):
            if isinstance(node, Map):
                yield Fields(self.source, node)
            else:
                self.source.find("wrong-type", f"an item of {name} is no map", node.start, "write key: value")

    def inner(self, name: str) -> "Fields":
        """A map; empty when there is none."""
        node = self._value(name)
        if node is not None and not isinstance(node, Map):
            self._wrong(name, "a map", node)
        return Fields(self.source, node if isinstance(node, Map) else Map({}, {}, 0))

    def _value(self, name: str) -> Node | None:
        node = self.node.values.get(name)
        return None if _is_null(node) else node

    def _wrong(self, name: str, wanted: str, node: Node) -> None:
        self.source.find("wrong-type", f"{name} is {wanted}, and this is not", node.start, f"write {wanted}")


def shown(text: str) -> str:
    """A name for a message; one that may be a private key is not repeated."""
    return repr(text) if len(text) <= _BARE and not holds_private_key(text) else "this"


def _is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)
