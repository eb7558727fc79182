"""Links: what nobody uses, and what names itself in a circle."""

import pytest
from thought.graph.sketches import sketch

from lamina.thought.graph import meet, prefixes
from lamina.words.address import Address, parse_address

THINGS = "agents/a agents/b models:m.x models:m.y"
UNUSED = {
    "nothing is used": ("app:k -> other", "agents/a agents/b models:m.x models:m.y"),
    "by name": ("app:k -> agents/a\napp:k -> models:m.y", "agents/b models:m.x"),
    "by a reference to a value in it": ("app:k => agents/a:name\napp:k => models:m.x.price", "agents/b models:m.y"),
    "by a reference to what it stands in": ("app:k => models:m", "agents/a agents/b"),
    "by itself alone": ("agents/a:k -> agents/a\nmodels:m.x.next -> models:m.x", "agents/a agents/b models:m.x models:m.y"),
    "by another of the same document": ("models:m.x.next -> models:m.y", "agents/a agents/b models:m.x"),
    "by what does not find it": ("!app:k -> agents/a", "agents/a agents/b models:m.x models:m.y"),
    "perhaps": ("app:k -> agents/a,models:m.x", "agents/b models:m.y"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "unused"), UNUSED.values(), ids=UNUSED)
def test_what_is_unused(text: str, unused: str) -> None:
    assert [str(one) for one in sketch(text, THINGS).unused] == unused.split()


CYCLES = {
    "documents": ("a:k -> b\nb:k -> a", ["a b a"]),
    "entries of one document": ("m:l.x.next -> m:l.y\nm:l.y.next -> m:l.x", ["m:l.x m:l.y m:l.x"]),
    "a document by way of an entry of it": ("f:steps[0].agent -> p\np:flow -> f", ["f p f"]),
    "not where another entry leads on": ("a:x.k -> b\nb:k -> a:y", []),
    "not by references": ("a:k => b:k\nb:l => a:l", []),
    "not through what is missing": ("a:k -> b\n!b:k -> a", []),
    "itself": ("a:k -> a", ["a a"]),
}


@pytest.mark.parametrize(("text", "found"), CYCLES.values(), ids=CYCLES)
def test_circles_of_names(text: str, found: list[str]) -> None:
    assert [" ".join(one) for one in sketch(text).cycles] == found


def test_what_an_address_stands_in() -> None:
    assert prefixes(parse_address("a:b[1]")) == (Address("a"), Address("a", ("b",)), Address("a", ("b", 1)))
    pairs = [("a", "a:b"), ("a:b.c", "a:b"), ("a:b", "a:b"), ("a:b", "a:c"), ("a", "b"), ("a:b.c", "a:b.d")]
    assert [meet(*map(parse_address, pair)) for pair in pairs] == [True, True, True, False, False, False]
