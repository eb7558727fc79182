"""A file taken apart: its maps and lists, its leaves and comments with their spans of text, and its metadata.

Every store makes the same of its files, so that what opens and seals need not know how a file is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from lamina.thought.sealed.values import Time, Value
from lamina.words.node import Path
from lamina.words.values import dataclass


@dataclass(slots=True, eq=False)
class Frame:
    """A map or a list; `bound` is what ciphertexts in it are bound to: the keys on the way to it, each with a colon."""

    parent: "Frame | None"
    step: str | int | None
    is_map: bool
    bound: str = ""
    path: Path = ()
    column: int = 0
    flow: bool = False

    def inner(self, step: str | int, is_map: bool, column: int = 0, flow: bool = False) -> "Frame":
        """A map or a list in this one."""
        bound = f"{self.bound}{step}:" if self.is_map else self.bound
        return Frame(self, step, is_map, bound, (*self.path, step), column, flow)


@dataclass(slots=True, eq=False, repr=False)
class Leaf:
    """A value or a comment (then `note`), and its span of the text; a leaf that an alias stands for has none (-1).

    `others` are maps and lists that a comment may also belong to: which, only its ciphertext says.
    """

    frame: Frame
    step: str | int | None
    value: Value
    start: int = -1
    end: int = -1
    note: bool = False
    others: tuple[Frame, ...] = ()

    @property
    def bound(self) -> str:
        """What the ciphertext of this leaf is bound to."""
        frame = self.frame
        if self.note:
            return frame.bound or ":"
        return f"{frame.bound}{self.step}:" if frame.is_map else frame.bound

    @property
    def path(self) -> Path:
        """The place in the document; of a comment, the place of what it stands in."""
        return self.frame.path if self.step is None else (*self.frame.path, self.step)

    def __repr__(self) -> str:
        return f"Leaf({self.path})"


Entry: TypeAlias = Frame | Leaf


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of the metadata as it stands in the text: all of it, and its value alone."""

    name: str
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Block:
    """The metadata in the text of one document: what to cut so that the plain text is left."""

    start: int
    end: int
    fields: tuple[Field, ...] = ()
    style: str = "block"
    column: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """Where the metadata of one document goes; `empty` when nothing stands in that document (then from `start`)."""

    at: int
    style: str = "block"
    column: int = 0
    empty: bool = False
    start: int = -1


@dataclass(frozen=True, slots=True)
class Change:
    """Put `text` in place of a span."""

    start: int
    end: int
    text: str = field(repr=False)


@dataclass(slots=True, repr=False)
class Parsed:
    """A file as its store read it; documents follow each other in `entries`, `step` is what YAML is indented by."""

    text: str
    entries: list[Entry]
    raw: Mapping[str, Any] | None = None
    blocks: tuple[Block, ...] = ()
    ends: tuple[End, ...] = ()
    expansions: Sequence[tuple[int, int, Sequence[Entry]]] = ()
    newline: str = "\n"
    has_mark: bool = False
    step: int = 4

    def leaves(self) -> Iterable[Leaf]:
        """The values and comments, in the file's order."""
        return (entry for entry in self.entries if entry.__class__ is Leaf)


def applied(text: str, changes: Iterable[Change]) -> str:
    """The text after changes that do not overlap; of two at one place the first given comes first."""
    parts: list[str] = []
    end = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        parts += (text[end : change.start], change.text)
        end = change.end
    return "".join((*parts, text[end:]))


def documents(entries: Iterable[Entry], values: Mapping[Leaf, Value] | None = None) -> list[Any]:
    """The data of every document, with `values` in place of what leaves say; comments are left out, times are text."""
    out: list[Any] = []
    made: dict[int, Any] = {}
    for entry in entries:
        node: Any
        if isinstance(entry, Frame):
            node = made[id(entry)] = {} if entry.is_map else []
            parent = entry.parent
        else:
            if entry.note:
                continue
            node = values[entry] if values is not None and entry in values else entry.value
            node = str(node) if isinstance(node, Time) else node
            parent = entry.frame
        if parent is None:
            out.append(node)
        elif parent.is_map:
            made[id(parent)][entry.step] = node
        else:
            made[id(parent)].append(node)
    return out
