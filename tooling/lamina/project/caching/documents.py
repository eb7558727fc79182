"""Documents as they were finished: by their layers and schemas, and by those of all that they drew on."""

from collections.abc import Callable, Iterable, Sequence

import orjson

from lamina.project.caching.codec import packed, unpacked
from lamina.project.caching.rows import Rows
from lamina.project.stages import Document
from lamina.thought.topology import Environment, Topology, kind_of_document
from lamina.words.node import Data

# Before the data: whom it drew on and by what they are told apart, whom it refers to, and which paths are secret.
_NOBODY = b'[[],"",[],[]]'
_TAKEN_AWAY = b"-"


class Documents:
    """The documents of an environment that were made before of exactly the same; only those that nothing is wrong with."""

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

    def others(self, name: str) -> frozenset[str] | None:
        """What a remembered document leads to; None where it is not remembered."""
        row = self._row(name)
        if row is None or row == _TAKEN_AWAY:
            return None
        head = row.partition(b"\n")[0]
        return frozenset(() if head == _NOBODY else orjson.loads(head)[0])

    def find(self, name: str) -> Document | None:
        """A document, if it and all that it drew on are what they were when it was made."""
        row = self._row(name)
        if row is None or row == _TAKEN_AWAY:
            return None
        head, _, data = row.partition(b"\n")
        others, told, documents, secrets = ([], "", [], []) if head == _NOBODY else orjson.loads(head)
        if others and self.told(others) != told:
            return None
        return self._document(name, unpacked(data), secrets, documents)  # type: ignore[arg-type]  # data has no tags

    def _document(self, name: str, data: Data, secrets: list[list[str | int]], documents: list[str]) -> Document:
        kind = kind_of_document(name)
        version = max(self._topology.schemas.get(kind, ()), default=None)
        stack = tuple(self._topology.stack(self._environment, name))
        return Document(name, kind, version, stack, data, frozenset(map(tuple, secrets)), frozenset(documents), ())

    def keep(self, document: Document, others: Sequence[str]) -> None:
        """Keep a document, if git has its layers; `others` are all that it led to, there or not, of which the same holds."""
        if document.findings or not self._is_in_git((document.name, *others)):
            return
        data = packed(document.data)
        if data is None:
            return
        secrets = sorted(map(list, document.secrets), key=repr)
        head = orjson.dumps([others, self.told(others), sorted(document.documents), secrets])
        self._put(document.name, head + b"\n" + data)

    def _is_in_git(self, names: Iterable[str]) -> bool:
        """Whether git has all layers of some documents."""
        stack, is_in_git = self._topology.stack, self._rows.is_in_git
        return all(is_in_git(of.file) for name in names for of in stack(self._environment, name))

    def keep_gone(self, name: str) -> None:
        """Keep that a document does not exist."""
        if self._row(name) is None and self._is_in_git((name,)):
            self._put(name, _TAKEN_AWAY)

    def _put(self, name: str, row: bytes) -> None:
        self._found[name] = row
        self._rows.put(self.key(name), row)

    def _row(self, name: str) -> bytes | None:
        if name not in self._found:
            self._found[name] = self._rows.one(self.key(name))
        return self._found[name]
