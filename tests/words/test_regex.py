"""Expressions that are compiled late are as those that are compiled at once."""

import copy
import pickle
import re

import pytest

from lamina.words.regex import regex


def test_it_does_what_a_compiled_one_does() -> None:
    made, other = regex(r"(?P<a>[a-c]+)", re.IGNORECASE), re.compile(r"(?P<a>[a-c]+)", re.IGNORECASE)
    for _ in range(2):
        found = made.search("xxABCx")
        assert found is not None
        assert found["a"] == "ABC"
        assert made.sub("-", "xxABCx") == other.sub("-", "xxABCx")
        assert (made.pattern, made.flags, made.groupindex) == (other.pattern, other.flags, other.groupindex)
    assert repr(made) == repr(other)


def test_it_takes_bytes() -> None:
    assert regex(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_it_goes_through_copies_and_other_processes() -> None:
    made = regex("a+")
    for one in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert one.fullmatch("aaa") is not None


def test_a_wrong_one_is_noticed_when_it_is_used() -> None:
    made = regex("(")
    with pytest.raises(re.error):
        made.match("x")
