"""Names: what a register offers, and what is wrong with a value that names nothing, or several things, in its registers."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from lamina.thought.schema.faults import Fault
from lamina.thought.schema.namings import Naming, namings
from lamina.thought.schema.registers import Register
from lamina.thought.schema.sentences import quoted
from lamina.thought.schema.shape import By, Shape
from lamina.words.address import Address
from lamina.words.errors import listing, near
from lamina.words.node import Data, Path, at
from lamina.words.values import dataclass

Offer: TypeAlias = Mapping[str, Address]


@dataclass(frozen=True, slots=True)
class Named:
    """A naming and what it leads to: one address, none, or several.

    `places` are the registers, `offered` the names in them; of what is `unsure`, since one cannot be read, nothing is wrong.
    """

    naming: Naming
    targets: tuple[Address, ...]
    places: tuple[Address, ...]
    offered: tuple[str, ...] = ()
    unsure: bool = False

    @property
    def candidates(self) -> tuple[Address, ...]:
        """Where the thing may stand, there or not; of an entry as if names were keys."""
        name = self.naming.name
        return tuple(
            Address(one.document, (*one.path, name)) if one.path else Address(one.document + name)
            for one in self.places
        )


class _Folder(Mapping[str, Address]):
    """The documents of a kind: of one name it is asked whether that document is there, and of the others when all are told."""

    def __init__(self, folder: str, names: "Names") -> None:
        self._folder = folder
        self._names = names

    def __getitem__(self, name: str) -> Address:
        if not self._names.exists(self._folder + name):
            raise KeyError(name)
        return Address(self._folder + name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)

    @cached_property
    def _every(self) -> list[str]:
        return [name[len(self._folder) :] for name in self._names.documents() if name.startswith(self._folder)]


@dataclass
class Names:
    """What names lead to in one environment.

    `exists` says whether there is a document of a name, and `documents` which there are; `value` gives one with its references
    resolved, None of one that cannot be made; `shape` is of its kind.
    """

    documents: Callable[[], list[str]]
    exists: Callable[[str], bool]
    value: Callable[[str], Data | None]
    shape: Callable[[str], Shape | None]
    _entries: dict[Address, Offer | None] = field(default_factory=dict)

    def named(self, document: str, data: Data, shape: Shape) -> Iterator[Named]:
        """Every naming in a document, and what it leads to."""
        seen: dict[tuple[Register, ...], Mapping[Address, Offer | None]] = {}
        for naming in namings(data, shape):
            offers = seen.get(naming.registers)
            if offers is None:
                offers = {one.within(document): self.entries(one, document, data) for one in naming.registers}
                seen[naming.registers] = offers
            yield _named(naming, offers)

    def entries(self, register: Register, document: str, data: Data) -> Offer | None:
        """The names in a register, as a document with that data sees it."""
        place = register.within(document)
        if place not in self._entries:
            self._entries[place] = self._read(register, place, document, data)
        return self._entries[place]

    def _read(self, register: Register, place: Address, document: str, data: Data) -> Offer | None:
        if not register.path:
            return _Folder(place.document, self)
        if not self.exists(place.document):
            return {}
        value = data if place.document == document else self.value(place.document)
        if value is None:
            return None
        shape = self.shape(place.document)
        try:
            found = entries(at(value, place.path), shape.at(place.path) if shape is not None else None)
        except LookupError:
            return {}
        if found is None:
            return None
        return {name: Address(place.document, place.path + path) for name, path in found.items()}


def _named(naming: Naming, offers: Mapping[Address, Offer | None]) -> Named:
    targets = tuple(offer[naming.name] for offer in offers.values() if offer is not None and naming.name in offer)
    if targets:
        return Named(naming, targets, tuple(offers))
    offered = tuple(name for offer in offers.values() for name in offer or ())
    return Named(naming, (), tuple(offers), offered, unsure=None in offers.values())


def entries(value: Data, shape: Shape | None) -> Mapping[str, Path] | None:
    """The names that a value offers, each with its path below: a map's keys, a by-key list's items, a list's texts.

    None when the value is none of these, as where a reference was not resolved; then nothing can be said.
    """
    if isinstance(value, dict):
        return {key: (key,) for key in value}
    if not isinstance(value, list):
        return None
    by = shape.merge.name if shape is not None and isinstance(shape.merge, By) else None
    found: dict[str, Path] = {}
    for index, item in enumerate(value):
        name = item.get(by) if isinstance(item, dict) and by is not None else item
        if isinstance(name, str):
            found.setdefault(name, (index,))
        elif not isinstance(item, dict):
            return None
    return found


def fault_of(named: Named, secrets: Collection[Path]) -> Fault | None:
    """What is wrong with a naming; of a secret one nothing is told but that."""
    if named.unsure or len(named.targets) == 1:
        return None
    naming = named.naming
    rule = "ambiguous-reference" if named.targets else "dead-reference"
    if any(naming.path[: len(path)] == path for path in secrets):
        message, fix = "what this secret value names is not there, or not the only one", "a secret cannot name anything"
    elif named.targets:
        message = f"{quoted(naming.name)} names {_joined(list(map(str, named.targets)))}, and only one can be meant"
        fix = "rename one of them, or let x-refers say one place"
    else:
        message = f"{quoted(naming.name)} names nothing in {listing(list(map(str, named.places)))}"
        fix = _offer(naming, named.offered)
    return Fault(rule, message, naming.path, naming.at_key, fix, naming.said)


def _offer(naming: Naming, offered: Sequence[str]) -> str:
    like = near(naming.name, offered)
    if like:
        return f"did you mean {quoted(like)}?"
    if offered:
        return f"there are {listing(sorted(offered))}"
    return f"nothing there has a name, and {naming.said.file if naming.said else 'the schema'} says that this one leads there"


def _joined(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:-1])} and {texts[-1]}"
