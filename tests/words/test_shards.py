"""Shards: where a name belongs."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.words.errors import Misuse
from lamina.words.shards import WHOLE, Shard, parse_shard, share_of


@given(st.text(), st.integers(1, 9))
def test_a_name_is_in_one_shard_alone(name: str, of: int) -> None:
    assert [Shard(number, of).holds(name) for number in range(1, of + 1)].count(True) == 1
    assert WHOLE.holds(name)


@given(st.text(), st.integers(1, 9), st.integers(1, 4))
def test_the_shares_of_a_shard_are_parts_of_it(name: str, of: int, count: int) -> None:
    for shard in (Shard(number, of) for number in range(1, of + 1)):
        shares = shard.shares(count)
        assert [one.holds(name) for one in shares].count(True) == shard.holds(name)
        assert [one.first for one in shares] == [shard.first, *[False] * (count - 1)]


def test_where_a_name_belongs_never_changes() -> None:
    # Shards of one commit may be made by machines whose lamina is of several versions: no other number will ever do.
    assert [share_of("agents/coder", of) for of in range(1, 8)] == [0, 0, 1, 0, 0, 4, 5]
    assert share_of("\udcff", 1000) == 495


def test_shards_are_about_equal() -> None:
    names = [f"services/svc-{number:04}" for number in range(1000)]
    for of in range(2, 6):
        sizes = Counter(share_of(name, of) for name in names).values()
        assert max(sizes) <= 1.25 * 1000 / of


@pytest.mark.parametrize(("text", "shard"), [("1/1", Shard()), ("3/3", Shard(3, 3)), ("2/1000", Shard(2, 1000))])
def test_a_shard_is_read(text: str, shard: Shard) -> None:
    assert parse_shard(text) == shard
    assert str(shard) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "0/3", "4/3", "1/0", "1/1001", "-1/3", "1/3/5", "1 / 3", "1.0/3", "٣/٣", "1/3\n", "a/b", "01234/5"],
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="is no shard"):
        parse_shard(text)
