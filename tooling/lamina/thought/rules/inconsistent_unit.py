"""A value's unit is said twice, and not alike.

What: the name of a key says one unit, and `x-unit` in the schema or the value itself another: whoever reads one of them is
wrong by a factor of sixty or a thousand. As a note: two keys of one map that measure the same in different units.

Example:

    request_timeout_seconds: 500ms
    connect_timeout_ms: 250         # a note: read_timeout_seconds stands beside it

Instead: say one unit, in the name or in `x-unit`, and write plain numbers.

Fix: none, since only people know which of the two was meant.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lamina.thought.rules.naming import Test, plainly
from lamina.thought.rules.rule import Also, Breach, Rule
from lamina.thought.rules.subjects import Rendered, SchemaText, Shape
from lamina.thought.rules.units import Unit, unit_of_name, unit_of_text, unit_said
from lamina.thought.rules.walking import declared, shape_at
from lamina.words.address import path_text
from lamina.words.node import Path

# What may differ between two names that measure the same: which of several times of one request, which end of a range.
_SIDES = frozenset({"connect", "connection", "read", "write", "send", "receive", "request", "response", "min", "max"})


@lru_cache(maxsize=16_384)
def _named(key: str) -> tuple[Unit, str] | None:
    """The unit that a key names, and what the key measures, without what tells it from others of the same; "" if nothing."""
    named = unit_of_name(plainly(key))
    if named is None:
        return None
    parts = named[1].split("_")
    stem = [part for part in parts if part not in _SIDES]
    return named[0], "_".join(stem) if len(stem) < len(parts) else ""


def _suspects(key: str, shape: Shape | None) -> Test | None:
    named = _named(key)
    if named is not None:
        return _is_amount if not named[1] else _is_anything
    return _is_amount if shape is not None and key in _with_unit(shape) else None


def _is_amount(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in _NUMERALS


def _is_anything(value: Any) -> bool:
    return True


_NUMERALS = frozenset("0123456789+-")


@lru_cache(maxsize=64)  # one for each kind
def _with_unit(shape: Shape) -> frozenset[str]:
    return frozenset(key for key, below in declared(shape) if unit_said(below.unit) is not None)


def _of_document(document: Rendered) -> Iterator[Breach]:
    measured: dict[tuple[Path, str], dict[Unit, Path]] = {}
    for path, name, value, _ in document.suspected(_suspects):
        named = _named(name)
        if _is_amount(value):
            at = shape_at(document.shape, path)
            yield from _of_text(path, value, named[0] if named else unit_said(at.unit if at is not None else None))
        if named is not None and named[1] and not isinstance(value, dict) and isinstance(path[-1], str):
            measured.setdefault((path[:-1], named[1]), {}).setdefault(named[0], path)
    for units in measured.values():
        yield from _beside(units)


def _of_text(path: Path, value: str, expected: Unit | None) -> Iterator[Breach]:
    written = unit_of_text(value, expected) if expected is not None else None
    if expected is not None and written is not None and written != expected:
        message = f"{path_text(path)} is in {expected[1]}, and {value} is in {written[1]}"
        yield Breach(message, path, fix=f"write a number of {expected[1]}, or name the key after what it holds")


def _beside(units: dict[Unit, Path]) -> Iterator[Breach]:
    """Keys of one map that measure the same in different units."""
    (first_unit, first), *others = units.items()
    for unit, path in others:
        if unit[0] == first_unit[0]:
            message = f"{path_text(path)} is in {unit[1]}, and {first[-1]} beside it in {first_unit[1]}"
            also = (Also("in another unit", first, at_key=True),)
            yield Breach(message, path, True, "measure both alike", severity="note", also=also)


def _of_schema(schema: SchemaText) -> Iterator[Breach]:
    """Keys that are declared with an `x-unit` that contradicts their name."""
    for key, below in declared(schema.shape):
        named, said = unit_of_name(plainly(key)), unit_said(below.unit)
        if named is not None and said is not None and named[0] != said:
            message = f"the name of {key} says {named[0][1]}, and its x-unit {said[1]}"
            yield Breach(message, below.place.path, True, "mend the one that is wrong", file=below.place.file)


RULE = Rule("inconsistent-unit", "warning", __doc__, _of_document, suspects=_suspects)
IN_SCHEMAS = Rule("inconsistent-unit", "warning", __doc__, _of_schema)
