"""Where keys and values stand: literals for each style, and properties over whatever people lay out."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laid_out import layer_texts

from lamina.thought.document.outline import Outline, find, outline
from lamina.thought.document.reading import read
from lamina.thought.document.spots import nodes_of
from lamina.words.node import Patch, Path, Tagged


def _at(text: str, path: Path, file: str = "x.yaml") -> Outline:
    node = find(outline(text.encode(), file), path)
    assert node is not None
    return node


def _place(text: str, path: Path, file: str = "x.yaml") -> tuple[int, int, str]:
    spot = _at(text, path, file).value
    return spot.line, spot.column, text[spot.start : spot.end]


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a: 1\n", (), (1, 1, "a: 1")),
        ("a: 1\n", ("a",), (1, 4, "1")),
        ("a:\n", ("a",), (1, 3, "")),
        ("a:   # c\nb: 1\n", ("a",), (1, 3, "")),
        ("é: ü # c\n", ("é",), (1, 4, "ü")),
        ("a: 'it''s'\n", ("a",), (1, 4, "'it''s'")),
        ("a: one\n  two # c\n", ("a",), (1, 4, "one\n  two")),
        ("a:\n  one\n", ("a",), (2, 3, "one")),
        ("a:\n  b: 1\n\n# c\n", ("a",), (2, 3, "b: 1")),
        ("a:\n- 1\n- 2\n\n# c\n", ("a",), (2, 1, "- 1\n- 2")),
        ("a:\n- 1\n-\n", ("a", 1), (3, 2, "")),
        ("a:\n- b: 1\n  c: 2\n", ("a", 0), (2, 3, "b: 1\n  c: 2")),
        ("a: {b: 1, c: [x, y] } # c\n", ("a",), (1, 4, "{b: 1, c: [x, y] }")),
        ("a: {b: 1, c: [x, y] } # c\n", ("a", "c", 1), (1, 18, "y")),
        ("a: {b, c: 1}\n", ("a", "b"), (1, 6, "")),
        ("? a\n? b\n: 1\n", ("a",), (1, 4, "")),
        ("? a\n? b\n: 1\n", ("b",), (3, 3, "1")),
        ("a: |\n  one\n\n  two\n\n\nb: 1\n", ("a",), (1, 4, "|\n  one\n\n  two")),
        ("a: |+ # keep\n  one\n\nb: 1\n", ("a",), (1, 4, "|+ # keep\n  one\n")),
        ("a: !replace 3\n", ("a",), (1, 13, "3")),
        ("a: !replace # c\n  b: 1\n", ("a",), (2, 3, "b: 1")),
        ("a: !append\n- 1\n", ("a",), (2, 1, "- 1")),
        ("a: !replace {b: 1}\n", ("a",), (1, 13, "{b: 1}")),
        ("a: &x !replace\n  'y'\n", ("a",), (2, 3, "'y'")),
        ("a: !unset\n", ("a",), (1, 4, "!unset")),
        ("a: {b: !unset, c: 1}\n", ("a", "b"), (1, 8, "!unset")),
        ("!replace\na: 1\n", (), (2, 1, "a: 1")),
        ("--- # c\n{a: 1}\n", (), (2, 1, "{a: 1}")),
        ("a: 1\r\nb: 2\r\n", ("b",), (2, 4, "2")),
        ("a: 1\ra: 2\r", ("a",), (2, 4, "2")),
    ],
)
def test_a_value_stands_at_its_first_character(text: str, path: Path, place: tuple[int, int, str]) -> None:
    assert _place(text, path) == place


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("a: 1\n'b c': 2\n", ("b c",), "'b c'"),
        ('a: {"b" : 1}\n', ("a", "b"), '"b"'),
        ("a:\n  &k b: 1\n", ("a", "b"), "b"),
        ('"\\u0062": 1\n', ("b",), '"\\u0062"'),
        ("a: &x b\n*x : 1\n", ("b",), "*x"),
    ],
)
def test_a_key_has_a_span_of_its_own(text: str, path: Path, key: str) -> None:
    spot = _at(text, path).key
    assert spot is not None
    assert text[spot.start : spot.end] == key


def test_the_top_and_items_have_no_key() -> None:
    assert _at("a: [1]\n", ()).key is None
    assert _at("a: [1]\n", ("a", 0)).key is None


def test_an_alias_has_its_own_spot_and_the_children_it_names() -> None:
    text = "a: &x\n  b: 1\nc: *x\n"
    alias = _at(text, ("c",))
    assert (alias.alias, _place(text, ("c",))) == (True, (3, 4, "*x"))
    assert _place(text, ("c", "b")) == (2, 6, "1")
    assert alias.style == "block"


def test_properties_are_the_tag_and_the_anchor() -> None:
    text = "a: !replace   &x # c\n  b: 1\n"
    spot = _at(text, ("a",)).properties
    assert spot is not None
    assert text[spot.start : spot.end] == "!replace   &x"


def test_of_a_duplicate_key_the_last_is_kept() -> None:
    assert _place("a: 1\nb: 2\na: 3\n", ("a",)) == (3, 4, "3")
    assert _place('{"a": 1, "a": 3}', ("a",), "x.json") == (1, 15, "3")


@pytest.mark.parametrize("file", ["x.yaml", "x.json"])
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_an_empty_map_at_its_start(text: str, file: str) -> None:
    assert outline(text.encode(), file) == Outline(outline(b"", file).value, "block")
    assert _place(text, (), file) == (1, 1, "")


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert outline(b"\xef\xbb\xbfa: 1\n", "x.yaml") == outline(b"a: 1\n", "x.yaml")
    assert outline(b'\xef\xbb\xbf{"a": 1}', "x.json") == outline(b'{"a": 1}', "x.json")


def test_json_has_positions_too() -> None:
    text = '{\r\n  "a\\"b": [1, {"c" : "x:y, z"}, []],\r\n  "d": {}\r\n}\r\n'
    assert _place(text, ('a"b', 0), "x.json") == (2, 12, "1")
    assert _place(text, ('a"b', 1, "c"), "x.json") == (2, 22, '"x:y, z"')
    assert _place(text, ('a"b', 2), "x.json") == (2, 33, "[]")
    assert _place(text, ("d",), "x.json") == (3, 8, "{}")
    assert {node.style for node in nodes_of(_at(text, (), "x.json"))} == {"flow", "scalar"}


def test_what_is_not_there_is_not_found() -> None:
    root = outline(b"a: [1]\n", "x.yaml")
    assert find(root, ("b",)) is None
    assert find(root, ("a", 1)) is None
    assert find(root, ("a", 0, "x", "y")) is None


@given(data=layer_texts())
def test_the_outline_has_the_shape_of_the_value(data: bytes) -> None:
    reading = read(data, "x.yaml")
    assume(not reading.findings)
    _same_shape(outline(data, "x.yaml"), reading.value)


@given(data=layer_texts())
def test_spots_lie_in_the_text_and_in_each_other(data: bytes) -> None:
    assume(not read(data, "x.yaml").findings)
    text = data.decode("utf-8-sig")
    for node in nodes_of(outline(data, "x.yaml")):
        spot, lines = node.value, text[: node.value.start].split("\n")
        assert (spot.line, spot.column) == (len(lines), len(lines[-1]) + 1)
        for child in node.children.values():
            assert spot.start <= child.value.start <= child.value.end <= spot.end
            assert child.key is None or spot.start <= child.key.start < child.key.end <= child.value.start


@given(data=layer_texts())
def test_what_a_scalar_spans_reads_as_its_value(data: bytes) -> None:
    reading = read(data, "x.yaml")
    assume(not reading.findings)
    text = data.decode("utf-8-sig")
    for node, value in _leaves(outline(data, "x.yaml"), reading.value):
        end = "\n" if node.value.end < len(text) else ""
        written = f"a: {text[node.value.start : node.value.end]}{end}"
        assert read(written.encode(), "x.yaml").value == {"a": value}


@given(
    value=st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text(), max_size=2), max_size=4),
    indent=st.sampled_from([None, 2]),
)
def test_json_spots_span_their_values(value: dict[str, Patch], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    for key, node in outline(text.encode(), "x.json").children.items():
        assert node.key is not None
        assert json.loads(text[node.key.start : node.key.end]) == key
        assert json.loads(text[node.value.start : node.value.end]) == value[str(key)]


def _same_shape(node: Outline, value: Patch) -> None:
    value = value.value if isinstance(value, Tagged) and value.tag != "unset" else value
    children = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
    assert list(node.children) == list(children)
    for step, child in node.children.items():
        _same_shape(child, children[step])


def _leaves(node: Outline, value: Patch) -> "list[tuple[Outline, Patch]]":
    if isinstance(value, Tagged):
        # A tag that stands alone spans itself; one before a value is not part of it.
        return _leaves(node, value.value) if node.properties else []
    if isinstance(value, dict | list) and value:
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for step, part in entries for leaf in _leaves(node.children[step], part)]
    return [(node, value)] if node.style == "scalar" else []
