"""Mends, placed: an act on a value of a document as one on the layer that wrote it, where that layer can be mended."""

from collections.abc import Callable

from lamina.project.stages import Stage
from lamina.project.tree import Tree
from lamina.thought.document.placing import value_at
from lamina.thought.references import Reference, ReferenceFault, retargeted
from lamina.thought.schema.mending import another_name, one_of
from lamina.thought.topology import kind_of_document
from lamina.words.mend import Act, Mend, Put, Safety
from lamina.words.node import Data, Path, at, same


class Layer:
    """One layer of a document's stack, as a place for mends: a sealed one, and one from elsewhere, has none."""

    def __init__(self, tree: Tree, stage: Stage, number: int) -> None:
        self._tree, self._stage, self._number = tree, stage, number
        self._of = stage.stack[number]

    @property
    def _can_be_mended(self) -> bool:
        return not self._of.sealed and self._of.file in self._tree.files

    @property
    def _older(self) -> int | None:
        """The version of the file, if that is not the newest."""
        version, kind = self._tree.layer(self._of).version, self._stage.kind
        return version if kind is not None and version is not None and version < kind.version else None

    def _there(self, path: Path) -> Path:
        return self._stage.ways[self._number](path) if self._stage.ways else path

    def act(self, path: Path, act: Act, safety: Safety = "safe") -> Mend | None:
        """An act at a path of the layer."""
        return Mend(self._of.file, self._there(path), act, safety) if self._can_be_mended else None

    def new_value(self, path: Path, refused: Data, act: Act, safety: Safety) -> Mend | None:
        """Another value for a text that is refused; None where the file says something else, which became it on the way."""
        written = value_at(self._tree.layer(self._of).patch, self._there(path))
        return self.act(path, act, safety) if isinstance(written, str) and same(refused, written) else None

    def new_name(self, path: Path, act: Act | None) -> Mend | None:
        """Another name for an unknown key: in a file of an older version one that that version knows."""
        there = self._there(path)
        if self._older is not None:
            kind = self._tree.schema_of(kind_of_document(self._of.document), self._older)
            shape = kind.schema.shape.at(there[:-1]) if kind and kind.schema else None
            act = another_name(str(there[-1]), shape.keys()) if shape is not None else None
        return self.act(path, act) if act is not None and there[-1] == path[-1] else None

    def missing(self, path: Path, key: str, act: Act) -> Mend | None:
        """A key that the map at a path lacks; not in a file of an older version, which may call it otherwise."""
        return self.act((*path, key), act) if self._older is None else None


def of_reference(stage: Stage, fault: ReferenceFault) -> Act | None:
    """The text of a reference that leads nowhere, with what it may be a typo of."""
    if not fault.instead:
        return None
    text = at(stage.data, fault.path)
    assert isinstance(text, str)
    return one_of([Put(retargeted(text, _instead(old, new))) for old, new in fault.instead])


def _instead(old: Reference, new: Reference) -> Callable[[Reference], Reference]:
    return lambda reference: new if reference == old else reference
