"""The tree of a log: as RFC 6962 defines it, told by a naive reading of its definitions."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.anchors.tree import Edge, consistency, consistent, grown, includes, inclusion, leaf

lines = st.lists(st.binary(max_size=12).map(lambda data: data.replace(b"\n", b"")), max_size=70)


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = largest_power_below(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1, word for word."""
    if len(d) == 1:
        return []
    k = largest_power_below(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: list[bytes], b: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2, word for word."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = largest_power_below(len(d))
    return [*proof(m, d[:k], b), mth(d[k:])] if m <= k else [*proof(m - k, d[k:], False), mth(d[:k])]


@given(lines, st.data())
def test_an_edge_grows_to_the_root_of_the_definition(d: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(d)))
    begun = grown(Edge(), d[:cut])
    assert begun.root == mth(d[:cut])
    assert grown(begun, d[cut:]).root == mth(d)
    assert grown(begun, d[cut:]) == grown(Edge(), d)


def test_a_leaf_is_a_line_without_its_line_feed() -> None:
    assert leaf(b"x\n") == leaf(b"x") == sha256(b"\0x").digest()
    assert grown(Edge(), [b"a\n", b"b\n", b"c"]).root == mth([b"a", b"b", b"c"])


@given(lines.filter(bool), st.data())
def test_inclusion(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(0, len(d) - 1))
    leaves = [leaf(line) for line in d]
    found = inclusion(leaves, m)
    assert list(found) == path(m, d)
    assert includes(mth(d), len(d), m, leaves[m], found)
    # None of it can be another.
    assert not includes(mth([*d, b"x"]), len(d), m, leaves[m], found)
    assert not includes(mth(d), len(d), m, leaf(d[m] + b"x"), found)
    assert not includes(mth(d), len(d), m, leaves[m], [*found, leaves[m]])
    assert not found or not includes(mth(d), len(d), m, leaves[m], found[:-1])
    assert not includes(mth(d), len(d), len(d), leaves[m], found)


@given(lines, st.data())
def test_consistency(d: list[bytes], data: st.DataObject) -> None:
    m = data.draw(st.integers(0, len(d)))
    found = consistency([leaf(line) for line in d], m)
    old, new = mth(d[:m]), mth(d)
    assert list(found) == ([] if m == 0 else proof(m, d))
    assert consistent(old, m, new, len(d), found)
    assert not consistent(mth([*d[:m], b"x"]), m, new, len(d), found)
    assert not consistent(old, m, new, len(d), [*found, new])
    if 0 < m < len(d):
        assert not consistent(old, m, mth([*d, b"x"]), len(d), found)
        assert not consistent(old, m, new, len(d), found[:-1])
        assert not consistent(new, len(d), old, m, found)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError, match="no leaf 1"):
        inclusion([leaf(b"")], 1)
    with pytest.raises(IndexError, match="no 2 leaves"):
        consistency([leaf(b"")], 2)


@pytest.mark.parametrize(("size", "hashes"), [(-1, ()), (1, ()), (2, (b"x" * 32, b"x" * 32)), (1, (b"x",))])
def test_no_edge(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="no edge"):
        Edge(size, hashes)
