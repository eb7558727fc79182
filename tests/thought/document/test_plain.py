"""Plain scalars by their words."""

import pytest

from lamina.thought.document import plain_words
from lamina.words.address import path_text

WANTED = {"no", "on", "Off"}


def found(text: str, file: str = "a.yaml") -> list[str]:
    text = text.removeprefix("\ufeff")
    words = list(plain_words(text.encode("utf-8-sig"), file, WANTED))
    assert [text[one.start : one.end] for one in words] == [one.text for one in words]
    return [f"{one.line}:{one.column} {path_text(one.path)}{' key' * one.is_key}" for one in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: no", ["1:4 a"]),
        ("a:\n  - de\n  - no\n", ["3:5 a[1]"]),
        ("on: push", ["1:1 on key"]),
        ("on: no", ["1:1 on key", "1:5 on"]),
        ("a: {Off: [no]}", ["1:5 a.Off key", "1:11 a.Off[0]"]),
        ("a: !replace no", ["1:13 a"]),
        ("a: &x no\nb: *x", ["1:7 a"]),
        ("a: &x {b: no}\nc: *x", ["1:11 a.b"]),
        ("a: 'no'\nb: \"on\"\n'no': 1", []),
        ("a: !!str no", []),
        ("a: |\n  no\nb: >-\n  on\n", []),
        ("a: no more\nb: OFF\nc: nod", []),
        ("# no\na: 1 # on\n", []),
        ("", []),
    ],
)
def test_what_is_plain(text: str, words: list[str]) -> None:
    assert found(text) == words


def test_no_scalar_of_json_is_plain() -> None:
    assert found('{"a": "no"}', "a.json") == []
