"""The text of a layer after a migration: it says what the value says, and keeps every comment and all else."""

import re
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from thought.migration.plain_texts import WholeReferences

from lamina.changes.migrated_text import rewritten
from lamina.thought.document import read_layer
from lamina.thought.document.edit import CannotEdit
from lamina.thought.document.version_line import with_version
from lamina.thought.migration import Migration, Take, plan, read_migration
from lamina.thought.migration.downgrade import downgrade

CASES: dict[str, tuple[list[Any], str, str]] = {
    "a rename keeps its line": (
        [{"rename": {"path": "server.port", "to": "number"}}],
        """
        # head
        server:
          # of it
          port:   8080   # why
          host: x
        """,
        """
        # head
        server:
          # of it
          number:   8080   # why
          host: x
        """,
    ),
    "a rename keeps quotes": ([{"rename": {"path": "a", "to": "b"}}], '"a": 1\n', '"b": 1\n'),
    "a name that needs quotes": ([{"rename": {"path": "a", "to": "on"}}], "a: 1\n", '"on": 1\n'),
    "a rename in flow style": ([{"rename": {"path": "s.a", "to": "b"}}], "s: {a: 1, c: 2}\n", "s: {b: 1, c: 2}\n"),
    "a rename in every item": (
        [{"rename": {"path": "hooks[*].name", "to": "id"}}],
        """
        hooks:
          - name: a  # first
            run: x
          - {name: b}
          - !unset {name: c}
        """,
        """
        hooks:
          - id: a  # first
            run: x
          - {id: b}
          - !unset {id: c}
        """,
    ),
    "a move takes comments along, and is indented anew": (
        [{"move": {"from": "server.ports", "to": "listener.tcp.ports"}}],
        """
        # head
        server:
          # those
          # of it
          ports:   # why
            - 1
            # two
            - 2

          host: x
        listener:
            tls: true
        # end
        """,
        """
        # head
        server:

          host: x
        listener:
            tls: true
            tcp:
              # those
              # of it
              ports:   # why
                - 1
                # two
                - 2
        # end
        """,
    ),
    "a move upwards": (
        [{"move": {"from": "a.b.c", "to": "c"}}],
        "a:\n  b:\n    # c\n    c: |\n      text\n        more\n  d: 1\n",
        "a:\n  d: 1\n# c\nc: |\n  text\n    more\n",
    ),
    "a comment that begins the file stays there": (
        [{"move": {"from": "a", "to": "b.a"}}],
        "# head\na: 1\nb:\n  c: 2\n",
        "# head\nb:\n  c: 2\n  a: 1\n",
    ),
    "a move from the line of a dash takes its comment along": (
        [{"move": {"from": "l[*].x", "to": "l[*].in.x"}}],
        """
        l:
          # of the item
          - x: 1  # beside
            k: 2
          - x: |  # and here
              text
            # of k
            k: 3
          - x: 4  # alone
        """,
        """
        l:
          # of the item
          - k: 2
            in:
              x: 1  # beside
          -
            # of k
            k: 3
            in:
              x: |  # and here
                text
          - in:
              x: 4  # alone
        """,
    ),
    "a move of the text that ends a file without a line end": (
        [{"move": {"from": "a", "to": "b.inside"}}],
        "b:\n  c: 1\n  # of a\na:  # beside\n  x: |\n    several\n\n      lines",
        "b:\n  c: 1\n  inside:  # beside\n    x: |-\n      several\n\n        lines\n  # of a\n",
    ),
    "a move out of flow style": (
        [{"move": {"from": "a.b", "to": "c.b"}}],
        "a: {b: 1, d: 2}  # a\nc:\n  e: 3\n",
        "a: {d: 2}  # a\nc:\n  e: 3\n  b: 1\n",
    ),
    "a move into flow style": (
        [{"move": {"from": "a.b", "to": "c.b"}}],
        "a:\n  b: 1\n  d: 2\nc: {e: 3}\n",
        "a:\n  d: 2\nc: {e: 3, b: 1}\n",
    ),
    "lines that end as in Windows": (
        [{"move": {"from": "a.b", "to": "c.b"}}],
        "a:\r\n  # b\r\n  b: 1\r\n  d: 2\r\nc:\r\n  e: 3\r\n",
        "a:\r\n  d: 2\r\nc:\r\n  e: 3\r\n  # b\r\n  b: 1\r\n",
    ),
    "what is cleared is cleared in its new place": (
        [{"move": {"from": "a.b", "to": "c.b"}}],
        "a: !replace\n  d: 2  # d\n",
        "a: !replace\n  d: 2  # d\nc:\n  b: !unset\n",
    ),
    "a removal leaves the comments of its neighbours": (
        [{"remove": {"path": "a.b"}}],
        "a:\n  # b\n  b: 1  # gone\n  # c\n  c: 2\n",
        "a:\n  # b\n  # c\n  c: 2\n",
    ),
    "a unit": ([{"convert": {"path": "a", "factor": 1000}}], "a: 30  # s\n", "a: 30000  # s\n"),
    "a table": ([{"convert": {"path": "a", "values": {"no": False}}}], "a: 'no' # c\n", "a: false # c\n"),
    "a value in a map": (
        [{"wrap": {"path": "a", "key": "v"}}],
        "a:   # c\n  x: |\n    text\n     y\n  # d\n  z: 1\nb: 1\n",
        "a:\n  v:   # c\n    x: |\n      text\n       y\n    # d\n    z: 1\nb: 1\n",
    ),
    "items in maps": (
        [{"wrap": {"path": "a[*]", "key": "v"}}],
        "a:\n  - x # c\n  - 5\nb: [1]\n",
        "a:\n  - v: x # c\n  - v: 5\nb: [1]\n",
    ),
    "items that are maps in maps": (
        [{"wrap": {"path": "a[*]", "key": "v"}}],
        "a:\n  - x: 1 # c\n    # d\n    y: 2\n  - z: 1\n",
        "a:\n  - v:\n      x: 1 # c\n      # d\n      y: 2\n  - v:\n      z: 1\n",
    ),
    "items with comments before their first keys in maps": (
        [{"wrap": {"path": "a[*]", "key": "v"}}],
        "a:\n  - # one\n    # two\n    x: 1\n    y: 2\n  -\n    # three\n    z: 1\n",
        "a:\n  - v: # one\n      # two\n      x: 1\n      y: 2\n  - v:\n      # three\n      z: 1\n",
    ),
    "a value out of its map, with comments": (
        [{"unwrap": {"path": "a.b", "key": "v"}}],
        "a:\n  b:  # one\n    # two\n    v:\n      - 1\nc: 1\n",
        "a:\n  # one\n  # two\n  b:\n    - 1\nc: 1\n",
    ),
    "a value out of its map": (
        [{"unwrap": {"path": "a", "key": "v"}}],
        "a:\n  v: 5  # c\nb:\n  - 1\n",
        "a: 5  # c\nb:\n  - 1\n",
    ),
}


