"""The operations of a migration, and how each moves a path: forward to the newer version, and back to the older."""

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Literal, Protocol, TypeAlias

from lamina.thought.migration.patterns import Every, Pattern, begins
from lamina.words.node import Data, Path, Scalar
from lamina.words.values import dataclass


class Operation(Protocol):
    """One change of a kind's form; `path` is where it works, in the form that the operations before it left."""

    name: ClassVar[str]

    @property
    def path(self) -> Pattern: ...
    def forward(self, path: Path) -> Path: ...
    def back(self, path: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class Move:
    """What stands at `path` stands at `to`; a rename is a move whose places differ in the last key alone."""

    path: Pattern
    to: Pattern
    name: ClassVar[str] = "move"

    @property
    def is_rename(self) -> bool:
        """Whether the value stays in its map."""
        return self.path[:-1] == self.to[:-1]

    def forward(self, path: Path) -> Path:
        """Where the newer form has what was at a path."""
        return _moved(path, self.path, self.to)

    def back(self, path: Path) -> Path:
        """Where the older form had what is at a path."""
        return _moved(path, self.to, self.path)


@dataclass(frozen=True, slots=True)
class Wrap:
    """What stands at `path` becomes a map that holds it under `key`."""

    path: Pattern
    key: str
    name: ClassVar[str] = "wrap"

    def forward(self, path: Path) -> Path:
        """Where the newer form has what was at a path."""
        return _into(path, self.path, self.key)

    def back(self, path: Path) -> Path:
        """Where the older form had what is at a path."""
        return _out(path, self.path, self.key)


@dataclass(frozen=True, slots=True)
class Unwrap:
    """The map at `path`, which has `key` alone, becomes what it holds there."""

    path: Pattern
    key: str
    name: ClassVar[str] = "unwrap"

    def forward(self, path: Path) -> Path:
        """Where the newer form has what was at a path."""
        return _out(path, self.path, self.key)

    def back(self, path: Path) -> Path:
        """Where the older form had what is at a path."""
        return _into(path, self.path, self.key)


class _InPlace:
    """What moves no path."""

    __slots__ = ()

    def forward(self, path: Path) -> Path:
        """The same path."""
        return path

    def back(self, path: Path) -> Path:
        """The same path."""
        return path


@dataclass(frozen=True, slots=True)
class Remove(_InPlace):
    """What stands at `path` goes away."""

    path: Pattern
    name: ClassVar[str] = "remove"


@dataclass(frozen=True, slots=True)
class SetDefault(_InPlace):
    """`value` stands at `path` where no layer sets it: a layer below all others."""

    path: Pattern
    value: Data
    name: ClassVar[str] = "set-default"


Type: TypeAlias = Literal["integer", "number", "string", "boolean"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a single value is written anew: by a table, as another type, or by a factor."""

    values: tuple[tuple[str, Scalar], ...] = ()
    type: Type | None = None
    factor: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Convert(_InPlace):
    """The single value at `path` is written anew."""

    path: Pattern
    conversion: Conversion
    name: ClassVar[str] = "convert"


@dataclass(frozen=True, slots=True)
class Migration:
    """How a layer of the version before `version` becomes one of `version`; `file` is where that is written."""

    version: int
    operations: tuple[Operation, ...]
    file: str = ""


def forward(path: Path, operations: Sequence[Operation]) -> Path:
    """Where a path leads after operations."""
    for operation in operations:
        path = operation.forward(path)
    return path


def back(path: Path, operations: Sequence[Operation]) -> Path:
    """Where a path came from, before operations."""
    for operation in reversed(operations):
        path = operation.back(path)
    return path


def _moved(path: Path, source: Pattern, target: Pattern) -> Path:
    if not begins(source, path):
        return path
    # Steps that stand for many are the same in both, and come first.
    head = tuple(
        actual if isinstance(step, Every) else step
        for step, actual in zip(target, (*path[: len(source)], *[""] * len(target)), strict=False)
    )
    return (*head, *path[len(source) :])


def _into(path: Path, at: Pattern, key: str) -> Path:
    return (*path[: len(at)], key, *path[len(at) :]) if begins(at, path) else path


def _out(path: Path, at: Pattern, key: str) -> Path:
    holds = begins(at, path) and path[len(at) : len(at) + 1] == (key,)
    return (*path[: len(at)], *path[len(at) + 1 :]) if holds else path
