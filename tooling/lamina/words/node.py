"""Nodes: what a layer and a document are made of.

A document's data is plain Python: `dict`, `list`, `str`, `int`, `float`, `bool`, `None`, and `Sealed` for a leaf that
stands as ciphertext in its file, opened or not. A layer is a patch: the same, with `Tagged` nodes for the instructions of the
layer language. Nodes are shared freely (aliases, caches), so nothing ever changes one in place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias, Union, cast

from lamina.words.values import dataclass

Tag = Literal["replace", "append", "prepend", "unset"]
TAGS: tuple[Tag, ...] = ("replace", "append", "prepend", "unset")

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """What an opened leaf holds; it never shows it."""

    value: "Scalar" = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed leaf: its ciphertext as it stands in the file, and the type that SOPS wrote beside it.

    `type` is one of `str`, `int`, `float`, `bool`, `time`, `bytes`. `opened` is there only where the user asked for it; all
    that does not need it goes by the ciphertext, so that an opened file merges, compares and digests as a closed one.
    """

    ciphertext: str
    type: str
    opened: Plain | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value under one of the layer language's tags; `!unset` holds None, or the key to take away in a list by key."""

    tag: Tag
    value: "Patch"


Scalar: TypeAlias = str | int | float | bool | None
# Union, not `|`: an alias that names itself must be an object, so that `Data | None` can be written where it is used.
Data: TypeAlias = Union[Scalar, Sealed, Sequence["Data"], Mapping[str, "Data"]]  # noqa: UP007
Patch: TypeAlias = Union[Scalar, Sealed, Tagged, Sequence["Patch"], Mapping[str, "Patch"]]  # noqa: UP007


def tagged_paths(value: Patch, at: Path = ()) -> Iterator[tuple[Path, Tagged]]:
    """Every tagged node of a patch, with its path."""
    if isinstance(value, Tagged):
        yield at, value
        value = value.value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from tagged_paths(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from tagged_paths(part, (*at, index))


def untagged(value: Patch) -> Data:
    """A patch with its tags taken off, as a reader without the layer language would see it."""
    if isinstance(value, Tagged):
        return untagged(value.value)
    if isinstance(value, dict):
        return {key: untagged(part) for key, part in value.items()}
    return [untagged(part) for part in value] if isinstance(value, list) else value  # type: ignore[return-value]


def unsealed(value: Data) -> Data:
    """Data with every opened leaf as what it holds; one that is closed stays."""
    if isinstance(value, dict):
        return {key: unsealed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [unsealed(part) for part in value]
    return value.opened.value if isinstance(value, Sealed) and value.opened is not None else value


def kind_of(value: Patch) -> Literal["map", "list", "null", "scalar"]:
    """What merging distinguishes: a map, a list, null, or any other scalar (a sealed leaf included)."""
    if isinstance(value, dict):
        return "map"
    if isinstance(value, list):
        return "list"
    return "null" if value is None else "scalar"


def same(left: Data, right: Data) -> bool:
    """Equality by type and value: `1`, `1.0` and `true` differ; the order of a map's keys does not matter."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or (left != left and right != right)


def nested(path: Path, value: Data) -> Data:
    """Maps and lists around a value, as deep as its path; in a list it is the first item, whatever the path says."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def at(value: Data, path: Path) -> Data:
    """The node at a path; raises KeyError or IndexError (both LookupError) where there is none."""
    for step in path:
        if isinstance(value, dict if isinstance(step, str) else list):
            value = cast(Any, value)[step]
        else:
            raise KeyError(step)
    return value
