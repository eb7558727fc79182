"""What an expression names: by its syntax tree, whatever its text looks like."""

import pytest

from lamina.thought.expressions import Named, Room
from lamina.thought.expressions.named import named

ROOM = {"document": "any", "old": "any", "documents": "map", "environment": "text"}

NAMES = {
    "document.a.b <= 3": ["document.a.b"],
    'document["a.b"][0].c': ["document.a|b.0.c"],
    "document.?a[?'b'].orValue(1) == 1": ["document.a.b"],
    "has(document.a.b) && document.a.b > old.a.b": ["document.a.b", "old.a.b"],
    "document.items.all(item, item.port > document.least)": ["document.items", "document.least"],
    "document.old.all(old, old > 1)": ["document.old"],
    "document.a.map(k, k + document.b) == []": ["document.a", "document.b"],
    "document[environment].a": ["document", "environment"],
    "document.a[document.b] == 1": ["document.a", "document.b"],
    "document.a.size() > 2 // old.x": ["document.a"],
    '"old.x" == document.a': ["document.a"],
    "[document.a, {'k': document.b}] == [1, {document.c: 2}]": ["document.a", "document.b", "document.c"],
    "(document.a + [document.b])[0].c == 1": ["document.a", "document.b"],
    "document.a == document.a": ["document.a"],
    "true": [],
    "document[-1] == 1": ["document"],
    "document[1.5] == 1": ["document"],
    "document[true] == 1": ["document"],
    "document[18446744073709551615u] == 1": ["document"],
}


def shown(one: Named) -> str:
    return ".".join([one.variable, *(str(step).replace(".", "|") for step in one.path)])


@pytest.mark.parametrize("text", NAMES)
def test_the_places_that_are_named(text: str) -> None:
    assert [shown(one) for one in Room(ROOM).term(text).named] == NAMES[text]  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", [b"\x0a", b"\x12\x05", b"\x13", b"\x10\x01", b"\x12\x02\x20\x01"])
def test_what_is_no_syntax_tree_is_refused(cut: bytes) -> None:
    if cut == b"\x12\x05":
        assert named(cut) == ()  # nothing at all is an expression that names nothing
        return
    with pytest.raises(ValueError, match=r"message|wire"):
        named(cut)
