"""Use: which documents are there for those of other kinds to name, by `x-refers`, and which of them something leads to."""

from collections.abc import Iterator, Sequence

from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.project.tree import Tree
from lamina.thought.schema.namings import registers
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """Documents that may be named, with the lowest layer of each; those that others lead to; and whether all could be read.

    With a document that has errors it is not known what it leads to.
    """

    offered: frozenset[tuple[str, str]] = frozenset()
    used: frozenset[str] = frozenset()
    known: bool = True

    @classmethod
    def of(cls, parts: "Sequence[Use]") -> "Use":
        """All of several."""
        offered = frozenset(one for part in parts for one in part.offered)
        used = frozenset(name for part in parts for name in part.used)
        return cls(offered, used, all(part.known for part in parts))


class Uses:
    """Collects use, document by document; nothing where no schema names documents."""

    def __init__(self, tree: Tree) -> None:
        self._kinds = frozenset(_named_kinds(tree))
        self._parts: list[Use] = []

    def add(self, road: Road, document: Document) -> None:
        """Take in what a document of an environment leads to, and that it may be named."""
        if self._kinds:
            lowest = next(of.file for of in document.stack if not of.defaults)
            may_be_named = document.kind in self._kinds and document.name != document.kind
            offered = {(document.name, lowest)} if may_be_named else ()
            led_to = document.documents | road.lookups(document.name) if document.sound else frozenset[str]()
            self._parts.append(Use(frozenset(offered), led_to - {document.name}, document.sound))

    def all(self) -> Use:
        """What was taken in."""
        return Use.of(self._parts)


def _named_kinds(tree: Tree) -> Iterator[str]:
    """The kinds whose documents those of another kind name."""
    for kind in tree.topology.schemas:
        schema = tree.schema(kind)
        if schema is not None and schema.schema is not None:
            found = registers(schema.schema.shape)
            yield from (one.document for one in found if not one.path and one.document != kind)
