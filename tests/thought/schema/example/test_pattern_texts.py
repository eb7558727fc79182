"""Texts that fit a pattern."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.schema.example.pattern_texts import text_of
from lamina.thought.schema.example.scalars import SAMPLES
from lamina.thought.schema.formats import FORMATS
from lamina.thought.schema.patterns import NotPortable, matches

PATTERNS = [
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", r"^(@(hourly|daily)|[0-9*/,-]+( [0-9*/,-]+){4})$", r"^\d{4}-\d{2}$", r"^[^\s/]+/[^/]+$",
    r"^a{3}b{2,}c{1,2}d?$", r"^\x41é☃$", r"^\.\*\[\]\\\/$",
    r"^[.\-\]\\^]+$", r"^.+$", r"^\w+\W\S\s\D$", r"x|y|", r"^[\u4e00-\u9fff]+$",
    r"^(?:a|b(?:c|d)+?)+$",
]  # fmt: skip
_ATOMS = st.sampled_from(["a", "[a-f]", "[^a]", r"\d", ".", r"\.", "(?:x|yz)", "(b)", "[A-Z_-]"])
_PATTERNS = st.lists(st.tuples(_ATOMS, st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}", "+?"])), max_size=6)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("more", [0, 1, 7])
def test_the_text_fits(pattern: str, more: int) -> None:
    text = text_of(pattern, lambda _: 0, more)
    assert text is not None
    assert matches(pattern, text)


@given(_PATTERNS, st.data())
def test_any_way_through_a_pattern_fits(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    pattern = "^" + "".join(atom + repeated for atom, repeated in parts) + "$"
    text = text_of(pattern, lambda ways: data.draw(st.integers(0, ways - 1)), data.draw(st.integers(0, 3)))
    assert text is not None
    assert matches(pattern, text)


@given(st.text(alphabet="ab^$|()[]{}*+?.\\d-1,", max_size=12))
def test_any_pattern_that_is_one_is_read(pattern: str) -> None:
    try:
        matches(pattern, "")
    except NotPortable:
        return
    assert isinstance(text_of(pattern, lambda _: 0), str)


def test_what_is_no_pattern_has_no_text() -> None:
    assert text_of("(", lambda _: 0) is None


def test_there_are_samples_of_every_format() -> None:
    assert SAMPLES.keys() == FORMATS.keys()
    assert [(name, one) for name, every in SAMPLES.items() for one in every if not FORMATS[name](one)] == []
