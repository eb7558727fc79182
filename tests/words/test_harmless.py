"""Text from a repository made harmless; cells of markdown are tried in tests/cli/test_impact_comment.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.words.harmless import safe, safe_json, safe_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31m\x9b\u202e\ufeff\u2028", "\\x1b[31m\\x9b\\u202e\\ufeff\\u2028"),
        ("\udcff", "\\udcff"),
        ("##[error]x ###[y", "#\\x23[error]x ##\\x23[y"),
    ],
)
def test_what_a_terminal_or_a_runner_would_obey_is_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_what_is_to_be_kept_is_kept() -> None:
    assert safe("a\nb\tc\r", keep="\n\t") == "a\nb\tc\\r"


@given(st.text())
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    once = safe(text)
    assert safe(once) == once
    assert once.isprintable()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("    ::error::x", "    \\x3a:error::x"),
        ("address: ::1", "address: ::1"),
        (":x", ":x"),
        ("", ""),
    ],
)
def test_a_line_is_no_command_to_a_runner(line: str, shown: str) -> None:
    assert safe_line(line) == shown


@given(st.text() | st.sampled_from(["##[error]x", "###[", "\\##[", "##[##["]))
def test_json_says_the_same_and_is_no_command_to_a_runner(text: str) -> None:
    shown = safe_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert "##[" not in shown