@pytest.mark.parametrize(("operations", "before", "after"), CASES.values(), ids=CASES)
def test_the_text_changes_where_it_must(operations: list[Any], before: str, after: str) -> None:
    assert _rewritten(operations, _plain(before)) == _plain(after)


@pytest.mark.parametrize(
    ("operations", "before", "after"),
    [
        ([{"rename": {"path": "a.b", "to": "c"}}], '{"a": {"b": 1}}\n', '{"a": {"c": 1}}\n'),
        ([{"move": {"from": "a.b", "to": "b"}}], '{\n  "a": {\n    "b": 1,\n    "c": 2\n  }\n}\n',
         '{\n  "a": {\n    "c": 2\n  },\n  "b": 1\n}\n'),
        ([{"wrap": {"path": "a", "key": "v"}}], '{"a": [1, 2]}\n', '{"a": {"v": [1, 2]}}\n'),
    ],
)  # fmt: skip
def test_json_changes_where_it_must(operations: list[Any], before: str, after: str) -> None:
    assert _rewritten(operations, before, "layer.json") == after


REVERSIBLE = [
    name for name in CASES if name.startswith(("a rename", "a unit", "items", "a value")) and "map, with" not in name
]


@pytest.mark.parametrize("name", REVERSIBLE)
def test_there_and_back_gives_the_same_bytes(name: str) -> None:
    operations, before, _ = CASES[name]
    back = downgrade(_migration(operations), None)
    assert isinstance(back, Migration)
    there = _rewritten(operations, _plain(before))
    assert _applied(back, there, "layer.yaml") == _plain(before)


