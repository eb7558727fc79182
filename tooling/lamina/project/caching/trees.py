"""The caching of one reading: its rows, the ids of its files, and what its schemas are told apart by."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

import orjson

from lamina.project.caching.documents import Documents
from lamina.project.caching.layers import Layers
from lamina.project.caching.rows import Rows
from lamina.project.kept import KindSchema
from lamina.thought.topology import SCHEMAS, Environment, Topology


class Caching:
    """What is remembered for one reading of a repository, by what `identity` tells of the bytes of a listed file."""

    def __init__(
        self,
        rows: Rows,
        topology: Topology,
        files: Collection[str],
        identity: Callable[[str], str | None],
        schema: Callable[[str], KindSchema | None],
    ) -> None:
        self.rows = rows
        self.identity = identity
        self.layers = Layers(rows)
        self._topology = topology
        self._schema = schema
        self._listed = files
        self._kinds: dict[str, str] = {}

    @cached_property
    def _schemas(self) -> list[str]:
        return sorted(file for file in self._listed if file.startswith(f"{SCHEMAS}/"))

    def documents(self, environment: Environment) -> Documents:
        """The documents of an environment."""
        return Documents(self.rows, self._topology, environment, self.identity, self.of_kind)

    def of_kind(self, kind: str) -> str:
        """What tells the schemas of a kind apart: the ids of the files that its only one is made of, or of all in schemas/."""
        if kind not in self._kinds:
            self._kinds[kind] = self._of_kind(kind)
        return self._kinds[kind]

    def is_sound(self, kind: str) -> bool:
        """Whether nothing was found in the schemas and migrations of a kind, as they are."""
        return self.rows.one(self._soundness(kind)) is not None

    def keep_sound(self, kind: str) -> None:
        """Keep that nothing is found in the schemas and migrations of a kind."""
        self.rows.put(self._soundness(kind), b"+")

    def is_faultless(self, files: Iterable[str]) -> bool:
        """Whether the schema that files are was found to be sound, as they are."""
        return self.rows.one(self._faultlessness(files)) is not None

    def keep_faultless(self, files: Collection[str]) -> None:
        """Keep that the schema that files are is sound."""
        if all(file in self._listed and self.rows.is_in_git(file) for file in files):
            self.rows.put(self._faultlessness(files), b"+")

    def _faultlessness(self, files: Iterable[str]) -> bytes:
        return self.rows.key("faultless", (self._told(files),))

    def _soundness(self, kind: str) -> bytes:
        versions = map(str, sorted(self._topology.schemas.get(kind, ())))
        return self.rows.key("sound kind", (kind, self.of_kind(kind), *versions))

    def _of_kind(self, kind: str) -> str:
        versions = self._topology.schemas.get(kind, {})
        if len(versions) != 1 or kind in self._topology.migrations:
            return self._told(self._schemas)
        # Which files a schema refers to is known from the time when it was read, as long as they all are what they were.
        (file,) = versions.values()
        key = self.rows.key("schema", (file, self.identity(file)))
        row = self.rows.one(key)
        if row is not None:
            files, told = orjson.loads(row)
            if self._told(files) == told:
                return str(told)
        schema = self._schema(kind)
        if schema is None or schema.schema is None:
            return self._told(self._schemas)
        told = self._told(schema.files)
        self.rows.put(key, orjson.dumps([schema.files, told]))
        return told

    def _told(self, files: Iterable[str]) -> str:
        listed = self._listed
        parts = (part for file in files for part in (file, self.identity(file) if file in listed else None))
        return self.rows.key("files", parts).hex()
