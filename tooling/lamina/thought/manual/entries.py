"""What the manual shows: pages of entries, each with the values that a key has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from lamina.words.values import dataclass

Shown: TypeAlias = tuple[str | None, str]
"""A value on one line, or None where none is shown, and a remark: `default`, `not set`, `secret`, `unknown`."""

NOT_SET: Shown = (None, "not set")


class Said(Protocol):
    """Something that a schema says of a key: words, or values under a label."""

    @property
    def label(self) -> str: ...
    @property
    def values(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A value and where it stands: at which places (none: at the only one there is), in which environments."""

    places: tuple[str, ...]
    environments: tuple[str, ...]
    shown: Shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: its path, the level of its heading, what is said of it, and its values."""

    name: str
    level: int
    description: str | None
    facts: tuple[Said, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One kind: its current schema, its documents with the environments that have them, and its keys.

    `broken` says that the schema has errors; `cut` that it has more keys than these.
    """

    kind: str
    file: str
    version: int
    title: str | None
    description: str | None
    documents: Mapping[str, tuple[str, ...]]
    entries: tuple[Entry, ...]
    broken: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Manual:
    """A page for each kind, and the environments whose values they show."""

    pages: tuple[Page, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of one key: by place, and there by environment."""

    values: Mapping[str, Mapping[str, Shown]]

    def rows(self) -> tuple[Row, ...]:
        """The values with equal ones together; none where the key is set nowhere."""
        alike: dict[tuple[tuple[str, Shown], ...], list[str]] = {}
        for place, by_environment in self.values.items():
            alike.setdefault(tuple(by_environment.items()), []).append(place)
        rows = [
            Row(_places(places, len(self.values)), environments, shown)
            for by_environment, places in alike.items()
            for shown, environments in _together(by_environment)
        ]
        return tuple(rows) if any(row.shown != NOT_SET for row in rows) else ()


def _places(places: Sequence[str], of: int) -> tuple[str, ...]:
    """The places by name; none where there is one without a name."""
    return () if of == 1 and places == [""] else tuple(places)


def _together(by_environment: Iterable[tuple[str, Shown]]) -> Iterable[tuple[Shown, tuple[str, ...]]]:
    found: dict[Shown, list[str]] = {}
    for environment, shown in by_environment:
        found.setdefault(shown, []).append(environment)
    return [(shown, tuple(names)) for shown, names in found.items()]
