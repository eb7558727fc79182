"""Definitions: the subschemas that a schema in one piece keeps under `$defs`, so that nothing leads out of it."""

from collections.abc import Callable
from typing import Any

from lamina.thought.schema.subschema import Subschema


class Definitions:
    """What references of a schema in one piece lead to; each subschema that is asked for has a name of its own."""

    def __init__(self) -> None:
        self._names: dict[Subschema, str] = {}
        self._taken: set[str] = set()
        self._waiting: list[Subschema] = []

    def reference(self, node: Subschema) -> str:
        """The value of a `$ref` to a subschema, which `$defs` then holds."""
        if node not in self._names:
            self._names[node] = self._name(node)
            self._taken.add(self._names[node])
            self._waiting.append(node)
        return f"#/$defs/{_pointer_step(self._names[node])}"

    def written(self, write: Callable[[Subschema], Any]) -> dict[str, Any]:
        """All of them by name, and those that they refer to in their turn."""
        defs: dict[str, Any] = {}
        while self._waiting:
            node = self._waiting.pop()
            defs[self._names[node]] = write(node)
        return defs

    def _name(self, node: Subschema) -> str:
        """Its own last name, numbered where two have the same."""
        last = str(node.place.path[-1]) if node.place.path else "document"
        numbered = (f"{last}{number}" for number in range(2, len(self._taken) + 3))
        return next(name for name in (last, *numbered) if name not in self._taken)


def _pointer_step(name: str) -> str:
    from urllib.parse import quote

    # A `$ref` is a URI: what a name holds beside letters and digits is written as URIs have it.
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~$-._")
