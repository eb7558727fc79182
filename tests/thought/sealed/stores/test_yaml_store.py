"""YAML as yaml.v3 reads it, with the comments where sops finds them."""

import math
from typing import Any

import pytest
from thought.sealed.stores.reading import data_of, notes_of, read, refusal, written

from lamina.thought.sealed.stores.yaml_scalars import Unsayable, resolve
from lamina.thought.sealed.values import Time

SCALARS: list[tuple[str, Any]] = [
    ("yes", "yes"),
    ("12:30:45", "12:30:45"),
    ("1.2.3", "1.2.3"),
    ("0o17", 15),
    ("010", 8),
    ("089", 89.0),
    ("0x1F", 31),
    ("0b11", 3),
    ("1_000", 1000),
    ("1e3", 1000.0),
    ("1.50", 1.5),
    (".5", 0.5),
    ("-0", 0),
    ("-0.0", -0.0),
    ("+.inf", math.inf),
    ("~", None),
    ("", None),
    ("Null", None),
    ("nULL", "nULL"),
    ("True", True),
    ("tRUE", "tRUE"),
    ("2001-12-14", "2001-12-14T00:00:00Z"),
    ("2001-12-14 21:59:43 -5", "2001-12-14 21:59:43 -5"),
    ("-9223372036854775808", -(2**63)),
    ("9223372036854775807", 2**63 - 1),
    ("18446744073709551616", 2.0**64),
    ("-9223372036854775809", -(2.0**63)),
    ("1e999", "1e999"),
    ("0x", "0x"),
    ("_", "_"),
    ("1__", 1),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=[text or "nothing" for text, _ in SCALARS])
def test_plain_scalars(text: str, value: Any) -> None:
    found = resolve(text)
    assert (str(found), found) == (str(value), value)
    assert type(found) in (type(value), Time)


def test_an_integer_that_only_an_unsigned_one_holds() -> None:
    with pytest.raises(Unsayable):
        resolve("18446744073709551615")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('a: "1"\nb: !!str 1\nc: !!int "1"\nd: !other x\n', {"a": "1", "b": "1", "c": 1, "d": "x"}),
        ("a: !!binary aGk=\n", {"a": "hi"}),
        ("a: &x {b: 1}\nc: *x\nd: [*x]\n", {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]}),
        ("a: |\n  x\n\nb: >-\n  y\n  z\n", {"a": "x\n", "b": "y z"}),
        ("null\n", {}),
        ("---\n", {}),
        ("\ufeffa: 1\r\nb: [1,\r\n 2]\r\n", {"a": 1, "b": [1, 2]}),
    ],
    ids=["tags", "binary", "aliases", "blocks", "null", "nothing", "mark and CRLF"],
)
def test_data(text: str, data: Any) -> None:
    assert data_of("yaml", text) == [data]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("# a\nk: 1 # b\n# c\n", [(":", " a"), (":", " b"), (":", " c")]),
        ("k:\n  # a\n  j: 1\n", [("k:", " a")]),
        ("k: # a\n  j: 1\n", [(":", " a")]),
        ("k:\n  # a\n  - 1\n  # b\n", [("k:", " a"), ("k:", " b")]),
        ("k:\n  # a\n  - []\n", [("k:", " a")]),
        ("k:\n  # a\n  [1]\n", [("k:", " a")]),
        ("k: [1] # a\n", [("k:", " a")]),
        ("k:\n  j: 1\n\n# a\nl: 2\n", [(":", " a")]),
        ("k:\n  j: 1\n# a\n---\n{}\n", [(":", " a")]),
        ("k:\n      - 1\n      # a\n    # b\n", [("k:", " a"), (":", " b")]),
        ("k: 'a # b'\nl: c#d\n", []),
        ("k: | # a\n  # b\n", [(":", " a")]),
    ],
)
def test_what_comments_are_bound_to(text: str, notes: list[tuple[str, str]]) -> None:
    assert notes_of("yaml", text) == notes


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: 1\na: 2\n", 2, "the key a stands twice"),
        ("1: x\n", 1, "a key is not text"),
        ("[a]: x\n", 1, "a key is not text"),
        ("\n- a\n", 2, "a document is no map"),
        ("a: &a [*a]\n", 1, "stands inside what it names"),
        ("a: 1\nsops: {}\n", 2, "a key sops"),
        ("a: [\n", 2, "did not find expected"),
        ("a: *b\n", 1, "an alias names nothing that stands before it"),
        ("a: !!int x\n", 1, "no int, as its tag says"),
    ],
)
def test_refusals(text: str, line: int, why: str) -> None:
    at, said = refusal("yaml", text)
    assert (at, why in said) == (line, True)


def test_an_undefined_alias_may_be_a_secret() -> None:
    assert "hunter2" not in refusal("yaml", "password: *hunter2\n")[1]


def test_bytes_that_are_no_text() -> None:
    assert refusal("yaml", b"a: 1\nb: \xff\n") == (2, "it is not UTF-8")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ("", '""'),
        ("yes", '"yes"'),
        ("1", '"1"'),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("\U0001f510", '"\\U0001F510"'),
        ("a\tb", '"a\\tb"'),
        ("a\nb\n", "|\n    a\n    b"),
        ("\na", '"\\na"'),
        ("a\r\n", '"a\\r\\n"'),
        ("\udcff", "!!binary /w=="),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (math.nan, ".nan"),
        (-math.inf, "-.inf"),
        (True, "true"),
        ("1:30", '"1:30"'),
        ("<<", '"<<"'),
        ("-", "'-'"),
        ("- a", "'- a'"),
        ("-a", "-a"),
        ("'", "''''"),
        (" a", "' a'"),
        ("2001-12-14", '"2001-12-14"'),
    ],
)
def test_how_a_value_is_written(value: Any, text: str) -> None:
    assert written("yaml", value, "k: x\n") == text


def test_the_metadata_is_cut_out_of_every_document() -> None:
    parsed = read("yaml", "a: 1\nsops:\n    mac: m\n    age: []\n---\nb: 2\nsops: {mac: n}\n", sealed=True)
    assert parsed.raw == {"mac": "m", "age": []}
    assert [parsed.text[block.start : block.end] for block in parsed.blocks] == [
        "sops:\n    mac: m\n    age: []\n",
        "sops: {mac: n}\n",
    ]
    assert [[place.name for place in block.fields] for block in parsed.blocks] == [["mac", "age"], ["mac"]]
