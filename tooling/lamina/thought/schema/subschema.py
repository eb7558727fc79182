"""Subschemas: the nodes of the graph that schema files make once their references are followed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lamina.thought.schema.faults import Place
from lamina.thought.schema.vocabulary import READ_NAMED, READ_ONE
from lamina.words.node import Data

DEFAULT, SECRET, ORDER, DIFFERENCE, NAME, DEPRECATION = 1, 2, 4, 8, 16, 32
"""What may stand at or below a subschema, as bits of `Subschema.below`."""


@dataclass(eq=False, slots=True)
class Resource:
    """A schema with a URI of its own: a file, or a subschema with `$id`."""

    uri: str
    root: Place
    anchors: dict[str, "Subschema"] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Subschema:
    """One subschema: its keywords and the subschemas they hold. Linked while a bundle is read, constant afterwards."""

    place: Place
    role: str
    resource: Resource
    keywords: Mapping[str, Data]
    refuses: bool = False
    holder: "Subschema | None" = None
    one: dict[str, "Subschema"] = field(default_factory=dict)
    many: dict[str, "list[Subschema]"] = field(default_factory=dict)
    named: dict[str, "dict[str, Subschema]"] = field(default_factory=dict)
    ref: "Subschema | None" = None
    ref_uri: str | None = None
    below: int = 0

    def keyword(self, name: str) -> Place:
        """The place of one of its keywords."""
        return Place(self.place.file, (*self.place.path, name))

    def read(self) -> "Iterator[Subschema]":
        """The subschemas through which annotations are read."""
        yield from self.same_place()
        for keyword in READ_ONE:
            if keyword in self.one:
                yield self.one[keyword]
        for keyword in READ_NAMED:
            yield from self.named.get(keyword, {}).values()

    def same_place(self) -> "Iterator[Subschema]":
        """The subschemas whose annotations belong to the same place of a document."""
        if self.ref is not None:
            yield self.ref
        yield from self.many.get("allOf", ())

    def parts(self) -> "Iterator[Subschema]":
        """Every subschema that it holds, whatever the keyword."""
        yield from self.one.values()
        for listed in self.many.values():
            yield from listed
        for by_name in self.named.values():
            yield from by_name.values()


def gathered(start: Subschema) -> tuple[Subschema, ...]:
    """The subschema and all that speak of the same place: itself first, then through `$ref` and `allOf`, each once."""
    found: dict[Subschema, None] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(reversed(list(node.same_place())))
    return tuple(found)


def mark(nodes: list[Subschema]) -> None:
    """Sets `below` of every node: what stands at it or below it."""
    for node in nodes:
        node.below = _own_marks(node)
    changed = True
    while changed:
        changed = False
        for node in reversed(nodes):
            below = node.below
            for part in node.read():
                below |= part.below
            if below != node.below:
                node.below = below
                changed = True


def _own_marks(node: Subschema) -> int:
    keywords = node.keywords
    return (
        (DEFAULT if "default" in keywords else 0)
        | (SECRET if keywords.get("x-secret") is True else 0)
        | (ORDER if "x-merge" in keywords else 0)
        | (DIFFERENCE if "x-environments" in keywords else 0)
        | (NAME if "x-refers" in keywords else 0)
        | (DEPRECATION if keywords.get("deprecated") is True else 0)
    )
