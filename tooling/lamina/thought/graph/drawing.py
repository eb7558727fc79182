"""Drawings: a graph as it is shown, its nodes being documents and the entries of them that other documents name."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from lamina.thought.graph.links import Graph, Link, State, Way, meet, prefixes
from lamina.words.address import Address, path_text
from lamina.words.values import dataclass

Look = Literal["plain", "missing", "unused"]


@dataclass(frozen=True, slots=True)
class Node:
    """A node: what it stands for, its label within its group, and whether it is there, and used."""

    address: Address
    label: str
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from a node to another; where a name and a reference lead the same way, the name is shown."""

    source: Address
    target: Address
    way: Way
    state: State


class Drawing:
    """What is shown of a graph, in a fixed order."""

    def __init__(self, graph: Graph) -> None:
        self.environment = graph.environment
        self._graph = graph

    @cached_property
    def _entries(self) -> Mapping[Address, str]:
        """The entries that other documents may name, and those that they do, by their names."""
        named = {
            target: link.name or ""
            for link in self._graph.links
            for target in link.targets
            if link.way == "name" and link.state != "missing" and target.document != link.source.document
        }
        return {one: name for one, name in (named | dict(self._graph.offered)).items() if one.path}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The arrows between nodes of which none stands in the other, by source and target."""
        found: dict[tuple[str, str], Edge] = {}
        for link in self._graph.links:
            for edge in self._edges(link):
                key = (str(edge.source), str(edge.target))
                if not meet(edge.source, edge.target) and (key not in found or edge.way == "name"):
                    found[key] = edge
        return tuple(found[key] for key in sorted(found))

    def _edges(self, link: Link) -> Iterator[Edge]:
        source = self._thing(link.source)
        # Of the places where something missing may be meant the first is shown.
        for target in link.targets if link.state != "missing" else link.targets[:1]:
            shown = target if link.state == "missing" else self._thing(target)
            yield Edge(source, shown, link.way, link.state)

    def _thing(self, address: Address) -> Address:
        """The node that an address stands in."""
        return next((one for one in reversed(prefixes(address)) if one in self._entries), Address(address.document))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes by address, and at last what is missing.

        A document that has entries and stands at no arrow is left out: its group says as much.
        """
        unused = set(self._graph.unused)
        there = {str(one): one for one in (*map(Address, self._graph.documents), *self._entries)}
        ends = {one for edge in self.edges for one in (edge.source, edge.target)}
        groups = {Address(entry.document) for entry in self._entries} - ends - unused
        missing = {str(edge.target): edge.target for edge in self.edges if edge.state == "missing"}
        known = (there[text] for text in sorted(there) if there[text] not in groups)
        return (
            *(self._node(one, "unused" if one in unused else "plain") for one in known),
            *(self._node(missing[text], "missing") for text in sorted(missing.keys() - there.keys())),
        )

    def _node(self, address: Address, look: Look) -> Node:
        if not address.path:
            label = address.document.partition("/")[2] or address.document
        elif look == "missing":
            label = path_text(address.path)
        else:
            label = self._entries.get(address) or path_text(address.path[-1:])
        return Node(address, label, look)

    @cached_property
    def groups(self) -> tuple[tuple[str | None, tuple[Node, ...]], ...]:
        """The nodes by the kind they belong to; documents that are all there is of their kind stand below None, at last."""
        kinds: dict[str, list[Node]] = {}
        for node in self.nodes:
            kinds.setdefault(node.address.document.partition("/")[0], []).append(node)
        alone = {kind for kind, nodes in kinds.items() if [one.address for one in nodes] == [Address(kind)]}
        rest = tuple(kinds[kind][0] for kind in sorted(alone))
        together = ((kind, tuple(kinds[kind])) for kind in sorted(kinds.keys() - alone))
        return (*together, *([(None, rest)] if rest else []))
