"""Mends on text: only what is meant changes, whatever stands around it; what cannot be done exactly is refused."""

import json

import pytest

from lamina.thought.document.edit import CannotEdit
from lamina.thought.document.mending import carried_out
from lamina.words.mend import Act, Drop, DropEarlier, Mend, Put, Rename, Rewrite, Span, Untab
from lamina.words.node import Path


def done(text: str, act: Act, path: Path = (), file: str = "app.yaml") -> list[str]:
    """The texts that a mend leaves."""
    return [after.decode() for after in carried_out(text.encode(), Mend(file, path, act))]


@pytest.mark.parametrize(
    ("text", "path", "act", "after"),
    [
        ("a: 1 # x\n# y\nb: 2\n", ("a",), Rename("c"), "c: 1 # x\n# y\nb: 2\n"),
        ('m: {"a" : 1, b: 2} # x\n', ("m", "a"), Rename("c"), 'm: {"c" : 1, b: 2} # x\n'),
        ("\ufeffa: 1\r\nb: 2\r\n", ("b",), Rename("c"), "\ufeffa: 1\r\nc: 2\r\n"),
        ("m: !replace\n  a: 1\n", ("m", "a"), Rename("b"), "m: !replace\n  b: 1\n"),
        ("l:\n- a: 1\n- a: 2\n", ("l", 1, "a"), Rename("b"), "l:\n- a: 1\n- b: 2\n"),
        ("a: &x 1\nb: *x\n", ("a",), Rename("c"), "c: &x 1\nb: *x\n"),
        ('a: "5"  # five\r\n', ("a",), Put(5), "a: 5  # five\r\n"),
        ("m: {a: '5', b: 6}\n", ("m", "a"), Put(5), "m: {a: 5, b: 6}\n"),
        ("a: 1\n", ("schemaVersion",), Put(2), "schemaVersion: 2\na: 1\n"),
        ("a: 1\nm:\n  b: 2\n", ("m", "b"), Drop(), "a: 1\n"),
        ("a: 1\nb: 'x'\n", (), Rewrite((Span(8, 11, '"x"'),)), 'a: 1\nb: "x"\n'),
    ],
)
def test_only_what_is_meant_changes(text: str, path: Path, act: Act, after: str) -> None:
    assert done(text, act, path)[0] == after


def test_json_keeps_its_layout() -> None:
    text = '{\r\n  "a": "5",\r\n  "lvel": true }'
    assert done(text, Put(5), ("a",), "app.json") == [text.replace('"5"', "5")]
    assert done(text, Rename("level"), ("lvel",), "app.json") == [text.replace("lvel", "level")]


def test_a_map_that_is_left_empty_goes_or_stays() -> None:
    assert done("a: 1\nm:\n  n:\n    b: 2\n", Drop(), ("m", "n", "b")) == ["a: 1\n", "a: 1\nm:\n  n: {}\n"]


@pytest.mark.parametrize(
    ("text", "path", "act", "why"),
    [
        ("a: 1\nb: 2\n", ("a",), Rename("b"), "b stands in the same map"),
        ("a: 1\n", ("x",), Rename("b"), "x is not in this file"),
        ("a: &x {b: 1}\nc: *x\n", ("c", "b"), Rename("d"), "c is an alias"),
        ("a: &x {b: 1}\nc: *x\n", ("a", "b"), Rename("d"), "does not allow this edit"),
        ("a: 1\nb: x\n", (), Rewrite((Span(3, 4, "2"),)), "would say something else"),
        ("a: 1\nb: 2\n", (), Rewrite((Span(0, 10, "b: 2\na: 1\n"),)), "would say something else"),
        ("a: 1\n", (), Rewrite((Span(3, 99, "1"),)), "would say something else"),
        ("a: 1\na: 2\nb: 3\n", ("b",), Rename("c"), "before it is mended"),
        ("a: 1\n", (), DropEarlier(1, 1), "no key stands here"),
        ("a: [\n\tb\n", (), Untab(), "makes this YAML"),
    ],
)
def test_what_cannot_be_done_exactly_is_refused(text: str, path: Path, act: Act, why: str) -> None:
    with pytest.raises(CannotEdit, match=why):
        done(text, act, path)


def test_an_earlier_entry_goes_and_what_readers_take_stays() -> None:
    text = "a: 1 # old\n# why\nb:\n  c: 1\n  c: 2\na: 3\na: 4\n"
    assert done(text, DropEarlier(1, 1)) == ["# why\nb:\n  c: 1\n  c: 2\na: 3\na: 4\n"]
    assert done(text, DropEarlier(4, 3)) == ["a: 1 # old\n# why\nb:\n  c: 2\na: 3\na: 4\n"]
    assert done("{a: 1, 'b': [x], \"b\": 2}\n", DropEarlier(1, 8)) == ['{a: 1, "b": 2}\n']
    found = done('{\n "a": {"x": 1},\n "a": 2\n}', DropEarlier(2, 2), file="app.json")
    assert [json.loads(one) for one in found] == [{"a": 2}]
    with pytest.raises(CannotEdit):
        done("a: &x 1\nb: *x\na: 3\n", DropEarlier(1, 1))


def test_tabs_are_spaces_in_every_way_that_parses() -> None:
    assert done("a:\n\tb: 1\n\tc:\n\t\td: 2\n", Untab())[0] == "a:\n  b: 1\n  c:\n    d: 2\n"
    ways = done("a:\n  b:\n    c: 1\n\td: 2\r\n", Untab())
    assert ways == ["a:\n  b:\n    c: 1\n  d: 2\r\n", "a:\n  b:\n    c: 1\n    d: 2\r\n"]
    assert done("a:\n  text: |\n    x\n    \ty\n\tb: 1\n", Untab())[0] == "a:\n  text: |\n    x\n    \ty\n  b: 1\n"