MOVED_AND_BACK = {
    "the last key of its map": (
        {"move": {"from": "a.z", "to": "a.in.z"}},
        "a:\n  x: 1\n  # of z\n  z: 2  # beside\nb: 1\n",
    ),
    "the last key of an item": (
        {"move": {"from": "l[*].z", "to": "l[*].in.z"}},
        "l:\n  - x: 1  # one\n    # of z\n    z: |\n      text\n  - x: 2\n    z: 3  # beside\n",
    ),
    "a map to the end of another": (
        {"move": {"from": "z", "to": "a.z"}},
        "a:\n  x: 1\n# of z\nz:\n  # of y\n  y:\n    - 1  # one\n",
    ),
}


@pytest.mark.parametrize(("operation", "before"), MOVED_AND_BACK.values(), ids=MOVED_AND_BACK)
def test_what_stood_last_stands_there_again(operation: Any, before: str) -> None:
    back = downgrade(_migration([operation]), None)
    assert isinstance(back, Migration)
    there = _rewritten([operation], before)
    assert there != before
    assert _applied(back, there, "layer.yaml") == before


def _plain(text: str) -> str:
    return dedent(text).removeprefix("\n")


def _migration(operations: list[Any]) -> Migration:
    migration, faults = read_migration({"operations": operations}, 2)
    assert not faults
    return migration


def _rewritten(operations: list[Any], text: str, file: str = "layer.yaml") -> str:
    return _applied(_migration(operations), text, file)


def _applied(migration: Migration, text: str, file: str) -> str:
    """The text after a migration; it says what the migrated value is."""
    layer = read_layer(text.encode(), file)
    assert not layer.findings
    made = plan(layer.patch, migration, WholeReferences())
    assert not made.faults
    data = rewritten(layer.data, file, layer.patch, made.steps)
    assert read_layer(data, file).patch == made.patch
    return data.decode()


OPERATIONS = [
    {"rename": {"path": "a", "to": "first"}},
    {"rename": {"path": "a.x", "to": "long name"}},
    {"rename": {"path": "l[*].x", "to": "why"}},
    {"move": {"from": "a.x", "to": "far.off"}},
    {"move": {"from": "a", "to": "b.inside"}},
    {"move": {"from": "b.x", "to": "x"}},
    {"move": {"from": "l[*].x", "to": "l[*].in.x"}},
    {"move": {"from": "l", "to": "b.l"}},
    {"wrap": {"path": "a", "key": "all"}},
    {"wrap": {"path": "b.x", "key": "on"}},
    {"wrap": {"path": "l[*]", "key": "item"}},
    {"unwrap": {"path": "w", "key": "x"}},
    {"convert": {"path": "l[*].k", "factor": 60}},
    {"convert": {"path": "l[*].x", "values": {1: 2, 2: 1}}},
]

SCALARS = st.sampled_from(["1", "text", "'it''s'", '"q: #"', "null", "true", "1.5", "${a.x}", "!replace 3"])


@st.composite
def _texts(draw: Any) -> str:
    """A layer's text, in various layouts, with comments in many places."""
    step = draw(st.sampled_from([2, 4]))
    lines: list[str] = ["# head", "", *(_comment(draw, 0))]
    for key in draw(st.permutations(["a", "b", "l", "w"])):
        if draw(st.integers(0, 4)):
            lines += _entry(draw, key, 0, step, ["x"] if key == "w" else ["x", "y", "z"])
    return "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n# end\n"]))


def _entry(draw: Any, key: str, indent: int, step: int, keys: list[str]) -> list[str]:
    pad = " " * indent
    inner = [name for name in keys if name == "x" or draw(st.booleans())]
    style = draw(st.sampled_from(["block", "block", "block", "flow", "replace"]))
    if key == "l":
        return [*_comment(draw, indent), f"{pad}l:{_trailing(draw)}", *_items(draw, indent + step, step)]
    if style == "flow":
        parts = ", ".join(f"{name}: {draw(st.sampled_from(['1', 'b', 'null']))}" for name in inner)
        return [*_comment(draw, indent), f"{pad}{key}: {{{parts}}}{_trailing(draw)}"]
    head = f"{pad}{key}: !replace" if style == "replace" else f"{pad}{key}:"
    lines = [*_comment(draw, indent), head + _trailing(draw)]
    for name in inner:
        lines += [*_comment(draw, indent + step), *_value(draw, name, indent + step)]
    return lines


