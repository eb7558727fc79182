"""Namings: which values of a document name something, and where `x-refers` says that it is to be found."""

import pytest
from thought.schema.making import compiled, data, sound

from lamina.thought.schema.namings import namings, registers
from lamina.thought.schema.registers import Register, registers_of
from lamina.words.address import Address
from lamina.words.node import Data

SCHEMA = """
    type: object
    properties:
      agent: {type: string, x-refers: agents}
      plain: {type: string}
      steps:
        type: array
        items: {properties: {needs: {items: {x-refers: ":steps"}}}}
      swaps: {type: object, x-refers: "models:models", additionalProperties: {x-refers: [agents, "app:a.b"]}}
      more: {$ref: "#/$defs/more"}
    $defs:
      more: {properties: {more: {$ref: "#/$defs/more"}, owner: {x-refers: teams}}}
"""


KEYS = ("agent", "plain", "steps", "swaps", "more")


def named(text: str) -> list[tuple[object, str, bool]]:
    return [(one.path, one.name, one.at_key) for one in namings(data(text), sound(SCHEMA).shape)]


def test_texts_keys_and_items_name() -> None:
    assert named("{agent: coder, plain: x}") == [(("agent",), "coder", False)]
    assert named("{steps: [{}, {needs: [a, b]}]}") == [
        (("steps", 1, "needs", 0), "a", False),
        (("steps", 1, "needs", 1), "b", False),
    ]
    assert named("{swaps: {deep: quick}}") == [
        (("swaps", "deep"), "deep", True),
        (("swaps", "deep"), "quick", False),
    ]
    assert named("{more: {more: {owner: me}}}") == [(("more", "more", "owner"), "me", False)]


@pytest.mark.parametrize("text", ["{agent: 3}", "{agent: null}", "{agent: [a]}", "{steps: x}", "[]", "{nowhere: a}"])
def test_what_is_no_text_names_nothing(text: str) -> None:
    assert named(text) == []


def test_every_register_of_a_schema_is_told_once_however_deep_it_stands() -> None:
    assert registers(sound(SCHEMA).shape) == {
        Register("agents"),
        Register("", ("steps",)),
        Register("models", ("models",)),
        Register("app", ("a", "b")),
        Register("teams"),
    }
    assert registers(sound("properties: {a: {}}").shape) == set()


def test_the_outermost_says_where() -> None:
    shape = sound("{properties: {a: {$ref: '#/$defs/d', x-refers: us}}, $defs: {d: {x-refers: them}}}").shape
    (one,) = namings({"a": "x"}, shape)
    assert one.registers == (Register("us"),)
    assert one.said is not None
    assert one.said.path == ("properties", "a", "x-refers")


SAYS: dict[str, tuple[Data, tuple[Register, ...]]] = {
    "a kind": ("agents", (Register("agents"),)),
    "an address": ("models:a.b", (Register("models", ("a", "b")),)),
    "an address of a document in a folder": ("agents/x:a", (Register("agents/x", ("a",)),)),
    "the same document": (":a", (Register("", ("a",)),)),
    "a list": (["agents", ":a"], (Register("agents"), Register("", ("a",)))),
}


@pytest.mark.parametrize(("said", "found"), SAYS.values(), ids=SAYS)
def test_what_x_refers_says(said: Data, found: tuple[Register, ...]) -> None:
    assert registers_of(said) == found


WRONG: list[Data] = [
    "", ":", "a:", "a/b", "/a", "a/:b", "../a:b", "a b", "a:b..c", 3, None, {}, [], [[]], ["a", 3], ["a", "a"], ["a", ""],
]  # fmt: skip


@pytest.mark.parametrize("said", WRONG, ids=repr)
def test_what_says_nothing(said: Data) -> None:
    assert registers_of(said) == ()


def test_where_a_register_stands_for_a_document() -> None:
    assert Register("agents").within("app") == Address("agents/")
    assert Register("", ("a",)).within("app") == Address("app", ("a",))
    assert Register("b", ("a",)).within("app") == Address("b", ("a",))


def test_a_schema_without_names_is_marked_so_at_every_place() -> None:
    shape = sound(SCHEMA).shape
    parts = {key: part.has_names for key, part in zip(KEYS, map(shape.child, KEYS), strict=True) if part}
    assert parts == {"agent": True, "plain": False, "steps": True, "swaps": True, "more": True}
    assert not compiled("properties: {a: {x-owner: me}}").shape.has_names
