"""The way back: which operations can be reversed, into what, and why the others cannot."""

from typing import Any

import pytest

from lamina.thought.migration import Migration, read_migration
from lamina.thought.migration.downgrade import Irreversible, downgrade
from lamina.thought.schema import compile_schema

OLD: Any = {
    "additionalProperties": False,
    "properties": {
        "port": {"type": "integer"},
        "level": {"enum": ["low", "high"]},
        "word": {"type": "string"},
        "size": {"type": ["integer", "string"]},
    },
}
REVERSED: dict[str, tuple[Any, Any]] = {
    "a rename": ({"rename": {"path": "a.b", "to": "c"}}, {"rename": {"path": "a.c", "to": "b"}}),
    "a move": ({"move": {"from": "a.b", "to": "c.d"}}, {"move": {"from": "c.d", "to": "a.b"}}),
    "a wrap": ({"wrap": {"path": "a", "key": "b"}}, {"unwrap": {"path": "a", "key": "b"}}),
    "an unwrap": ({"unwrap": {"path": "a", "key": "b"}}, {"wrap": {"path": "a", "key": "b"}}),
    "a factor": ({"convert": {"path": "port", "factor": 60}}, {"convert": {"path": "port", "factor": "1/60"}}),
    "a type": ({"convert": {"path": "port", "type": "string"}}, {"convert": {"path": "port", "type": "integer"}}),
    "a table of all values": (
        {"convert": {"path": "level", "values": {"low": "quiet", "high": "loud"}}},
        {"convert": {"path": "level", "values": {"quiet": "low", "loud": "high"}}},
    ),
    "a table that only exchanges": (
        {"convert": {"path": "word", "values": {"a": "b", "b": "a"}}},
        {"convert": {"path": "word", "values": {"b": "a", "a": "b"}}},
    ),
    "a default of a new key": ({"set-default": {"path": "new", "value": 1}}, {"remove": {"path": "new"}}),
}
LOST: dict[str, tuple[Any, str]] = {
    "a removal": ({"remove": {"path": "port"}}, "what stood at port is gone"),
    "a table that is not one to one": (
        {"convert": {"path": "level", "values": {"low": "on", "high": "on"}}},
        "two old values become the same new one",
    ),
    "a table onto a value that stays": (
        {"convert": {"path": "level", "values": {"low": "high"}}},
        "a new value is an old one that stays",
    ),
    "a table of who knows which values": (
        {"convert": {"path": "word", "values": {"a": "b"}}},
        "the version before lists no values",
    ),
    "a type that was one of two": ({"convert": {"path": "size", "type": "string"}}, "several values become one"),
    "a default of an old key": ({"set-default": {"path": "port", "value": 1}}, "may have set it itself"),
}


@pytest.mark.parametrize(("operation", "reversed_"), REVERSED.values(), ids=REVERSED)
def test_what_can_be_reversed_is(operation: Any, reversed_: Any) -> None:
    back = _downgrade(operation)
    assert isinstance(back, Migration)
    assert (back.version, back.operations) == (1, _migration(reversed_).operations)


@pytest.mark.parametrize(("operation", "why"), LOST.values(), ids=LOST)
def test_what_cannot_be_reversed_says_why(operation: Any, why: str) -> None:
    back = _downgrade(operation)
    assert isinstance(back, tuple)
    [lost] = back
    assert isinstance(lost, Irreversible)
    assert why in lost.why


def test_operations_are_reversed_from_the_last() -> None:
    back = _downgrade({"rename": {"path": "a", "to": "b"}}, {"wrap": {"path": "b", "key": "c"}})
    assert isinstance(back, Migration)
    assert [one.name for one in back.operations] == ["unwrap", "move"]


def _downgrade(*operations: Any) -> Migration | tuple[Irreversible, ...]:
    schema = compile_schema("schemas/app/v1.schema.yaml", OLD, lambda _: None)
    return downgrade(_migration(*operations), schema.shape)


def _migration(*operations: Any) -> Migration:
    migration, faults = read_migration({"operations": list(operations)}, 2)
    assert not faults
    return migration
