"""Values as block text: indentation, text blocks, and tags after a colon and after a dash."""

import pytest

from lamina.thought.document.block_text import after_colon, after_dash
from lamina.thought.document.layout import Layout
from lamina.words.node import Patch, Tagged


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (1, (" 1", "")),
        ({}, (" {}", "")),
        ({"a": 1, "b": []}, ("", "\n  a: 1\n  b: []")),
        ({"a": {"b": [1, {"c": 2, "d": 3}]}}, ("", "\n  a:\n    b:\n      - 1\n      - c: 2\n        d: 3")),
        ([[1, 2], [{"a": [3]}]], ("", "\n  - - 1\n    - 2\n  - - a:\n        - 3")),
        (Tagged("append", [1]), (" !append", "\n  - 1")),
        (Tagged("replace", "x"), (" !replace x", "")),
        (Tagged("unset", None), (" !unset", "")),
        ([Tagged("unset", {"name": "x"})], ("", "\n  - !unset {name: x}")),
    ],
)
def test_what_follows_a_colon(value: Patch, lines: tuple[str, str]) -> None:
    assert after_colon(value, 0, Layout()) == lines


def test_what_follows_a_dash_starts_on_its_line() -> None:
    assert after_dash({"a": 1, "b": 2}, 4, Layout()) == (" a: 1", "\n      b: 2")
    assert after_dash([1, 2], 0, Layout()) == (" - 1", "\n  - 2")
    assert after_dash("a\nb", 0, Layout()) == (" |-", "\n  a\n  b")


def test_the_layout_is_followed() -> None:
    assert after_colon({"a": [1]}, 0, Layout("\r\n", 4, 0)) == ("", "\r\n    a:\r\n    - 1")
    assert after_colon("a: b", 0, Layout(quote="'")) == (" 'a: b'", "")
    assert after_colon("a\nb", 0, Layout(literal=False)) == (' "a\\nb"', "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", (" |", "\n  a\n  b")),
        ("a\n\n  b", (" |-", "\n  a\n\n    b")),
        ("a\n\n\n", (" |+", "\n  a\n\n")),
        ("a\n\tb\n", (" |", "\n  a\n  \tb")),
    ],
)
def test_texts_of_several_lines_are_blocks(text: str, lines: tuple[str, str]) -> None:
    assert after_colon(text, 0, Layout()) == lines


@pytest.mark.parametrize(
    "text", [" a\nb", "\na", "\ta\nb", "\n", "a \nb", "a\n \nb", "a\r\nb", "a\n\x85", "a\n\ufeffb"]
)
def test_texts_that_a_block_would_not_hold_exactly_are_quoted(text: str) -> None:
    head, body = after_colon(text, 0, Layout())
    assert head.startswith(' "')
    assert body == ""
