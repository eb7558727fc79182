"""The YAML that is written: its looks from literals, its meaning from other readers."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from thought.export.odd_data import WORDS, documents

from lamina.thought.document.yaml_reader import read_yaml
from lamina.thought.export import yaml_text
from lamina.words.node import Data, Sealed, same

DOCUMENT = """\
name: planner
enabled: true
retry: null
attempts: 3
ratio: 0.25
labels: {}
tools: []
limits:
  memory: 256Mi
  deeper:
    port: 8080
steps:
  - name: build
    run: |
      make
      make install
    needs:
      - a
      - b
  - name: test
  - - 1
    - - 2
  - {}
  - |-
    two
    lines
"""


def written(value: Data) -> str:
    """The text of a value, without the line's end."""
    return yaml_text.write(value).decode().removesuffix("\n")


def test_a_document_as_a_person_would_write_it() -> None:
    data = yaml.safe_load(DOCUMENT)
    assert yaml_text.write(data).decode() == DOCUMENT


@pytest.mark.parametrize(
    "text",
    [
        *(
            "planner",
            "prod-eu",
            "a_b",
            "_a",
            "/metrics",
            "http://host:4317/path#top",
            "a b",
            "a, b",
            "a - b",
            "--verbose",
        ),
        *(
            "-v",
            "256Mi",
            "500m",
            "30s",
            "80%",
            'rate(errors{service="a"}[5m]) > 0.5',
            "it's",
            "C:\\dir",
            "größe",
            "日本",
        ),
        "yEs",
    ],
)
def test_what_only_text_can_be_stands_plain(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "yes", "No", "ON", "off", "y", "N", "true", "False", "NULL", "~", "=", "<<", "1", "-1", "010", "0o14"),
        *("0x1F", "0b1", "1_000", "12:30:45", "1.5", ".5", "1e3", "1E", ".inf", "-.INF", ".nan", "2001-12-14", "1.2.3"),
        *("10.0.0.1", " a", "a ", "a  b", "a: b", "a:", "a #b", "#a", "- a", "-", "---", "...", "? a", ": a", "[a]"),
        *("{a}", ",a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'"),
    ],
)
def test_what_some_reader_takes_otherwise_is_quoted(text: str) -> None:
    assert written(text) == f'"{text}"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "a"', 'say "a"'),
        ('"a"', r'"\"a\""'),
        ("a\\: b", r'"a\\: b"'),
        ("a\tb", r'"a\tb"'),
        ("a\rb\n", r'"a\rb\n"'),
        ("\x00\x1b\x7f", r'"\u0000\u001b\u007f"'),
        ("a\x85b\u2028c\ufeff", r'"a\u0085b\u2028c\ufeff"'),
        ("a\u202eb\xa0\u200b", r'"a\u202eb\u00a0\u200b"'),
        ("\U000e0041", r'"\U000e0041"'),
        ("\U0001f600", '"\U0001f600"'),
    ],
)
def test_what_cannot_be_seen_is_escaped_and_nothing_else(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\n\n  b\n", "k: |\n  a\n\n    b\n"),
        ("#a\n\tb\n", "k: |\n  #a\n  \tb\n"),
        ("a\n\n", 'k: "a\\n\\n"\n'),
        ("\na", 'k: "\\na"\n'),
        (" a\nb", 'k: " a\\nb"\n'),
        ("\ta\nb", 'k: "\\ta\\nb"\n'),
        ("a\nb\x85", 'k: "a\\nb\\u0085"\n'),
    ],
)
def test_lines_are_a_block_where_a_block_is_exact(text: str, expected: str) -> None:
    assert yaml_text.write({"k": text}).decode() == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1e20, "1.0e+20"),
        (1.5e-7, "1.5e-07"),
        (-0.0, "-0.0"),
        (3.0, "3.0"),
        (2**64 - 1, "18446744073709551615"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
    ],
)
def test_numbers_in_the_spelling_that_both_versions_read(number: float, expected: str) -> None:
    assert written(number) == expected


@pytest.mark.parametrize("key", ["on", "8080", "a: b", "", "two\nlines", "~", "2001-12-14"])
def test_keys_are_quoted_by_the_same_rule(key: str) -> None:
    assert written({key: 1}) == '"' + key.replace("\n", "\\n") + '": 1'


def test_a_key_too_long_for_its_colon_to_be_found_is_explicit() -> None:
    data: Data = {"a": [{"k" * 1100: {"b": 1}, "c": [2]}]}
    assert yaml_text.write(data).decode().splitlines()[1] == "  - ? " + "k" * 1100
    assert yaml.load(yaml_text.write(data), yaml.CSafeLoader) == data


def test_an_empty_document_is_an_empty_map() -> None:
    assert yaml_text.write({}) == b"{}\n"


def test_a_sealed_leaf_is_a_bug() -> None:
    with pytest.raises(TypeError, match="Sealed"):
        yaml_text.write({"a": [Sealed("ENC[AES256_GCM,data:x]", "str")]})


@given(documents(st.floats()))
def test_yaml_1_1_reads_what_was_written(data: dict[str, Data]) -> None:
    assert same(yaml.load(yaml_text.write(data), yaml.CSafeLoader), data)


@given(documents(st.floats()))
def test_yaml_1_2_reads_what_was_written(data: dict[str, Data]) -> None:
    value, findings, _ = read_yaml(yaml_text.write(data).decode(), "a.yaml")
    assert findings == []
    assert value == data or same(value, data)  # type: ignore[arg-type]


@given(st.lists(documents(st.floats()), max_size=3))
def test_a_list_at_the_top_reads_back(data: list[Data]) -> None:
    assert same(yaml.load(yaml_text.write(data), yaml.CSafeLoader), data)


@given(documents(st.floats()))
def test_writing_again_gives_the_same_bytes(data: dict[str, Data]) -> None:
    text = yaml_text.write(data)
    assert yaml_text.write(yaml.load(text, yaml.CSafeLoader)) == text


@given(documents())
def test_one_line_break_ends_the_text(data: dict[str, Data]) -> None:
    text = yaml_text.write(data)
    assert text.endswith(b"\n")
    assert not text.endswith(b"\n\n")


@pytest.mark.parametrize("text", WORDS)
def test_a_text_alone_reads_back(text: str) -> None:
    assert yaml.load(yaml_text.write(text), yaml.CSafeLoader) == text
