"""Names: what a register offers, and what is wrong with what leads nowhere or to several things."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.schema.making import data, sound

from lamina.thought.schema import Fault
from lamina.thought.schema.names import Named, Names, entries, fault_of
from lamina.words.address import Address
from lamina.words.node import Data, Path, Sealed

DOCUMENTS: Mapping[str, str] = {
    "agents/coder": "{}",
    "agents/team/lead": "{}",
    "models": "{models: {deep: {}, quick: {}}, listed: [{name: a}, {name: b}], texts: [x], number: 3}",
    "teams/coder": "{}",
}
SHAPE = sound("properties: {listed: {type: array, x-merge: {by: name}, items: {}}}").shape


def looked_up(refers: str, text: str, without: str = "") -> list[Named]:
    """What the document `app`, whose key `a` refers there, names in DOCUMENTS; one of those cannot be made."""
    names = Names(
        lambda: sorted([*DOCUMENTS, "app"]),
        lambda name: name in [*DOCUMENTS, "app"],
        lambda name: None if name == without else data(DOCUMENTS[name]),
        lambda _: SHAPE,
    )
    shape = sound(f"properties: {{a: {{x-refers: {refers}}}}}").shape
    return list(names.named("app", data(text), shape))


def fault(refers: str, text: str, secrets: frozenset[Path] = frozenset(), without: str = "") -> Fault | None:
    (one,) = looked_up(refers, text, without)
    return fault_of(one, secrets)


FOUND = {
    "a document": ("agents", "coder", Address("agents/coder")),
    "a document in a folder": ("agents", "team/lead", Address("agents/team/lead")),
    "a key": ("'models:models'", "deep", Address("models", ("models", "deep"))),
    "an item by its key": ("'models:listed'", "b", Address("models", ("listed", 1))),
    "a text of a list": ("'models:texts'", "x", Address("models", ("texts", 0))),
    "in the second place": ("[teams, 'models:models']", "quick", Address("models", ("models", "quick"))),
}


@pytest.mark.parametrize(("refers", "name", "target"), FOUND.values(), ids=FOUND)
def test_a_name_that_leads_somewhere(refers: str, name: str, target: Address) -> None:
    (one,) = looked_up(refers, f"{{a: {name}}}")
    assert one.targets == (target,)
    assert fault_of(one, frozenset()) is None


def test_a_name_in_the_same_document() -> None:
    (one,) = looked_up("':b'", "{a: x, b: {x: 1}}")
    assert one.targets == (Address("app", ("b", "x")),)


DEAD = {
    "near one": ("agents", "codr", 'names nothing in agents/', 'did you mean "coder"?'),
    "near none": ("agents", "zzz", 'names nothing in agents/', "there are coder, team/lead"),
    "an empty kind": ("nobody", "zzz", 'names nothing in nobody/', "nothing there has a name, and schemas/app/v1"),
    "of no document": ("'nobody:a'", "zzz", 'names nothing in nobody:a', "nothing there has a name"),
    "of no value": ("'models:modles'", "deep", 'names nothing in models:modles', "nothing there has a name"),
    "of a list": ("'models:listed'", "c", 'names nothing in models:listed', "there are a, b"),
    "of two places": ("[agents, 'models:models']", "deeep", 'nothing in agents/, models:models', 'did you mean "deep"?'),
    "with its kind": ("agents", "agents/coder", 'names nothing in agents/', "there are coder, team/lead"),
}  # fmt: skip


@pytest.mark.parametrize(("refers", "name", "message", "fix"), DEAD.values(), ids=DEAD)
def test_a_name_that_leads_nowhere(refers: str, name: str, message: str, fix: str) -> None:
    found = fault(refers, f"{{a: {name}}}")
    assert found is not None
    assert (found.rule, found.path, found.at_key) == ("dead-reference", ("a",), False)
    assert f'"{name}" names ' in found.message
    assert message in found.message
    assert (found.fix or "").startswith(fix)


def test_a_name_of_two_things_is_ambiguous() -> None:
    found = fault("[agents, teams]", "{a: coder}")
    assert found is not None
    assert found.rule == "ambiguous-reference"
    assert found.message == '"coder" names agents/coder and teams/coder, and only one can be meant'


def test_of_a_key_the_key_is_to_blame() -> None:
    found = fault("agents", "{a: {codr: x}}")
    assert found is not None
    assert (found.path, found.at_key) == (("a", "codr"), True)


@pytest.mark.parametrize(("refers", "name"), [("agents", "codr"), ("[agents, teams]", "coder")])
def test_of_a_secret_nothing_is_told(refers: str, name: str) -> None:
    found = fault(refers, f"{{a: {name}}}", frozenset({("a",)}))
    assert found is not None
    assert "cod" not in f"{found.message}{found.fix}"


UNSURE: dict[str, tuple[Data, bool]] = {
    "a map": ({"a": 1}, True),
    "nothing": ({}, True),
    "a list": (["a"], True),
    "a reference that was not resolved": ("${x}", False),
    "a number": (3, False),
    "a list of numbers": ([1], False),
    "a sealed list": ([Sealed("ENC[x]", "str")], False),
}


@pytest.mark.parametrize(("value", "sure"), UNSURE.values(), ids=UNSURE)
def test_what_cannot_be_read_as_names(value: Data, sure: bool) -> None:
    assert (entries(value, None) is not None) == sure


def test_where_a_place_cannot_be_read_nothing_is_dead() -> None:
    assert fault("'models:number'", "{a: x}") is None
    assert fault("'models:models'", "{a: x}", without="models") is None
    assert fault("[agents, 'models:models']", "{a: x}", without="models") is None
    assert fault("[agents, 'models:models']", "{a: coder}", without="models") is None


def test_where_it_would_stand() -> None:
    (one,) = looked_up("[agents, 'models:models']", "{a: x}")
    assert one.candidates == (Address("agents/x"), Address("models", ("models", "x")))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True), st.text(min_size=1))
def test_exactly_the_keys_of_a_map_can_be_named(keys: list[str], asked: str) -> None:
    names = Names(lambda: ["app"], lambda name: name == "app", lambda _: None, lambda _: None)
    shape = sound("properties: {a: {x-refers: ':b'}}").shape
    (one,) = names.named("app", {"a": asked, "b": dict.fromkeys(keys)}, shape)
    assert (fault_of(one, ()) is None) == (asked in keys)
