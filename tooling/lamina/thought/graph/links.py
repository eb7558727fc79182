"""Links: who refers to whom in one environment, and what of it leads nowhere, in a circle, or is led to by nobody."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from lamina.thought.graph.cycles import cycles
from lamina.words.address import Address
from lamina.words.finding import Position
from lamina.words.values import dataclass

Way = Literal["name", "reference"]
State = Literal["found", "missing", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Link:
    """A value that leads to another: by its `name` (`x-refers`), or by a `${reference}`.

    `targets` are where it leads: one; of what is ambiguous all; of what is missing where it would stand, none in a secret.
    """

    source: Address
    targets: tuple[Address, ...]
    way: Way
    state: State
    position: Position
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """An environment's documents, its links in the order of the documents, and the things that others may name, with names."""

    environment: str
    documents: tuple[str, ...]
    links: tuple[Link, ...]
    offered: Mapping[Address, str] = field(default_factory=dict)

    def of_state(self, state: State) -> tuple[Link, ...]:
        """The links of a state."""
        return tuple(link for link in self.links if link.state == state)

    @property
    def unused(self) -> tuple[Address, ...]:
        """The things that others may name and nobody does, nor refers to."""
        known = [(link, target) for link in self.links if link.state != "missing" for target in link.targets]
        used = {holder for link, target in known for holder in prefixes(target) if holder not in prefixes(link.source)}
        wholes = {target for link, target in known if link.way == "reference"}
        return tuple(one for one in self.offered if one not in used and wholes.isdisjoint(prefixes(one)))

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Circles of things that name each other, as addresses, the first again at the end."""
        names = [link for link in self.links if link.way == "name" and link.state == "found"]
        ahead: dict[Address, list[str]] = {target: [] for link in names for target in link.targets}
        for link in names:
            for holder in prefixes(link.source):
                if holder in ahead:
                    ahead[holder] += map(str, link.targets)
        return cycles({str(thing): after for thing, after in ahead.items()})


def prefixes(address: Address) -> tuple[Address, ...]:
    """An address and all that it stands in, from the document down."""
    return tuple(Address(address.document, address.path[:length]) for length in range(len(address.path) + 1))


def meet(left: Address, right: Address) -> bool:
    """Whether one address is the other, or stands in it."""
    paths = zip(left.path, right.path, strict=False)
    return left.document == right.document and all(a == b for a, b in paths)
