"""What was read at one commit and is not read again at the next: layers and schemas, by the ids of their files."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from lamina.thought.document import Layer
from lamina.thought.schema import Schema
from lamina.thought.topology import EnvironmentSettings, LayerFile, Topology, survey
from lamina.words.finding import Finding
from lamina.words.values import dataclass
from lamina.world.sources.hashed import object_id

if TYPE_CHECKING:
    from lamina.project.caching.rows import Rows


@dataclass(frozen=True, slots=True)
class KindSchema:
    """The current schema of a kind: its version, compiled, what is wrong with it (then `schema` is None), and its files."""

    version: int
    schema: Schema | None
    findings: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()


class Store:
    """What was read last of each layer and schema, and the last topology, as long as this lives."""

    def __init__(self) -> None:
        self.layers: dict[LayerFile, tuple[str | None, Layer]] = {}
        self.schemas: dict[str, tuple[dict[str, str | None], KindSchema]] = {}
        self.topology: tuple[Sequence[str], Mapping[str, EnvironmentSettings], Topology] | None = None

    def keep_only(self, files: Collection[str]) -> None:
        """Forget what was read in files that are gone, where they are many."""
        if len(self.layers) > 2 * len(files) + 100:
            there = frozenset(files)
            self.layers = {of: kept for of, kept in self.layers.items() if of.file in there}
            self.schemas = {file: kept for file, kept in self.schemas.items() if file in there}


class Kept:
    """A store as one commit sees it; `identity` tells the content of a file apart, and is None where there is no file.

    With `rows` what outlives this process is kept too.
    """

    def __init__(self, store: Store, identity: Callable[[str], str | None], rows: "Rows | None" = None) -> None:
        self._store = store
        self.identity = identity
        self.rows = rows

    def seen_by(self, identity: Callable[[str], str | None]) -> "Kept":
        """The same store, as another commit sees it."""
        return Kept(self._store, identity, self.rows)

    def with_files(self, files: Mapping[str, bytes | None]) -> "Kept":
        """The same store, as it is seen where some files have other bytes, and those of None are gone.

        Of what may never come to be nothing outlives the process.
        """

        def identity(name: str) -> str | None:
            if name not in files:
                return self.identity(name)
            data = files[name]
            return None if data is None else object_id(b"blob", data)

        return Kept(self._store, identity)

    def topology(self, files: Sequence[str], environments: Mapping[str, EnvironmentSettings]) -> Topology:
        """The shape of a repository, told anew where its names or its environments' settings are others."""
        last = self._store.topology
        if last is None or last[0] != files or last[1] != environments:
            last = self._store.topology = (files, environments, survey(files, environments))
        return last[2]

    def layer(self, of: LayerFile) -> Layer | None:
        """The layer, where the same bytes were read in its place last."""
        id, layer = self._store.layers.get(of, (None, None))
        return layer if id is not None and id == self.identity(of.file) else None

    def keep_layer(self, of: LayerFile, layer: Layer) -> None:
        """Remember a layer."""
        self._store.layers[of] = (self.identity(of.file), layer)

    def schema(self, file: str) -> KindSchema | None:
        """The compiled schema, where it and all that it refers to were what was read last."""
        files, schema = self._store.schemas.get(file, ({}, None))
        return schema if all(self.identity(name) == id for name, id in files.items()) else None

    def keep_schema(self, file: str, schema: KindSchema) -> None:
        """Remember a schema with the ids of the files that it was made of, and of those that it misses."""
        files = {name: self.identity(name) for name in schema.files or (file,)}
        self._store.schemas[file] = (files, schema)
