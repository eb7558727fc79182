"""Reading JSON layers: what is accepted, what is refused, and where each finding stands."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.document import find, outline, read
from lamina.words.node import same

ACCEPTED: dict[str, tuple[bytes, Any]] = {
    "nothing": (b"", {}),
    "white space": (b" \r\n\t", {}),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "numbers": (
        b'{"a": -0, "b": 1.0, "c": 1e2, "d": 18446744073709551615}',
        {"a": 0, "b": 1.0, "c": 100.0, "d": 2**64 - 1},
    ),
    "escapes": (b'{"\\u00e9": "\\ud83d\\ude00\\n"}', {"é": "😀\n"}),
    "an escaped backslash before u": (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
    "brackets in texts": (b'{"a": "' + b"[{" * 200 + b'"}', {"a": "[{" * 200}),
    "tags are texts": (b'{"a": "!unset"}', {"a": "!unset"}),
}


@pytest.mark.parametrize(("data", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(data: bytes, value: Any) -> None:
    reading = read(data, "x.json")
    assert reading.findings == ()
    assert repr(reading.value) == repr(value)


REFUSED: dict[str, tuple[bytes, str, int, int]] = {
    "a comma too many": (b'{"a": 1,}', "syntax", 1, 9),
    "a comma too few": (b'{"a": 1\n"b": 2}', "syntax", 2, 1),
    "apostrophes": (b"{'a': 1}", "syntax", 1, 2),
    "a comment": (b'// c\n{"a": 1}', "syntax", 1, 1),
    "more after the end": (b'{"a": 1} {}', "syntax", 1, 10),
    "a line break in a text": (b'{"a": "x\ny"}', "syntax", 1, 9),
    "a quote never closed": (b'{"a":\n "x}', "unclosed-quote", 2, 2),
    "a key twice": (b'{"b": {"a": 1,\n "a": 2}}', "duplicate-key", 2, 2),
    "a key twice, once escaped": (b'{"a": 1, "\\u0061": 2}', "duplicate-key", 1, 10),
    "NaN": (b'{"NaN": 1, "b": NaN}', "number-out-of-range", 1, 17),
    "infinity": (b'{"b": -Infinity}', "number-out-of-range", 1, 7),
    "an integer beyond 64 bits": (b'{"18446744073709551616":\n18446744073709551616}', "number-out-of-range", 2, 1),
    "a float beyond doubles": (b'{"a": 1e999}', "number-out-of-range", 1, 7),
    "half a character": (b'{"a": "\\ud83d\\ude00 \\ud800"}', "lone-surrogate", 1, 21),
    "half a character in a key": (b'{"\\udc00": 1}', "lone-surrogate", 1, 3),
    "a list": (b"\n [1]", "not-a-map", 2, 2),
    "a text": (b'"x"', "not-a-map", 1, 1),
    "not UTF-8": (b'{"a": "\xff"}', "not-utf-8", 1, 8),
    "NUL": (b'{"a": "\0"}', "control-character", 1, 8),
    "too deep a list": (b"[" * 100_000, "too-deep", 1, 101),
    "too deep a map": (b'{"a":' * 100_000, "too-deep", 1, 501),
    "too large": (b'{"a": "' + b"x" * 50_000_000 + b'"}', "too-large", 1, 1),
}


@pytest.mark.parametrize(("data", "rule", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, rule: str, line: int, column: int) -> None:
    [finding] = read(data, "x.json").findings
    assert (finding.rule, finding.position.line, finding.position.column) == (rule, line, column)
    assert finding.severity == "error"
    assert finding.fix


def test_a_duplicate_key_tells_both_places() -> None:
    [finding] = read(b'{"a": {"k": "a:", "a": 1},\n "b": [{"k": 1, "k": 2}]}', "x.json").findings
    assert str(finding.position) == "x.json:2:17"
    assert [str(related.position) for related in finding.related] == ["x.json:2:9"]


def test_findings_come_to_an_end() -> None:
    data = b"{" + b", ".join([b'"a": 1'] * 5000) + b"}"
    assert len(read(data, "x.json").findings) == 1000


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    reading = read(data, "x.json")
    assert reading.whole or reading.findings


_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.text(max_size=5), _VALUES, max_size=4)


@given(value=_OBJECTS, indent=st.sampled_from([None, 2]), escape=st.booleans())
def test_what_python_writes_is_read_alike(value: dict[str, Any], indent: int | None, escape: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escape)
    reading = read(text.encode(), "x.json")
    if not {finding.rule for finding in reading.findings} & {"control-character", "line-separator"}:
        assert reading.findings == ()
        assert same(reading.value, value)


@given(value=_OBJECTS, cut=st.data())
def test_a_mutated_layer_is_read(value: dict[str, Any], cut: st.DataObject) -> None:
    data = json.dumps(value).encode()
    start = cut.draw(st.integers(0, len(data)))
    end = cut.draw(st.integers(start, min(len(data), start + 4)))
    mutated = data[:start] + cut.draw(st.one_of(st.binary(max_size=3), st.just(data[start:end] * 2))) + data[end:]
    reading = read(mutated, "x.json")
    assert reading.whole or reading.findings
    if reading.whole:
        assert find(outline(mutated, "x.json"), ()) is not None
