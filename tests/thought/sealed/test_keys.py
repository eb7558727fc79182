"""The data key of a file, whole or shared among groups."""

import os

import pytest
from thought.sealed.golden_files import ALICE, BOB, CAROL, keys

from lamina.thought.sealed.failures import CannotSeal, NoKey, Unsound
from lamina.thought.sealed.keys import Sharing, data_key, wraps
from lamina.thought.sealed.metadata import Group, Metadata, Wrap
from lamina.thought.sealed.recipients import wrapped

KEY = bytes(range(32))


def metadata(sharing: Sharing, key: bytes = KEY) -> Metadata:
    groups = wraps(key, sharing, "f", os.urandom)
    return Metadata(tuple(Group(tuple(group)) for group in groups), sharing.threshold, "time", "mac")


@pytest.mark.parametrize("people", [["alice"], ["bob"], ["mallory", "alice", "bob"]], ids="+".join)
def test_every_recipient_of_one_group_opens_it(people: list[str]) -> None:
    assert data_key(metadata(Sharing(((ALICE, BOB),))), "f", keys(*people)) == KEY


@pytest.mark.parametrize("people", [["alice", "bob"], ["carol", "bob"], ["alice", "bob", "carol"]], ids="+".join)
def test_any_two_of_three_groups_open_it(people: list[str]) -> None:
    assert data_key(metadata(Sharing(((ALICE,), (BOB,), (CAROL,)), 2)), "f", keys(*people)) == KEY


def test_without_a_threshold_all_groups_are_needed() -> None:
    of = metadata(Sharing(((ALICE,), (BOB,))))
    assert data_key(of, "f", keys("alice", "bob")) == KEY
    with pytest.raises(NoKey, match="2 of 2 groups are needed, 1 open"):
        data_key(of, "f", keys("alice"))


@pytest.mark.parametrize("threshold", [-1, 1, 4])
def test_a_threshold_that_cannot_be(threshold: int) -> None:
    good = metadata(Sharing(((ALICE,), (BOB,), (CAROL,)), 2))
    with pytest.raises(Unsound, match="of 3 key groups"):
        data_key(Metadata(good.groups, threshold, "time", "mac"), "f", keys("alice", "bob"))


def test_a_group_listed_twice_does_not_count_twice() -> None:
    good = metadata(Sharing(((ALICE,), (BOB,), (CAROL,)), 2))
    twice = Metadata((good.groups[0], good.groups[0]), 2, "time", "mac")
    with pytest.raises(Unsound, match="for the same place"):
        data_key(twice, "f", keys("alice"))


def test_a_data_key_of_another_length() -> None:
    short = Metadata((Group((Wrap(ALICE, wrapped(b"short", ALICE)),)),), 0, "time", "mac")
    with pytest.raises(Unsound, match="5 bytes, not 32"):
        data_key(short, "f", keys("alice"))


def test_more_groups_than_there_are_shares() -> None:
    with pytest.raises(CannotSeal, match="from 2 to their number"):
        wraps(KEY, Sharing(((ALICE,),) * 256), "f", os.urandom)


def test_labels_that_are_no_names_are_not_repeated() -> None:
    odd = Metadata((Group((Wrap("x\x1b[31m", ""), Wrap("", ""), Wrap("age1" + "q" * 9000, ""))),), 0, "time", "mac")
    with pytest.raises(NoKey) as error:
        data_key(odd, "f", keys("alice"))
    assert "\x1b" not in str(error.value)
    assert len(str(error.value)) < 3000
