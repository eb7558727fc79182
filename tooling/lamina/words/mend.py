"""Mends: what takes a finding away, as one act at one place of a file. Whoever writes files carries it out, and proves it."""

from typing import Literal, TypeAlias, Union

from lamina.words.node import Data, Path
from lamina.words.values import dataclass

Safety = Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at the place another name."""

    to: str


@dataclass(frozen=True, slots=True)
class Put:
    """Put a value at the place, which may not be there yet."""

    value: Data


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away what stands at the place; a map that it leaves empty goes with it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Put `text` in place of the characters from `start` to `end` of a file's text, its byte order mark not counted."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Change the text and not what it says: `spans` do not overlap, and are sorted."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DropEarlier:
    """Take away the entry whose key stands at a line and column, and stands again later in its map: readers take the last."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Untab:
    """Put spaces in place of the tabs that indent: as many as make the only file that is valid."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """The one of several acts with which what is there is valid; none where several are, or none is."""

    acts: "tuple[Act, ...]"


Act: TypeAlias = Union[Rename, Put, Drop, Rewrite, DropEarlier, Untab, OneOf]  # noqa: UP007


@dataclass(frozen=True, slots=True)
class Mend:
    """An act at a path of a file, as that file writes it; a `safe` one changes no value that anybody meant."""

    file: str
    path: Path
    act: Act
    safety: Safety = "safe"
