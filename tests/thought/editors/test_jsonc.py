"""JSON with comments: read as editors read it, and edited without touching anything else."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.editors.jsonc import NotJson, append, drop, parse, put


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{}", {}),
        ("\ufeff // a\n {/* b */} // c", {}),
        (
            '{"a": [1, -2.5e3, true, null, "x//y", "/* z */", {},],}',
            {"a": [1, -2500.0, True, None, "x//y", "/* z */", {}]},
        ),
        ('{"a": 1, "a": 2}', {"a": 2}),
        (r'{"\u0061\"": "\\"}', {'a"': "\\"}),
    ],
)
def test_what_editors_read_is_read(text: str, data: Any) -> None:
    assert parse(text).data == data


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)),
        ("{", (1, 2)),
        ('{"a": 1 "b": 2}', (1, 9)),
        ('{\n  "a" 1\n}', (2, 7)),
        ("{,}", (1, 2)),
        ("[1,,2]", (1, 4)),
        ('{"a": }', (1, 7)),
        ("{} {}", (1, 4)),
        ("{/* a }", (1, 2)),
        ('{"a": "x\ny"}', (1, 7)),
        ('{"a": 1-2}', (1, 7)),
        ('["\\x"]', (1, 2)),
        ("[" * 1000, (1, 102)),
        ("{a: 1}", (1, 2)),
    ],
    ids=range(14),
)
def test_what_is_none_is_refused_where_it_stops(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(NotJson) as raised:
        parse(text)
    assert (raised.value.line, raised.value.column) == place


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{\n  "k": 1\n}'),
        ("{ }\n", '{\n  "k": 1\n}\n'),
        ('{"a": 2}', '{"a": 2, "k": 1}'),
        ('{"a": 2,}', '{"a": 2, "k": 1}'),
        ('{\n    "a": 2\n}\n', '{\n    "a": 2,\n    "k": 1\n}\n'),
        ('{\n\t"a": 2 // two\n}', '{\n\t"a": 2, // two\n\t"k": 1\n}'),
        ('{\n  "a": 2, // two\n  // more\n}', '{\n  "a": 2, // two\n  // more\n  "k": 1,\n}'),
        ('{\r\n  "a": 2\r\n}', '{\r\n  "a": 2,\r\n  "k": 1\r\n}'),
        ("{\n  // none yet\n}", '{\n  // none yet\n  "k": 1\n}'),
        ("{ // none yet\n}", '{ // none yet\n  "k": 1\n}'),
        ('{\n  "a": {\n    "b": 1 }}', '{\n  "a": {\n    "b": 1 },\n  "k": 1\n}'),
        ('{"k": 0}', '{"k": 1}'),
        ('{\n  /* x */ "k" /* y */: 0 /* z */,\n}', '{\n  /* x */ "k" /* y */: 1 /* z */,\n}'),
        ('{"k": 1.0}', '{"k": 1.0}'),
    ],
    ids=range(14),
)
def test_a_member_is_put(before: str, after: str) -> None:
    made = put(before, "k", 1)
    assert made == after
    assert parse(made).data["k"] == 1
    assert put(made, "k", 1) == made


def test_a_member_of_a_map_below_and_an_item_of_a_list() -> None:
    text = '{\n  // a\n  "m": {"x": [1]},\n  "l": [\n    "a" // b\n  ],\n}\n'
    text = put(text, "y", {"z": [1, 2]}, "m")
    text = append(text, "c", "l")
    assert text == ('{\n  // a\n  "m": {"x": [1], "y": {"z": [1, 2]}},\n  "l": [\n    "a", // b\n    "c"\n  ],\n}\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"m": {"k": 1}}', '{"m": {}}'),
        ('{"m": {"k": 1, "a": 2}}', '{"m": { "a": 2}}'),
        ('{"m": {"a": 2, "k": 1}}', '{"m": {"a": 2 }}'),
        (
            '{\n  "m": {\n    "a": 1, // a\n    "k": 1,\n    // b\n    "b": 2\n  }\n}',
            '{\n  "m": {\n    "a": 1, // a\n    // b\n    "b": 2\n  }\n}',
        ),
        ('{\n  "m": {\n    "a": 1, // a\n    "k": [\n      1\n    ]\n  }\n}', '{\n  "m": {\n    "a": 1 // a\n  }\n}'),
        ('{"m": {\r\n"k": 1\r\n}}', '{"m": {\r\n}}'),
    ],
    ids=range(6),
)
def test_a_member_is_dropped(before: str, after: str) -> None:
    assert drop(before, "k", "m") == after
    parse(after)


SPACE = st.lists(st.sampled_from([" ", "\n", "\t", "// c\n", "/* \n */", "\r\n"]), max_size=2).map("".join)
KEYS = st.sampled_from(["a", "b", "k", "é", 'q"', "//"])
LEAVES = st.integers(-9, 9) | st.sampled_from([None, True, "x", "// no", 1.5])
DATA = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
TREES = st.fixed_dictionaries({"m": st.dictionaries(KEYS, DATA, max_size=4), "l": st.lists(DATA, max_size=4)})


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text with spaces, comments and trailing commas anywhere."""

    def written(data: Any) -> str:
        if not isinstance(data, dict | list):
            return json.dumps(data, ensure_ascii=draw(st.booleans()))
        entries = data.items() if isinstance(data, dict) else ((None, item) for item in data)
        parts = [
            (f"{json.dumps(key)}{draw(SPACE)}:{draw(SPACE)}" if key is not None else "") + written(part)
            for key, part in entries
        ]
        comma = "," if parts and draw(st.booleans()) else ""
        inside = f"{draw(SPACE)},{draw(SPACE)}".join(parts)
        marks = "{}" if isinstance(data, dict) else "[]"
        return f"{marks[0]}{draw(SPACE)}{inside}{draw(SPACE)}{comma}{draw(SPACE)}{marks[1]}"

    return f"{draw(SPACE)}{written(draw(TREES))}{draw(SPACE)}"


def comments(text: str) -> list[str]:
    return re.findall(r"// c|/\* \n \*/", re.sub(r'"(?:[^"\\]|\\.)*"', '""', text))


@given(text=texts(), key=KEYS, data=DATA)
def test_an_edit_does_what_it_means_and_nothing_else(text: str, key: str, data: Any) -> None:
    before = parse(text).data
    held = before["m"].get(key, ...)
    made = put(text, key, data, "m")
    assert parse(made).data == {"m": {**before["m"], key: data}, "l": before["l"]}
    assert held is not ... or comments(made) == comments(text)
    assert parse(drop(made, key, "m")).data == {
        "m": {k: v for k, v in before["m"].items() if k != key},
        "l": before["l"],
    }
    longer = append(text, data, "l")
    assert (parse(longer).data, comments(longer)) == ({"m": before["m"], "l": [*before["l"], data]}, comments(text))
