"""Sharing of a secret; that shares of sops combine is seen with the golden files."""

import os
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thought.sealed.golden_files import cases, keys

from lamina.thought.sealed.opening import look
from lamina.thought.sealed.recipients import unwrapped
from lamina.thought.sealed.shamir import BadShares, combined, split

SHARED = [name for name, case in cases().items() if case.file("encrypted") and b"key_groups" in case.data("encrypted")]


@given(st.binary(min_size=1, max_size=33), st.integers(2, 4), st.data())
@settings(max_examples=40)
def test_any_shares_of_the_threshold_give_the_secret_back(secret: bytes, threshold: int, data: st.DataObject) -> None:
    shares = split(secret, data.draw(st.integers(threshold, 5)), threshold, os.urandom)
    for count in range(threshold, len(shares) + 1):
        assert all(combined(some) == secret for some in combinations(shares, count))


def test_a_share_is_its_values_and_then_its_place() -> None:
    # f(x) = 0x53 + 0xCA x over GF(2^8): at two, 0xCA * 2 = 0x8F.
    assert split(b"\x53", 2, 2, lambda count: b"\xca" * count) == [b"\x99\x01", b"\xdc\x02"]
    assert combined([b"\x99\x01", b"\xdc\x02"]) == b"\x53"


def test_too_few_shares_give_something_else() -> None:
    secret = os.urandom(32)
    assert combined(split(secret, 3, 3, os.urandom)[:2]) != secret


@pytest.mark.parametrize("name", SHARED)
def test_shares_that_sops_made_combine_in_every_way(name: str) -> None:
    case = cases()[name]
    metadata = look(case.data("encrypted"), f"f.{case.kind}", case.kind).metadata
    people = keys("alice", "bob", "carol")
    parts = [unwrapped(group.wraps[0].enc, people) for group in metadata.groups]
    shares = [part for part in parts if part is not None]
    assert [share[-1] for share in shares] == list(range(1, len(shares) + 1))
    secrets = {combined(some) for some in combinations(shares, metadata.needed)}
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32


@pytest.mark.parametrize(
    "shares",
    [[b"ab", b"abc"], [b"a"], [b""], [b"a\x01", b"b\x01"], [b"a\x00", b"b\x01"], []],
    ids=["of two lengths", "too short", "empty", "one place twice", "at zero", "none"],
)
def test_shares_that_cannot_be(shares: list[bytes]) -> None:
    with pytest.raises(BadShares):
        combined(shares)
