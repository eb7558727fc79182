"""What an expression names: the places in variables that it reads, told by its syntax tree.

The library gives the tree in the form of protocol buffers: cel.expr.CheckedExpr of
https://github.com/google/cel-spec/blob/master/proto/cel/expr/checked.proto, inside of a google.protobuf.Any.
"""

from collections.abc import Iterator
from typing import TypeAlias

from lamina.words.node import Path
from lamina.words.values import dataclass

_Fields: TypeAlias = dict[int, list[bytes | int]]

# The numbers of fields: of Any and CheckedExpr, of Expr, and of what an Expr can be.
_ANY_VALUE, _CHECKED_EXPR = 2, 4
_CONSTANT, _NAME, _SELECT, _CALL, _LIST, _STRUCT, _COMPREHENSION = range(3, 10)
_INT, _UINT, _TEXT = 3, 4, 6
_INDEX = ("_[_]", "_[?_]", "_?._")


@dataclass(frozen=True, slots=True)
class Named:
    """A variable, and how deep in it a place is named in so many words."""

    variable: str
    path: Path = ()


def named(serialized: bytes) -> tuple[Named, ...]:
    """Every place of a variable that an expression names, once each, in the order of its text; raises ValueError."""
    checked = _fields(_bytes(_fields(serialized), _ANY_VALUE))
    return tuple(dict.fromkeys(_of(_bytes(checked, _CHECKED_EXPR), frozenset())))


def _of(node: bytes, bound: frozenset[str]) -> Iterator[Named]:
    """What a node names; `bound` are names that stand for an item of a list or a map there."""
    fields = _fields(node)
    place = _place(fields)
    if place is not None:
        if place.variable not in bound:
            yield place
    elif _SELECT in fields:
        yield from _of(_bytes(_fields(_bytes(fields, _SELECT)), 1), bound)
    elif _CALL in fields:
        call = _fields(_bytes(fields, _CALL))
        for part in (*call.get(1, ()), *call.get(3, ())):
            yield from _of(_as_bytes(part), bound)
    elif _LIST in fields:
        for part in _fields(_bytes(fields, _LIST)).get(1, ()):
            yield from _of(_as_bytes(part), bound)
    elif _STRUCT in fields:
        for entry in _fields(_bytes(fields, _STRUCT)).get(2, ()):
            inside = _fields(_as_bytes(entry))
            for part in (*inside.get(3, ()), *inside.get(4, ())):
                yield from _of(_as_bytes(part), bound)
    elif _COMPREHENSION in fields:
        yield from _of_comprehension(_fields(_bytes(fields, _COMPREHENSION)), bound)


def _of_comprehension(fields: _Fields, bound: frozenset[str]) -> Iterator[Named]:
    inside = bound | {_bytes(fields, number).decode() for number in (1, 3, 8) if number in fields}
    for number in (2, 4, 5, 6, 7):
        if number in fields:
            yield from _of(_bytes(fields, number), inside if number > 4 else bound)


def _place(fields: _Fields) -> Named | None:
    """The place that a node names by fields and constants alone: `document.a["b.c"][0]`."""
    if _NAME in fields:
        return Named(_bytes(_fields(_bytes(fields, _NAME)), 1).decode())
    if _SELECT in fields:
        select = _fields(_bytes(fields, _SELECT))
        return _deeper(_bytes(select, 1), _bytes(select, 2).decode())
    if _CALL in fields:
        call = _fields(_bytes(fields, _CALL))
        if call.get(2, [b""])[0] in [name.encode() for name in _INDEX]:
            of, index = map(_as_bytes, call[3])
            step = _constant(_fields(index))
            return _deeper(of, step) if step is not None else None
    return None


def _deeper(node: bytes, step: str | int) -> Named | None:
    above = _place(_fields(node))
    return Named(above.variable, (*above.path, step)) if above is not None else None


def _constant(fields: _Fields) -> str | int | None:
    """The text or the whole number that a node is; None for any other."""
    constant = _fields(_bytes(fields, _CONSTANT)) if _CONSTANT in fields else {}
    if _TEXT in constant:
        return _bytes(constant, _TEXT).decode()
    number = next((constant[one][0] for one in (_INT, _UINT) if one in constant), None)
    return number if isinstance(number, int) and number < 2**63 else None


def _fields(message: bytes) -> _Fields:
    """The fields of a message by number: numbers, and bytes of what has a length."""
    found: _Fields = {}
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            found.setdefault(number, []).append(value)
            continue
        if wire == 2:
            length, at = _varint(message, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"a field of the wire type {wire}")
        found.setdefault(number, []).append(message[at : at + length])
        at += length
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message):
            raise ValueError("a message that ends early")
        byte = message[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _bytes(fields: _Fields, number: int) -> bytes:
    return _as_bytes(fields.get(number, [b""])[0])


def _as_bytes(value: bytes | int) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message should be")
    return value
