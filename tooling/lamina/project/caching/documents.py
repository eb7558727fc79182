"""Documents as they were judged: by their layers and schemas, and by those of all that they led to."""

from collections.abc import Callable, Sequence

import orjson

from lamina.project.caching.rows import Rows
from lamina.thought.topology import Environment, Topology, kind_of_document

_TAKEN_AWAY = b"-"


class Documents:
    """The documents of an environment that were found sound before, made of exactly the same: nothing is wrong with them.

    What is kept of one is that, and what it led to; a document that the highest layer takes away is kept as such.
    """

    def __init__(
        self,
        rows: Rows,
        topology: Topology,
        environment: Environment,
        identity: Callable[[str], str | None],
        of_kind: Callable[[str], str],
    ) -> None:
        self._rows = rows
        self._topology = topology
        self._environment = environment.name
        self._identity = identity
        self._of_kind = of_kind
        self._keys: dict[str, bytes] = {}
        self._found: dict[str, bytes | None] = {}

    def key(self, name: str) -> bytes:
        """What tells a document apart by itself, whether it exists or not: its layers, lowest first, and its schemas."""
        key = self._keys.get(name)
        if key is None:
            stack, identity = self._topology.stack(self._environment, name), self._identity
            parts = [part for of in stack for part in (of.file, identity(of.file))]
            schemas = self._of_kind(kind_of_document(name))
            key = self._keys[name] = self._rows.key("document", (self._environment, name, schemas, *parts))
        return key

    def tell(self, name: str, others: Sequence[str]) -> tuple[str, str]:
        """What tells a document apart, and what tells those apart that it leads to."""
        return self.key(name).hex(), self.told(others)

    def told(self, names: Sequence[str]) -> str:
        """What tells several documents apart; nothing for none."""
        if not names:
            return ""
        return self._rows.key("documents", (self.key(name).hex() for name in names)).hex()

    def known(self, names: Sequence[str]) -> frozenset[str]:
        """Those of some documents of which something is remembered; all of it is got at once."""
        keys = {name: self.key(name) for name in names if name not in self._found}
        rows = self._rows.get(list(keys.values())) if keys else {}
        self._found.update((name, rows.get(key)) for name, key in keys.items())
        return frozenset(name for name in names if self._found[name] is not None)

    def exists(self, name: str) -> bool | None:
        """Whether a document exists; None where that is not known."""
        row = self._row(name)
        return None if row is None else row != _TAKEN_AWAY

    def is_sound(self, name: str) -> bool:
        """Whether a document was found sound, and it and all that it led to are what they were."""
        return self.others(name) is not None

    def others(self, name: str) -> list[str] | None:
        """What a document leads to that is still sound; None where that is not known."""
        row = self._row(name)
        if row is None or row == _TAKEN_AWAY:
            return None
        others: list[str]
        others, told = orjson.loads(row) if row else ([], "")
        return others if self.told(others) == told else None

    def keep(self, name: str, others: Sequence[str]) -> None:
        """Keep that a document is sound; `others` are all that it led to, there or not."""
        self._put(name, orjson.dumps([others, self.told(others)]) if others else b"")

    def keep_gone(self, name: str) -> None:
        """Keep that a document does not exist."""
        if self._row(name) is None:
            self._put(name, _TAKEN_AWAY)

    def _put(self, name: str, row: bytes) -> None:
        self._found[name] = row
        self._rows.put(self.key(name), row)

    def _row(self, name: str) -> bytes | None:
        if name not in self._found:
            self._found[name] = self._rows.one(self.key(name))
        return self._found[name]