def _value(draw: Any, key: str, indent: int) -> list[str]:
    pad = " " * indent
    match draw(st.integers(0, 5)):
        case 0:
            return [f"{pad}{key}: |", f"{pad}  several", "", f"{pad}    lines"]
        case 1:
            return [f"{pad}{key}:", f"{pad}  - 1{_trailing(draw)}", f"{pad}  # between", f"{pad}  - {{k: v}}"]
        case 2:
            return [f"{pad}{key}:", f"{pad}- 1", f"{pad}- 2"]
        case 3:
            return [f'{pad}{key}: "in quotes', f'{pad}  on lines"']
        case _:
            return [f"{pad}{key}: {draw(SCALARS)}{_trailing(draw)}"]


def _items(draw: Any, indent: int, step: int) -> list[str]:
    pad = " " * indent
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        match draw(st.integers(0, 2)):
            case 0:
                lines.append(f"{pad}- {{x: 1, k: 2}}{_trailing(draw)}")
            case 1:
                lines += [f"{pad}- x: 1{_trailing(draw)}", *_comment(draw, indent + 2), f"{pad}  k: 2"]
            case _:
                lines += [f"{pad}- k: 1", *_comment(draw, indent + 2), f"{pad}  x: 2{_trailing(draw)}"]
    return lines


def _comment(draw: Any, indent: int) -> list[str]:
    return [f"{' ' * indent}# about {draw(st.integers(0, 99))}"] if draw(st.booleans()) else []


def _trailing(draw: Any) -> str:
    return draw(st.sampled_from(["", "", "  # beside"]))  # type: ignore[no-any-return]


@given(text=_texts(), operations=st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=3, unique_by=str))
def test_text_and_value_agree(text: str, operations: list[Any]) -> None:
    migration = _migration(operations)
    layer = read_layer(text.encode(), "layer.yaml")
    assume(layer.whole and not layer.findings)
    made = plan(layer.patch, migration, WholeReferences())
    assume(not made.faults)
    try:
        data = rewritten(layer.data, "layer.yaml", layer.patch, made.steps)
    except CannotEdit:
        assume(False)  # such as a new line after a text that ends the file without a line end
    assert read_layer(data, "layer.yaml").patch == made.patch
    gone = any(
        isinstance(step, Take) for step in made.steps
    )  # with a map that is left empty goes the comment on its line
    if not gone and "!replace" not in text and "{" not in text:
        assert sorted(_comments(data.decode())) == sorted(_comments(text))


def _comments(text: str) -> list[str]:
    return re.findall(r"(?m)(?:^|\s)(# (?:about \d+|beside|between|head|end))$", text)


IN_PLACE = [one for one in OPERATIONS if next(iter(one)) in ("rename", "wrap", "convert") and "values" not in str(one)]


@given(text=_texts(), operations=st.lists(st.sampled_from(IN_PLACE), min_size=1, max_size=3, unique_by=str))
def test_up_and_down_again_gives_the_same_bytes(text: str, operations: list[Any]) -> None:
    assume("!replace" not in text)
    migration = _migration(operations)
    back = downgrade(migration, None)
    assert isinstance(back, Migration)
    layer = read_layer(text.encode(), "layer.yaml")
    assume(layer.whole and not layer.findings)
    up = plan(layer.patch, migration, WholeReferences())
    assume(not up.faults)
    there = rewritten(layer.data, "layer.yaml", layer.patch, up.steps)
    down = plan(up.patch, back, WholeReferences())
    assert not down.faults
    assert rewritten(there, "layer.yaml", up.patch, down.steps).decode() == text


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("a.yaml", "# head\n\na: 1 # one\n", "# head\n\nschemaVersion: 3\na: 1 # one\n"),
        ("a.yaml", "a: 1\r\nb: 2\r\n", "schemaVersion: 3\r\na: 1\r\nb: 2\r\n"),
        ("a.yaml", "\ufeffa: 1\n", "\ufeffschemaVersion: 3\na: 1\n"),
        ("a.yaml", "a: 1\nschemaVersion: 2 # old\n", "a: 1\nschemaVersion: 3 # old\n"),
        ("a.yaml", "  a: 1\n  b: 2\n", "  a: 1\n  b: 2\n  schemaVersion: 3\n"),
        ("a.yaml", "{a: 1}\n", "{a: 1, schemaVersion: 3}\n"),
        ("a.yaml", "", "schemaVersion: 3\n"),
        ("a.json", '{"a": 1}\n', '{"a": 1, "schemaVersion": 3}\n'),
    ],
)
def test_a_version_that_was_not_stated_comes_to_the_top(file: str, before: str, after: str) -> None:
    assert with_version(before.encode(), file, 3).decode() == after
