"""unformatted: which places are odd, and that mending them changes nothing that the layer says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.document import read, scalar_spans
from lamina.thought.document.spans import Change, applied
from lamina.thought.rules import Breach, LayerText
from lamina.thought.rules.unformatted import RULE
from lamina.words.mend import Rewrite
from lamina.words.node import same


def breaches(text: str, file: str = "a.yaml", sealed: bool = False) -> list[Breach]:
    layer = LayerText(file, "dev", "a", "a", text.encode(), {}, None, sealed=sealed, scalars=scalar_spans)
    assert RULE.check
    return list(RULE.check(layer))


def mended(text: str, file: str = "a.yaml") -> str:
    for breach in breaches(text, file):
        assert isinstance(breach.act, Rewrite)
        text = applied(text, [Change(one.start, one.end, one.text) for one in breach.act.spans])
    return text


RETURN = "a carriage return stands at the end of the line"
ODD: dict[str, tuple[str, str, str, tuple[int, int]]] = {
    "blanks at the end": ("a: 1  \nb: 2\n", "a: 1\nb: 2\n", "blanks stand at the end of the line", (1, 5)),
    "blanks behind a comment": ("a: 1 # x  \nb: 2\n", "a: 1 # x\nb: 2\n", "blanks stand at the end of the line", (1, 9)),
    "a tab": ("a:\t1\n", "a: 1\n", "a tab stands here", (1, 3)),
    "a tab before a comment": ("a: 1\t# x\ty\n", "a: 1 # x\ty\n", "a tab stands here", (1, 5)),
    "line ends": ("a: 1\r\nb: 2\r", "a: 1\nb: 2\n", f"{RETURN}, and 1 more like it", (1, 5)),
    "line ends in a text": (
        "a: |\r\n  x\r\n  y\r\nb: 1\n", "a: |\n  x\n  y\nb: 1\n", f"{RETURN}, and 2 more like it", (1, 5)),
    "blank lines": ("a: 1\n\n\n\nb: 2\n", "a: 1\n\n\nb: 2\n", "there are more than two blank lines", (4, 1)),
    "blank lines with blanks": ("a: 1\n \n\nb: 2\n", "a: 1\n\n\nb: 2\n", "blanks stand at the end of the line", (2, 1)),
    "blank lines at the start": ("\n\na: 1\n", "a: 1\n", "blank lines stand at the start", (1, 1)),
    "blank lines at the end": ("a: 1\n\n\n", "a: 1\n", "blanks or blank lines stand at the end", (2, 1)),
    "no line end": ("a: 1", "a: 1\n", "the last line does not end", (1, 5)),
    "no line end after a quote": ("a: ' '", "a: ' '\n", "the last line does not end", (1, 7)),
    "blanks behind a comment without a line end": (
        "a: 1 # x ",
        "a: 1 # x\n",
        "blanks or blank lines stand at the end",
        (1, 9),
    ),
    "no line end after a comment": ("a: 1\n# x", "a: 1\n# x\n", "the last line does not end", (2, 4)),
    "blanks and no line end": ("a: 1  ", "a: 1\n", "blanks or blank lines stand at the end", (1, 5)),
    "blanks behind the header of a block": ("a: |  \n  x\n", "a: |\n  x\n", "blanks stand at the end of the line", (1, 5)),
    "an empty value": ("a: \nb:  1\n", "a:\nb:  1\n", "blanks stand at the end of the line", (1, 3)),
    "behind a byte order mark": ("\ufeffa: 1 \n", "\ufeffa: 1\n", "blanks stand at the end of the line", (1, 5)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "after", "message", "spot"), ODD.values(), ids=ODD)
def test_what_is_odd(text: str, after: str, message: str, spot: tuple[int, int]) -> None:
    [breach] = breaches(text)
    assert (breach.message, breach.spot) == (message, spot)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    assert mark + mended(text.removeprefix(mark)) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a: 1\n",
        "a: 1\n\n\nb: 2  # two spaces\n",
        "a: |\n  x  \n\n\n\n\n  y\t\n",
        "a: |+\n  x\n\n\n\n",
        "a: |\n  x",
        "a: 'x  \n\n\n\n  y'\n",
        'a: "x\t \\\n  y"\n',
        "a: x\n  y  \n  z\n",
        "- a\n-   b\n",
        "a: b\tc#d\n",
    ],
)
def test_what_is_not(text: str) -> None:
    assert breaches(text) == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('{\n\t"a":\t1  \n}', '{\n\t"a":\t1\n}\n'),
        ('{"a": 1}\r\n\r\n', '{"a": 1}\n'),
        ('{"a": 1}\n', '{"a": 1}\n'),
        ('{"a": "x  \\t"}', '{"a": "x  \\t"}\n'),
        ('\n\n\n\n\n{"a":\n\n\n\n\n 1}\n', '\n\n\n\n\n{"a":\n\n\n\n\n 1}\n'),
    ],
)
def test_of_json_only_the_ends_of_lines(text: str, after: str) -> None:
    assert mended(text, "a.json") == after


def test_sealed_layers_are_not_looked_at() -> None:
    assert breaches("a: 1  \n", sealed=True) == []


PARTS = [
    *(
        "a",
        "b: ",
        "c:",
        "- ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "# x ",
        "|",
        "|+",
        ">-",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
    ),
    *("!unset ", "&x ", "*x", "é", "\\", "---", "?"),
]
LINES = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
ENTRIES = st.builds(
    "{}{}: {}{}".format,
    st.sampled_from(["", "  "]),
    st.text("abcdefgh", min_size=1, max_size=3),
    st.sampled_from(
        ["1", "|\n    x \n\n\n\n    y", "'a  \n\n\n\n  b'", "x\n    y", "", "{ a: 1,\t\n b: 2 }", "|+\n    x\n\n\n\n"]
    ),
    st.sampled_from(["", "  ", "\t", " # x ", "\n\n\n\n", "\r", "\t# y"]),
)


@given(st.lists(st.one_of(LINES, ENTRIES), max_size=6), st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_a_mend_keeps_what_the_layer_says(lines: list[str], end: str) -> None:
    text = (end or "\n").join(lines) + end
    before = read(text.encode(), "a.yaml")
    if not before.whole:
        return
    after = mended(text)
    now = read(after.encode(), "a.yaml")
    assert now.whole
    assert same(now.value, before.value)
    assert breaches(after) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON, st.sampled_from(["\n", "\r\n", " \n", "  "]))
def test_a_mend_keeps_what_json_says(value: Any, end: str) -> None:
    import json

    text = json.dumps({"a": value}, indent=2, ensure_ascii=False).replace("\n", end) + end
    before = read(text.encode("utf-8", "replace"), "a.json")
    after = mended(text.encode("utf-8", "replace").decode(), "a.json")
    assert read(after.encode(), "a.json").value == before.value
    assert breaches(after, "a.json") == []


@given(st.text() | LINES)
def test_no_text_is_too_odd(text: str) -> None:
    data = text.encode("utf-8", "replace").decode()
    breaches(data)
    breaches(data, "a.json")
