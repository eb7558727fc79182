"""Patterns read alike by every engine, and refused where they would not be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.schema.patterns import NotPortable, matches, matches_written, python_pattern

READ = [
    ("^[a-z]+$", "abc", True),
    ("^[a-z]+$", "abc\n", False),
    ("b", "abc", True),
    (r"^\d$", "7", True),
    (r"^\d$", "٣", False),
    (r"^\w$", "é", False),
    (r"^[^\w]$", "é", True),
    (r"^\s$", "\u2003", True),
    (r"^\s$", "\ufeff", True),
    (r"^\s$", "\x85", False),
    (r"^[\s\S]$", "\n", True),
    ("^.$", "\r", False),
    ("^.$", "\u2028", False),
    ("^.$", "😀", True),
    (r"^\x41\u00e9\/\-$", "Aé/-", True),
    ("^[a&&b]$", "&", True),
    ("^[[a]$", "[", True),
    ("^<b>$", "<b>", True),
    ("^a+b?a+$", "a", False),
    ("^(?:v[0-9]+|latest)$", "v12", True),
    ("^(a|)x$", "x", True),
    ("^a{2,3}$", "aaaa", False),
    ("^a*?b??$", "aab", True),
    ("^[-a]$", "-", True),
    (r"^[\]\^]$", "]", True),
    ("^# %$", "# %", True),
    ("", "anything", True),
]

REFUSED = [
    r"\p{Letter}",
    r"\bword",
    r"(a)\1",
    r"\Aa\Z",
    r"\h",
    r"\cA",
    r"\0",
    r"\ud83d",
    r"\xZ1",
    "(?<year>a)",
    "(?P<year>a)",
    "(?i)a",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?>a)",
    "a++",
    "a{2}{3}",
    "a{,3}",
    "a{3,2}",
    "a{1,9999}",
    "*a",
    "^*",
    "()*",
    "(a",
    "a)",
    "[a",
    "[]",
    "[^]",
    "[z-a]",
    r"[\d-z]",
    "a]",
    "{2}",
    "a\\",
]


@pytest.mark.parametrize(("pattern", "text", "expected"), READ)
def test_reads_as_ecma_262_in_both_engines(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected
    assert (re.search(python_pattern(pattern), text) is not None) is expected
    assert matches_written(python_pattern(pattern), text) is expected


@pytest.mark.parametrize("pattern", REFUSED)
def test_refuses_what_engines_read_differently(pattern: str) -> None:
    with pytest.raises(NotPortable):
        python_pattern(pattern)


def test_an_end_is_told_from_an_escaped_backslash() -> None:
    assert matches(r"^(?:\\Z)$", r"\Z")
    assert matches(r"(?:$)", "")


def test_a_pattern_that_is_too_large_is_refused_when_it_is_used() -> None:
    with pytest.raises(NotPortable, match="too large"):
        matches("(?:[a-z]{1,1000}){1,1000}", "a")


CLASSES = [rf"\{letter}" for letter in "dDwWsS"]
SETS = ["[a-z]", "[^a-z]", r"[\d\-_]", r"[^\W\d]", "[[a]", "[a-]", r"[\]]", "[~~]", "[😀-😎]"]
LITERALS = ["a", "1", "é", "😀", "&&", "--", r"\.", r"\-", r"\n", r"\x41", r"\u2028"]
ATOMS = st.sampled_from([".", "^", "$", "|", *CLASSES, *SETS, *LITERALS])
PIECES = st.builds(str.__add__, ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{0,1}", "{1,}", "*?", "+?"]))
PATTERNS = st.recursive(
    PIECES, lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"({''.join(parts)})"), max_leaves=5
)
TEXTS = st.text(alphabet="ab1_- \n\r\t\x0b\x1c\x85\xa0\u2028\ufeffé٣İ\u017fK😀.[]&~^$\\", max_size=6)


@given(parts=st.lists(PATTERNS, max_size=4), anchored=st.booleans(), text=TEXTS)
def test_both_engines_agree(parts: list[str], anchored: bool, text: str) -> None:
    pattern = f"^{''.join(parts)}$" if anchored else "".join(parts)
    try:
        written = python_pattern(pattern)
    except NotPortable:
        return
    assert matches(pattern, text) is (re.search(written, text) is not None)


@given(pattern=st.text(alphabet="ab\\[](){}*+?^$|.-,1:=!<dwsxuPpkbBAZzQE#& \n", max_size=8), text=TEXTS)
def test_any_text_is_a_pattern_for_both_engines_or_refused(pattern: str, text: str) -> None:
    try:
        written = python_pattern(pattern)
    except NotPortable:
        return
    assert matches(pattern, text) is (re.search(written, text) is not None)
