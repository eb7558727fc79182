"""The stages of a document on its road: merged and completed, and finished."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from lamina.project.kept import KindSchema
from lamina.thought.document import Layer
from lamina.thought.merge import Merged
from lamina.thought.schema import Place
from lamina.thought.topology import LayerFile
from lamina.words.finding import Finding, worst
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

Way: TypeAlias = Callable[[Path], Path]
Needless: TypeAlias = frozenset[tuple[int, Path]]
"""Places of an older layer, each by the version that asks, where no lower layer has anything."""


@dataclass(frozen=True, slots=True)
class RaisedStack:
    """A document's layers, all of the newest version, the set defaults lowest; and the ways back to their files."""

    stack: tuple[LayerFile, ...]
    layers: tuple[Layer, ...]
    ways: tuple[Way, ...] = ()
    needless: tuple[Needless, ...] = ()
    findings: tuple[Finding, ...] = ()


def all_newest(kind: KindSchema | None, layers: Iterable[Layer]) -> bool:
    """Whether layers are of the newest version of their kind as they are; where there is one, none need say it."""
    if kind is None:
        return True
    return all(layer.version == kind.version or (layer.version is None and kind.version == 1) for layer in layers)


@dataclass(frozen=True, slots=True)
class Stage:
    """A document before its references: the stack it came from, the merge, and the data with defaults filled.

    `ways` lead from a place in each layer, as it is of the newest version, to that in its file; none, when all are of that
    version anyway. `data` is None when the document cannot be made (a layer that does not parse, a schema that is wrong).
    """

    name: str
    stack: tuple[LayerFile, ...]
    layers: tuple[Layer, ...]
    merged: Merged
    kind: KindSchema | None
    data: Data
    filled: Mapping[Path, Place]
    secrets: frozenset[Path]
    findings: tuple[Finding, ...]
    whole: bool
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document: its data (ciphertext where it is sealed), what in it is secret, and what is wrong with it."""

    name: str
    kind: str
    version: int | None
    stack: tuple[LayerFile, ...]
    data: Data
    secrets: frozenset[Path]
    documents: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that would keep it from being rendered."""
        return worst(self.findings) != "error"
