"""Baselines: what is known does not count, what is new does, and what is gone is told."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.reports.samples import finding, findings, report

from lamina.thought.reports import Weighed, gathered
from lamina.thought.reports.baseline import BadBaseline, read, weighed, write
from lamina.words.finding import Finding, Position

BOTH = [finding(environment="dev"), finding(environment="prod")]


def judged(before: Sequence[Finding], now: Sequence[Finding], looked_at: Sequence[str] | None = None) -> Weighed:
    entries = read(write(report(before)).encode(), "known.json", "validate")
    return weighed(gathered(now), entries, "known.json", looked_at)


@given(st.lists(findings, max_size=5))
def test_what_is_written_holds_what_was_found(found: list[Finding]) -> None:
    outcome = judged(found, found)
    assert (outcome.new, outcome.known, outcome.stale) == ((), len(gathered(found)), ())


@given(st.lists(findings, max_size=4), st.lists(findings, max_size=4))
def test_nothing_is_lost(before: list[Finding], now: list[Finding]) -> None:
    outcome = judged(before, now)
    new = {one.fingerprint for one in outcome.new}
    assert new | {one.fingerprint for one in gathered(before)} >= {one.fingerprint for one in gathered(now)}
    assert {one.fingerprint for one in gathered(now)} - {one.fingerprint for one in gathered(before)} <= new


@given(st.permutations([finding(f"m{number}", number) for number in range(5)]), st.integers(1, 50))
def test_the_file_is_the_same_in_any_order_and_on_any_line(found: list[Finding], by: int) -> None:
    moved = [replace(one, position=Position(one.position.file, one.position.line + by, 7)) for one in found]
    assert write(report(moved)) == write(report([finding(f"m{number}", number) for number in range(5)]))


def test_the_file_is_for_people_to_review_too() -> None:
    [entry] = json.loads(write(report([*BOTH])))["findings"]
    assert entry == {
        "rule": "some-rule",
        "file": "environments/dev/app.yaml",
        "path": None,
        "message": "it is wrong",
        "environments": ["dev", "prod"],
        "fingerprint": gathered(BOTH)[0].fingerprint,
    }


def test_a_new_finding_counts() -> None:
    outcome = judged(BOTH, [*BOTH, finding("another", 9)])
    assert ([one.finding.message for one in outcome.new], outcome.known) == (["another"], 1)


def test_one_more_that_is_alike_counts() -> None:
    outcome = judged([finding(line=3)], [finding(line=1), finding(line=5)])
    assert (len(outcome.new), outcome.known) == (1, 1)


def test_what_is_known_in_one_environment_is_new_in_another() -> None:
    outcome = judged(BOTH[:1], BOTH)
    assert ([one.environments for one in outcome.new], outcome.known) == ([["prod"]], 1)
    assert judged([finding()], BOTH).known == 0


def test_what_is_gone_is_stale_also_in_one_environment_only() -> None:
    assert [entry.message for entry in judged([finding("gone")], BOTH).stale] == ["gone"]
    assert [entry.environments for entry in judged(BOTH, BOTH[:1]).stale] == [("prod",)]


def test_only_what_was_looked_at_can_be_stale() -> None:
    assert judged(BOTH, BOTH[:1], ["dev"]).stale == ()
    assert len(judged(BOTH, [], ["dev"]).stale) == 1
    assert judged([finding("of the whole repository")], [], ["dev"]).stale == ()


def test_entries_that_two_branches_added_are_one() -> None:
    shape = json.loads(write(report(BOTH[:1])))
    shape["findings"] += json.loads(write(report(BOTH[1:])))["findings"]
    entries = read(json.dumps(shape).encode(), "known.json", "validate")
    assert [entry.environments for entry in entries] == [("dev", "prod")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"<<<<<<< HEAD\n", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it has no list of findings"),
        (b'{"findings": []}', "it has no list of findings"),
        (b'{"baseline": 1, "findings": {}}', "it has no list of findings"),
        (b'{"baseline": 2, "findings": []}', "a form that this version does not know (2)"),
        (b'{"baseline": 1, "findings": [{}]}', "an entry lacks"),
        (b'{"baseline": 1, "findings": ["x"]}', "an entry lacks"),
        (b'{"baseline": 1, "findings": [null]}', "an entry lacks"),
    ],
    ids=[
        "empty",
        "a conflict",
        "not text",
        "deep",
        "a list",
        "not ours",
        "no list",
        "newer",
        "a map",
        "a text",
        "null",
    ],
)
def test_what_is_no_baseline_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadBaseline) as failure:
        read(data, "known.json", "validate")
    assert failure.value.message.startswith("known.json is not a baseline: ")
    assert why in failure.value.message
    assert failure.value.hint == "lamina validate --format baseline > known.json writes one of what is found today"


@pytest.mark.parametrize(
    "wrong", [{"environments": "dev"}, {"environments": [1]}, {"path": 1}, {"message": None}], ids=str
)
def test_an_entry_of_other_types_is_refused(wrong: dict[str, object]) -> None:
    shape = json.loads(write(report(BOTH)))
    shape["findings"][0] |= wrong
    with pytest.raises(BadBaseline, match="an entry lacks"):
        read(json.dumps(shape).encode(), "known.json", "validate")
