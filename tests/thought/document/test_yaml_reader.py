"""Reading YAML: what is accepted, what is refused, and where each finding stands."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from laid_out import layer_texts

from lamina.thought.document import Reading, find, outline, read
from lamina.words.node import Tagged

ACCEPTED: dict[str, tuple[bytes, Any]] = {
    "nothing": (b"", {}),
    "blank lines": (b"\n \n", {}),
    "comments alone": (b"# one\n  # two\n", {}),
    "a bare start": (b"---\n", {}),
    "a byte order mark": (b"\xef\xbb\xbfa: 1\n", {"a": 1}),
    "CRLF": (b"a: 1\r\nb:\r\n  - x\r\n", {"a": 1, "b": ["x"]}),
    "CR alone": (b"a: 1\rb: 2\r", {"a": 1, "b": 2}),
    "no last line end": (b"a: 1", {"a": 1}),
    "YAML 1.2 scalars": (
        b"a: no\nb: 12:30:45\nc: 2026-01-02\nd: 0o14\ne: 010\nf: ~\n",
        {"a": "no", "b": "12:30:45", "c": "2026-01-02", "d": 12, "e": 10, "f": None},
    ),
    "quotes make texts": (b"a: '1'\nb: \"true\"\n", {"a": "1", "b": "true"}),
    "old booleans as keys": (b"on: 1\nno: 2\n", {"on": 1, "no": 2}),
    "quoted keys": (b"'1': a\n\"null\": b\n", {"1": "a", "null": "b"}),
    "a quoted <<": (b'"<<": a\n', {"<<": "a"}),
    "block texts": (b"a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}),
    "flow": (b"{a: [1, {b: c}], d: }\n", {"a": [1, {"b": "c"}], "d": None}),
    "aliases": (b"a: &x [1]\nb: *x\nc: &y\nd: *y\n", {"a": [1], "b": [1], "c": None, "d": None}),
    "an anchor of a replaced map": (
        b"a: &x !replace {b: 1}\nc: *x\n",
        {"a": Tagged("replace", {"b": 1}), "c": Tagged("replace", {"b": 1})},
    ),
    "core tags that say what stands there": (
        b"a: !!str 1\nb: !!int 1\nc: !!float 1\nd: !!map {}\ne: !!seq []\nf: !!bool true\ng: !!null\nh: ! 1\n",
        {"a": "1", "b": 1, "c": 1.0, "d": {}, "e": [], "f": True, "g": None, "h": "1"},
    ),
    "a document end": (b"a: 1\n...\n", {"a": 1}),
    "directives": (b"%YAML 1.2\n---\na: 1\n", {"a": 1}),
    "our tags": (
        b"a: !replace {b: 1}\nc: !append [1]\nd: !prepend [2]\ne: !unset\nf: !replace 3\ng: !replace 'x'\nh: !unset null\n",
        {
            "a": Tagged("replace", {"b": 1}),
            "c": Tagged("append", [1]),
            "d": Tagged("prepend", [2]),
            "e": Tagged("unset", None),
            "f": Tagged("replace", 3),
            "g": Tagged("replace", "x"),
            "h": Tagged("unset", None),
        },
    ),
    "an item to take away": (b"a: [!unset {name: x}]\n", {"a": [Tagged("unset", {"name": "x"})]}),
    "a replaced root": (b"!replace\na: 1\n", Tagged("replace", {"a": 1})),
    "a document taken away": (b"!unset\n", Tagged("unset", None)),
    "a tab between key and value": (b"a:\t1\n", {"a": 1}),
    "astral characters": ("a: 😀\n".encode(), {"a": "😀"}),
}


@pytest.mark.parametrize(("data", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(data: bytes, value: Any) -> None:
    reading = read(data, "x.yaml")
    assert reading.findings == ()
    assert repr(reading.value) == repr(value)


REFUSED: dict[str, tuple[bytes, str, int, int]] = {
    "a tab indents": (b"a:\n\tb: 1\n", "tab-indentation", 2, 1),
    "a tab after spaces": (b"a:\n  b: 1\n \tc: 1\n", "tab-indentation", 3, 2),
    "a tab at the top": (b"\ta: 1\n", "tab-indentation", 1, 1),
    "a quote never closed": (b'a: 1\nb: "x\nc: 1\n', "unclosed-quote", 2, 4),
    "an apostrophe never closed": (b"a: 'x\nb: 1\n", "unclosed-quote", 1, 4),
    "a bad escape": (b'a: "\\xzz"\n', "syntax", 1, 7),
    "a colon in a value": (b"a: b: c\n", "syntax", 1, 5),
    "an open bracket": (b"a: [1, 2\n", "syntax", 1, 4),
    "an open bracket at the end": (b"a: [1, 2", "syntax", 1, 4),
    "an open brace": (b"server: {host: a\nport: 3", "syntax", 1, 9),
    "the inner of two open brackets": (b"a: [\n  {b: 1,\n", "syntax", 2, 3),
    "a bracket open after a comma": (b"a:\n  b: [1,\n", "syntax", 2, 6),
    "an open bracket with nothing in it": (b"a: [[1],\n [\n", "syntax", 2, 2),
    "no item between commas": (b"a: [1,\n , 2]\n", "syntax", 2, 2),
    "a bracket closed by a brace": (b"a: [1}\n", "syntax", 1, 6),
    "a key without a colon": (b"name: x\nkey value\nport: 1", "syntax", 2, 1),
    "a key without a colon at the end": (b"db:\n password: x\n hunter2\n", "syntax", 3, 2),
    "a template": (b"url: {{ x }}\n", "non-string-key", 1, 7),
    "a reserved character": (b"a: 1\nb: @x\n", "syntax", 2, 4),
    "a line of less indentation": (b"  a: 1\nb: 2\n", "syntax", 2, 1),
    "an unknown directive": (b"%FOO\n---\na: 1\n", "syntax", 1, 5),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
    "a key twice in a flow map": (b"{a: 1, 'a': 2}\n", "duplicate-key", 1, 8),
    "a key twice by its alias": (b"&x a: 1\n*x : 2\n", "duplicate-key", 2, 1),
    "<<": (b"x: &x {a: 1}\ny:\n  <<: *x\n", "merge-key", 3, 3),
    "a number as key": (b"1: a\n", "non-string-key", 1, 1),
    "null as key": (b"a: 1\n~: b\n", "non-string-key", 2, 1),
    "true as key": (b"true: b\n", "non-string-key", 1, 1),
    "no key": (b"a: 1\n? \n: b\n", "non-string-key", 2, 2),
    "a list as key": (b"? [a]\n: b\n", "non-string-key", 1, 3),
    "a tagged key": (b"!replace a: 1\n", "non-string-key", 1, 1),
    "an unknown tag": (b"a: !foo x\n", "unknown-tag", 1, 4),
    "an unknown tag on a map": (b"a: !foo {b: 1}\n", "unknown-tag", 1, 4),
    "a Python tag": (b"a: !!python/object/apply:os.system [x]\n", "unknown-tag", 1, 4),
    "a Python name": (b"a: !<tag:yaml.org,2002:python/name:os.system>\n", "unknown-tag", 1, 4),
    "binary": (b"a: !!binary aGk=\n", "unknown-tag", 1, 4),
    "a tag that our handle was bent to": (b"%TAG ! tag:x,2000:\n---\na: !replace 1\n", "unknown-tag", 3, 4),
    "a core tag that lies": (b"a: !!int x\n", "wrong-tag", 1, 4),
    "!append on a map": (b"a: !append {b: 1}\n", "misplaced-tag", 1, 4),
    "!prepend on a scalar": (b"a: !prepend 1\n", "misplaced-tag", 1, 4),
    "!append in a list": (b"a: [!append [1]]\n", "misplaced-tag", 1, 5),
    "!unset with a value": (b"a: !unset 3\n", "misplaced-tag", 1, 4),
    "!unset of an item without its key": (b"a:\n  - !unset\n", "misplaced-tag", 2, 5),
    "!unset of a root with values": (b"!unset {a: 1}\n", "misplaced-tag", 1, 1),
    "two documents": (b"a: 1\n---\nb: 2\n", "several-documents", 2, 1),
    "an empty second document": (b"a: 1\n---\n", "several-documents", 2, 1),
    "not UTF-8": (b"a: 1\nb: \xff\n", "not-utf-8", 2, 4),
    "not UTF-8 after a mark": (b"\xef\xbb\xbfa: \xff\n", "not-utf-8", 1, 4),
    "UTF-16": ("a: 1\n".encode("utf-16"), "not-utf-8", 1, 1),
    "NUL": (b"a: 1\nb: x\0y\n", "control-character", 2, 5),
    "an escape": (b"a: \x1b[31m\n", "control-character", 1, 4),
    "a C1 control": (b"a: \xc2\x9b\n", "control-character", 1, 4),
    "no character": (b"a: \xef\xbf\xbf\n", "control-character", 1, 4),
    "a line separator": (b"a: x\xe2\x80\xa8y\n", "line-separator", 1, 5),
    "an anchor that is not there": (b"a: *b\n", "unknown-alias", 1, 4),
    "an anchor below": (b"a: *b\nb: &b 1\n", "unknown-alias", 1, 4),
    "an alias in itself": (b"a: &a\n  b: *a\n", "recursive-alias", 2, 6),
    "an alias in itself, as a key": (b"a: &a {*a : 1}\n", "recursive-alias", 1, 8),
    "a list": (b"# c\n- a\n", "not-a-map", 2, 1),
    "a scalar": (b"hello\n", "not-a-map", 1, 1),
    "a key without a space": (b"a:b\n", "not-a-map", 1, 1),
    "null, said": (b"null\n", "not-a-map", 1, 1),
    "a replaced scalar": (b"!replace x\n", "not-a-map", 1, 1),
    "an appended root": (b"!append [1]\n", "not-a-map", 1, 1),
    "an integer beyond 64 bits": (b"a: 18446744073709551616\n", "number-out-of-range", 1, 4),
    "thousands of digits": (b"a: " + b"9" * 10_000 + b"\n", "number-out-of-range", 1, 4),
    "a float beyond doubles": (b"a: 1e999\n", "number-out-of-range", 1, 4),
    "too deep a list": (b"a: " + b"[" * 100_000, "too-deep", 1, 103),
    "too deep a map": (b"{a: " * 100_000, "too-deep", 1, 401),
    "deep blocks": (b"- " * 101 + b"x", "too-deep", 1, 201),
    "too large": (b"a: " + b"x" * 50_000_000, "too-large", 1, 1),
}


@pytest.mark.parametrize(("data", "rule", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, rule: str, line: int, column: int) -> None:
    finding = read(data, "environments/base/x.yaml").findings[0]
    assert (finding.rule, finding.position.line, finding.position.column) == (rule, line, column)
    assert finding.position.file == "environments/base/x.yaml"
    assert finding.severity == "error"
    assert finding.fix
    assert "\n" not in finding.message


@pytest.mark.parametrize(
    "secret",
    [
        "!hunter2",
        "*hunter2",
        "@hunter2",
        "%hunter2",
        "'hunter2",
        '"hunter2',
        "&hunter2 x y: z",
        "[hunter2",
        "'it''s' hunter2",
        "hunter2: x",
        "99999999999999999999",
        "9e9999",
        "!!int hunter2",
        "!replace hunter2",
        "!unset hunter2",
        "{hunter2",
        "|hunter2",
        '"\\qhunter2"',
    ],
)
def test_messages_quote_no_value(secret: str) -> None:
    reading = read(f"password: {secret}\n".encode(), "x.yaml")
    said = " ".join(f"{finding.message} {finding.fix}" for finding in reading.findings)
    assert secret not in said
    assert "hunter2" not in said
    assert "9999" not in said


def test_a_duplicate_key_tells_both_places() -> None:
    [finding] = read(b"m:\n  a: 1\n  b: 2\n  a: 3\n", "x.yaml").findings
    assert str(finding.position) == "x.yaml:4:3"
    assert [str(related.position) for related in finding.related] == ["x.yaml:2:3"]


def test_a_key_three_times_is_told_twice() -> None:
    findings = read(b"a: 1\na: 2\na: 3\n", "x.yaml").findings
    assert [(str(finding.position), str(finding.related[0].position)) for finding in findings] == [
        ("x.yaml:2:1", "x.yaml:1:1"),
        ("x.yaml:3:1", "x.yaml:2:1"),
    ]


def test_the_walk_goes_on_after_a_finding() -> None:
    reading = read(b"a: !foo x\n1: x\nb: 2\nc: {<<: 1, d: 4}\nb: 3\n", "x.yaml")
    assert [finding.rule for finding in reading.findings] == [
        "unknown-tag",
        "non-string-key",
        "merge-key",
        "duplicate-key",
    ]
    assert reading.value == {"a": "x", "b": 3, "c": {"d": 4}}
    assert reading.whole


@pytest.mark.parametrize("data", [b"a: [", b"- a\n", b"\xff", b"a: " + b"[" * 200])
def test_what_stops_the_walk_is_not_whole(data: bytes) -> None:
    reading = read(data, "x.yaml")
    assert not reading.whole
    assert reading.value == {}


def test_a_mistyped_tag_is_recognised() -> None:
    [finding] = read(b"a: !apend [1]\n", "x.yaml").findings
    assert finding.fix == "did you mean !append?"


@pytest.mark.parametrize(
    "start",
    ["x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n", f"x0: &x0 [{'long ' * 40_000}]\n", f"x0: &x0 {'long ' * 40_000}\n"],
    ids=["many values", "a long text in a list", "a long text"],
)
def test_an_alias_bomb_is_stopped(start: str) -> None:
    rows = (f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 12))
    [finding] = read((start + "".join(rows)).encode(), "x.yaml").findings
    assert finding.rule == "too-many-nodes"
    assert 1 < finding.position.line < 10


def test_findings_come_to_an_end() -> None:
    for data in (b"a: 1\n" * 5000, b"a: !x 1\n" * 5000, b"? 1\n" * 5000):
        reading = read(data, "x.yaml")
        assert [finding.rule for finding in reading.findings[-2:]].count("too-many-findings") == 1
        assert len(reading.findings) == 1001
        assert not reading.whole


def test_a_hundred_levels_are_deep_enough() -> None:
    assert read(b"a: " + b"[" * 99 + b"]" * 99, "x.yaml").findings == ()
    assert read(b"{a: " * 99 + b"[]" + b"}" * 99, "x.yaml").findings == ()
    assert [finding.rule for finding in read(b"a: " + b"[" * 100 + b"]" * 100, "x.yaml").findings] == ["too-deep"]


@given(st.binary())
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"a: &x\n? *x\n")
def test_any_bytes_are_read(data: bytes) -> None:
    holds(read(data, "x.yaml"), data)


@given(st.text(alphabet="ab:-?!&*[]{}<>|'\"%@#\n \t,\\~0.", max_size=40))
def test_any_punctuation_is_read(text: str) -> None:
    holds(read(text.encode(), "x.yaml"), text.encode())


@given(data=layer_texts(), cut=st.data())
def test_a_mutated_layer_is_read(data: bytes, cut: st.DataObject) -> None:
    start = cut.draw(st.integers(0, len(data)))
    end = cut.draw(st.integers(start, min(len(data), start + 8)))
    mutated = data[:start] + cut.draw(st.one_of(st.binary(max_size=3), st.just(data[start:end] * 2))) + data[end:]
    holds(read(mutated, "x.yaml"), mutated)


def holds(reading: Reading, data: bytes) -> None:
    """What is true of every reading: it has a value or a finding, and its positions are places of the file."""
    assert reading.whole or reading.findings
    assert isinstance(reading.value, dict | Tagged)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for finding in reading.findings:
        assert 1 <= finding.position.line <= lines
        assert finding.position.column >= 1
    if reading.whole:
        assert find(outline(data, "x.yaml"), ()) is not None


def test_what_was_noticed_late_names_both_places() -> None:
    [finding] = read(b"a: [x\nb: 1\n", "x.yaml").findings
    assert [str(related.position) for related in finding.related] == ["x.yaml:2:2"]
    [finding] = read(b"a: [x\n", "x.yaml").findings
    assert finding.related == ()


@pytest.mark.parametrize("text", [b"url: {{ x }}\n", b"url: {{ x }}/a\n", b"url: {{ x }}/a\nb: 1\n"])
def test_a_template_is_a_text_without_quotes(text: bytes) -> None:
    assert {finding.fix for finding in read(text, "x.yaml").findings} == {"put the text in quotes"}
