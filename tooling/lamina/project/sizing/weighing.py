"""Weighing: each document once, and with it the layers and schemas that it is made of."""

from collections import Counter
from collections.abc import Iterator

from lamina.project.hiding import put_away
from lamina.project.questions import Project
from lamina.project.sizing.advice import advise
from lamina.project.sizing.rows import DocumentSize, LayerSize, SchemaSize, Sizes, keys_in
from lamina.project.stages import Document
from lamina.thought.export import EXPORTS
from lamina.thought.topology import LayerFile


def sizes(project: Project, environment: str | None = None) -> Sizes:
    """What an environment weighs, or all that are rendered; raises NoSuchEnvironment and AbstractEnvironment."""
    weighed = _Weighed(project)
    for name in project.concrete() if environment is None else [environment]:
        road = project.concrete_road(name)
        for document in road.names():
            weighed.add(name, road.document(document), road.stack(document))
            road.forget(document)
    tree = project.tree
    files = [*weighed.uses] if environment else [*tree.topology.layer_files()]
    newest = {kind: max(versions) for kind, versions in tree.topology.schemas.items()}
    return Sizes(
        tuple(weighed.documents),
        tuple(weighed.layer(of) for of in files),
        tuple(weighed.schemas(environment is None)),
        advise([(of, tree.layer(of)) for of in files], tree.topology, newest),
    )


class _Weighed:
    """The documents so far; of each layer how many it is part of, and of each kind how many there are and how many keys."""

    def __init__(self, project: Project) -> None:
        self._tree = project.tree
        self._keys: dict[str, int] = {}
        self._of_kind: Counter[str] = Counter()
        self._keys_of_kind: Counter[str] = Counter()
        self.documents: list[DocumentSize] = []
        self.uses: Counter[LayerFile] = Counter()

    def add(self, environment: str, document: Document, stack: tuple[LayerFile, ...]) -> None:
        """A document and the files that are its layers."""
        self.uses.update(stack)
        self._of_kind[document.kind] += 1
        if not document.sound:
            self.documents.append(DocumentSize(environment, document.name, 0, 0, 0, len(stack), sound=False))
            return
        data = put_away(document, "redact")
        keys, size = keys_in(data), len(EXPORTS["yaml"](data))
        self._keys_of_kind[document.kind] += keys
        cost = keys + sum(map(self._keys_of, stack))
        self.documents.append(DocumentSize(environment, document.name, size, keys, cost, len(stack)))

    def _keys_of(self, of: LayerFile) -> int:
        if of.file not in self._keys:
            self._keys[of.file] = keys_in(self._tree.layer(of).patch)
        return self._keys[of.file]

    def layer(self, of: LayerFile) -> LayerSize:
        """One layer."""
        keys, uses = self._keys_of(of), self.uses[of]
        return LayerSize(of.file, len(self._tree.layer(of).data), keys, keys * (1 + uses), uses)

    def schemas(self, every: bool) -> Iterator[SchemaSize]:
        """The schemas of the kinds that have documents, or of all."""
        for kind, versions in self._tree.topology.schemas.items():
            for version, file in versions.items() if every or self._of_kind[kind] else ():
                yield self._schema(kind, version, file, current=version == max(versions))

    def _schema(self, kind: str, version: int, file: str, current: bool) -> SchemaSize:
        found = self._tree.schema_of(kind, version)
        files = [one for one in (found.files if found else ()) or (file,) if one in self._tree.files]
        keys = sum(keys_in(self._tree.reading(one).value) for one in files)
        size = sum(len(self._tree.data(one)) for one in files)
        documents, walked = (self._of_kind[kind], self._keys_of_kind[kind]) if current else (0, 0)
        return SchemaSize(kind, version, file, size, keys, keys + walked, documents)
