"""Rooms: values of expressions, and that none is taken for another."""

from typing import Any

import pytest

from lamina.thought.expressions import BadExpression, Room, Unknown

ROOM = Room({"document": "any", "n": "map", "name": "text", "on": "truth"})
VALUES: dict[str, Any] = {"document": {"a": {"b": 2}, "l": [1, 2]}, "n": {}, "name": "x", "on": True}


def value(text: str) -> Any:
    return ROOM.term(text).value(ROOM.values(VALUES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("document.a.b * 2", 4),
        ("document.l.map(x, x + 1)", [2, 3]),
        ("document.a", {"b": 2}),
        ("document.?z.?y.orValue('none')", "none"),
        ("name.upperAscii() + string(on)", "Xtrue"),
        ("document.z", Unknown('there is no key "z"')),
        ("1 / (document.a.b - 2)", Unknown("divide by zero")),
    ],
)
def test_a_value_is_plain(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_what_can_never_be_true_is_told_before() -> None:
    assert ROOM.term("document.a.b + 1 == 3").never_truth is None
    assert ROOM.term("document.a").never_truth is None
    assert ROOM.term("name + name").never_truth == "it gives a value of the type string, neither true nor false"


def test_where_a_text_is_wrong_is_told() -> None:
    with pytest.raises(BadExpression) as failure:
        ROOM.term("true &&\n  nme == 'x'")
    assert (failure.value.line, failure.value.column) == (2, 3)
    assert failure.value.why == "undeclared reference to 'nme'"
