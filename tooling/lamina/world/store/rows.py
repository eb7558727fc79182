"""Records as rows of values that SQLite and JSON know, and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, get_type_hints

import orjson

from lamina.words.runs import KINDS, Record

KIND_OF: Mapping[type[Record], str] = {made: kind for kind, made in KINDS.items()}


def row(record: Record) -> tuple[Any, ...]:
    """The values of a record, in the order of its fields."""
    values: tuple[Any, ...] = _VALUES[type(record)](record)
    return values


def record(kind: str, values: Sequence[Any]) -> Record:
    """The record of a row; raises ValueError and TypeError for what is none."""
    given = list(values)
    for number, read in _READ[kind]:
        given[number] = read(given[number])
    return KINDS[kind](*given)


def _values(made: type[Record]) -> Callable[[Any], tuple[Any, ...]]:
    every: Callable[[Any], tuple[Any, ...]] = attrgetter(*(one.name for one in fields(made)))
    names = [one.name for one in fields(made)]
    if "labels" not in names:
        return every
    place = names.index("labels")

    def values(record: Any) -> tuple[Any, ...]:
        found = every(record)
        return (*found[:place], orjson.dumps(dict(found[place])).decode(), *found[place + 1 :])

    return values


def _reading(made: type[Record]) -> list[tuple[int, Callable[[Any], Any]]]:
    hints = get_type_hints(made)
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for number, one in enumerate(fields(made)):
        hint = hints[one.name]
        if one.name == "labels":
            found.append((number, orjson.loads))
        elif hint is bool or (isinstance(hint, type) and issubclass(hint, StrEnum)):
            found.append((number, hint))
    return found


_VALUES = {made: _values(made) for made in KIND_OF}
_READ = {kind: _reading(made) for kind, made in KINDS.items()}
