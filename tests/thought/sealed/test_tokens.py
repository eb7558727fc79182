"""Which values keep their ciphertext in an edit."""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.sealed.golden_files import ALICE, keys

from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.sealing import Recipe, resealed, sealed

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def tokens(before: bytes, after: bytes, file: str = "f.yaml") -> tuple[list[bytes], list[bytes]]:
    """The ciphertexts of a file, without its MAC, before and after an edit."""
    data = sealed(before, file, Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    edited = resealed(opened(look(data, file), keys("alice")), after, os.urandom, NOW)
    return ciphertexts(data), ciphertexts(edited)


def ciphertexts(data: bytes) -> list[bytes]:
    return [line[line.index(b"ENC") :] for line in data.split(b"\n") if b"ENC[" in line and b" mac:" not in line]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (b"a: 1\nb: 2\n", b"a: 1\nb: 3\n", [0]),
        (b"a: 1\nb: 2\n", b"b: 2\na: 1\n", [1, 0]),
        (b"a: 1\n", b'a: "1"\n', []),
        (b"a: 1\n", b"a: 1.0\n", []),
        (b"a: x\n", b"c: x\n", []),
        (b"a: x\n", b"m:\n    a: x\n", []),
        (b"a:\n    - x\n    - y\n", b"a:\n    - z\n    - x\n    - y\n", [0, 1]),
        (b"a:\n    - x\n    - y\n    - x\n", b"a:\n    - y\n    - x\n", [1, 2]),
        (b"a:\n    - x\n    - x\n    - x\n", b"a:\n    - x\n    - x\n", [0, 1]),
        (b"# c\na: 1\n", b"# c\na: 2\n", [0]),
    ],
)
def test_what_keeps_its_ciphertext(before: bytes, after: bytes, kept: list[int]) -> None:
    old, new = tokens(before, after)
    assert [old.index(one) for one in new if one in old] == kept


@given(
    st.lists(st.sampled_from("xyz"), min_size=1, max_size=8), st.lists(st.sampled_from("xyz"), min_size=1, max_size=8)
)
def test_no_ciphertext_is_used_twice_and_as_many_as_can_be_stay(before: list[str], after: list[str]) -> None:
    def text(items: list[str]) -> bytes:
        return "".join(["a:\n", *(f"    - {item}\n" for item in items)]).encode()

    old, new = tokens(text(before), text(after))
    assert len(set(new)) == len(new) == len(after)
    shared = sum(min(before.count(item), after.count(item)) for item in "xyz")
    assert len(set(old) & set(new)) == shared


def test_in_json_a_number_is_a_number() -> None:
    old, new = tokens(b'{\n"a": 1,\n"b": 2\n}', b'{\n"a": 1.0,\n"b": 3\n}', "f.json")
    assert old[0] == new[0]
