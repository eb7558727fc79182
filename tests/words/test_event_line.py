"""The line of an event: its form, its hash, what it refuses."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.words.event import NOTHING, Draft, Event, Head
from lamina.words.event_line import BadName, CannotRecord, TooLarge, event, fault, line, name, place

TIME = "2026-11-21T15:42:03.000000Z"
FIRST, END = line(Draft("run.created", "r1", {"workflow": "w"}), Head(), TIME)
SECOND, _ = line(Draft("config.applied", None, {"new": "é"}), END, TIME)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def test_a_line_is_json_that_ends_in_the_hash_of_what_stands_before() -> None:
    assert list(json.loads(FIRST)) == ["v", "seq", "ts", "type", "run", "data", "prev", "hash"]
    assert json.loads(FIRST)["prev"] == NOTHING
    assert sha256(FIRST[:-76]).hexdigest() == json.loads(FIRST)["hash"] == END.hash
    assert FIRST.endswith(b'"}\n')


@given(st.dictionaries(st.text(), plain, max_size=4))
def test_what_is_recorded_is_read_back(data: dict[str, object]) -> None:
    written, end = line(Draft("step.started", "r", data), END, TIME)
    assert event(written) == Event(2, TIME, "step.started", "r", data, END.hash, end.hash)
    assert fault(written[:-1], END) is None
    assert place(written[:-1]) == end
    assert written.count(b"\n") == 1


def test_every_changed_bit_is_noticed() -> None:
    good = SECOND[:-1]
    for at in range(len(good)):
        for bit in range(8):
            bad = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
            assert fault(bad, END), (at, bit)


def test_every_shortened_line_is_noticed() -> None:
    assert all(fault(SECOND[:end], END) for end in range(len(SECOND) - 1))


@pytest.mark.parametrize(
    ("before", "what"),
    [
        (Head(), "has the number 2 where 1 is due"),
        (Head(1, NOTHING), "does not continue from 1"),
        (Head(7, END.hash), "has the number 2 where 8 is due"),
    ],
)
def test_a_line_must_follow(before: Head, what: str) -> None:
    assert fault(SECOND[:-1], before) == what


def test_alone_a_line_is_judged_by_itself() -> None:
    assert fault(SECOND[:-1], None) is None


@pytest.mark.parametrize("bad", ["", "..", "../x", "a/b", "a\nb", ".a", "-a", "a" * 129, "é", None, 7, "a\x00"])
def test_bad_names(bad: object) -> None:
    with pytest.raises(BadName):
        name(bad)


@pytest.mark.parametrize("good", ["a", "run-1", "A.b_c-9", "a" * 128])
def test_good_names(good: str) -> None:
    assert name(good) == good


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"a": {1, 2}}, "run.x.a cannot be recorded: a set is nothing that JSON holds"),
        ({"a": [float("nan")]}, "run.x.a[0] cannot be recorded: nan is no number of JSON"),
        ({"a": 2**63}, "run.x.a cannot be recorded: a number needs more than 64 bits"),
        ({"a": "\udc80"}, "run.x.a cannot be recorded: a text is no Unicode"),
        ({"a": {1: 2}}, "run.x.a cannot be recorded: the key 1 is no text"),
        ({"a": b"x"}, "run.x.a cannot be recorded: a bytes is nothing that JSON holds"),
    ],
)
def test_what_json_cannot_hold(data: dict[str, object], what: str) -> None:
    with pytest.raises(CannotRecord, match="cannot be recorded") as caught:
        line(Draft("run.x", None, data), Head(), TIME)
    assert caught.value.message == what


def test_deep_and_large() -> None:
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(CannotRecord):
        line(Draft("run.x", None, {"a": deep}), Head(), TIME)
    with pytest.raises(TooLarge):
        line(Draft("run.x", None, {"a": "x" * (1 << 20)}), Head(), TIME)


@pytest.mark.parametrize("type", ["run", "Run.created", "run.", "../x.y", "run created"])
def test_bad_types(type: str) -> None:
    with pytest.raises(BadName):
        line(Draft(type), Head(), TIME)
