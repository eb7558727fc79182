"""The way back: the migration that undoes another, where every operation can be reversed, or why it cannot."""

from collections.abc import Sequence
from typing import Any

from lamina.thought.migration.conversions import scalar_word
from lamina.thought.migration.operations import (
    Conversion,
    Convert,
    Migration,
    Move,
    Operation,
    Remove,
    SetDefault,
    Type,
    Unwrap,
    Wrap,
    back,
)  # fmt: skip
from lamina.thought.migration.patterns import example, pattern_text
from lamina.thought.migration.reading import TYPES
from lamina.thought.migration.soundness import Shape, at
from lamina.words.node import Scalar
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Irreversible:
    """An operation that cannot be reversed: its place among the operations, and why."""

    index: int
    operation: Operation
    why: str


def downgrade(migration: Migration, old: Shape | None) -> Migration | tuple[Irreversible, ...]:
    """The migration from `version` back to the one before, or what cannot be reversed; `old` is the older schema's shape."""
    reversed_: list[Operation] = []
    reasons: list[Irreversible] = []
    for index, operation in enumerate(migration.operations):
        found = _reversed(operation, migration.operations[:index], old)
        if isinstance(found, str):
            reasons.append(Irreversible(index, operation, found))
        else:
            reversed_.insert(0, found)
    return tuple(reasons) if reasons else Migration(migration.version - 1, tuple(reversed_), migration.file)


def _reversed(operation: Operation, earlier: Sequence[Operation], old: Shape | None) -> Operation | str:
    place = at(old, back(example(operation.path), earlier)) if old is not None else None
    match operation:
        case Move(path, to):
            return Move(to, path)
        case Wrap(path, key):
            return Unwrap(path, key)
        case Unwrap(path, key):
            return Wrap(path, key)
        case Convert(path, conversion):
            found = _unconverted(conversion, place)
            return found if isinstance(found, str) else Convert(path, found)
        case SetDefault(path, _) if old is not None and place is None:
            # The older version has no such key: whatever stands there came with this one.
            return Remove(path)
        case SetDefault():
            return "a layer of the version before may have set it itself, so nobody knows whether to take it out again"
    return f"what stood at {pattern_text(operation.path)} is gone, and nothing says what it was"


def _unconverted(conversion: Conversion, place: Shape | None) -> Conversion | str:
    if conversion.factor is not None:
        return Conversion(factor=1 / conversion.factor)
    if conversion.type is not None:
        kinds = [kind for kind in place.types if kind != "null"] if place is not None else []
        if len(kinds) == 1 and kinds[0] in TYPES and _keeps(kinds[0], conversion.type):
            kind: Type = kinds[0]  # type: ignore[assignment]
            return Conversion(type=kind)
        return "several values become one, or the version before does not say of what one type the value was"
    return _untabled(dict(conversion.values), place)


def _keeps(old: str, new: str) -> bool:
    """Whether a change of type loses nothing: into text, of which only one spelling comes."""
    return old == new or new == "string" or (old, new) == ("integer", "number")


def _untabled(table: dict[str, Scalar], place: Shape | None) -> Conversion | str:
    images = [scalar_word(image) for image in table.values()]
    if len(set(images)) < len(images):
        return "two old values become the same new one"
    listed: Any = (place.enum if place else None) or ()
    known: dict[str, Any] = {scalar_word(one): one for one in listed if not isinstance(one, dict | list)}
    if known:
        stay = known.keys() - table.keys()
        if stay & set(images):
            return "a new value is an old one that stays, so nobody knows which it was"
        return Conversion(values=tuple((scalar_word(new), known.get(old, old)) for old, new in table.items()))
    if set(images) == set(table):
        return Conversion(values=tuple((scalar_word(new), old) for old, new in table.items()))
    return "the version before lists no values (enum), so a new one may have been there already"
