"""What is told once, and the fingerprint it keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.reports.samples import finding, findings

from lamina.thought.reports import gathered
from lamina.thought.reports.found import by_weight, count_of, sentence
from lamina.words.finding import Finding


def test_the_same_in_several_environments_is_told_once() -> None:
    [one] = gathered([finding(environment="prod"), finding(environment="dev"), finding(environment="dev")])
    assert one.environments == ["dev", "prod"]
    assert sentence(one) == "it is wrong (in dev, prod)"


def test_another_fix_or_severity_is_another_thing() -> None:
    assert len(gathered([finding(), finding(fix="do"), finding(severity="note")])) == 3


@given(st.lists(findings, max_size=6), st.integers(0, 5))
def test_fingerprints_stay_while_all_lines_move_and_none_is_shared(found: list[Finding], by: int) -> None:
    moved = [replace(one, position=replace(one.position, line=one.position.line + by)) for one in found]
    before, after = gathered(found), gathered(moved)
    assert [one.fingerprint for one in before] == [one.fingerprint for one in after]
    assert len({one.fingerprint for one in before}) == len(before)


@given(st.permutations([finding(f"m{number}", number) for number in range(4)]))
def test_fingerprints_do_not_depend_on_the_order(found: list[Finding]) -> None:
    assert gathered(found) == gathered(sorted(found, key=lambda one: one.position))


@pytest.mark.parametrize(
    "other",
    [{"rule": "other"}, {"file": "b.yaml"}, {"path": ("a",)}, {"message": "it is bad"}],
    ids=["rule", "file", "path", "message"],
)
def test_what_a_finding_is_about_makes_another_fingerprint(other: dict[str, str]) -> None:
    assert gathered([finding()])[0].fingerprint != gathered([finding(**other)])[0].fingerprint


def test_severity_fix_document_environment_and_column_do_not() -> None:
    other = replace(finding(severity="note", fix="f", document="d", environment="e"), position=finding().position)
    assert gathered([finding()])[0].fingerprint == gathered([other])[0].fingerprint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("clashes with environments/base/app.yaml:3:7", "clashes with environments/base/app.yaml:30:1"),
        ("see a.yml:3", "see a.yml:4"),
        ("see a.json:3:1", "see a.json:4:2"),
        ("broken at line 3, column 4", "broken at line 5, column 66"),
    ],
)
def test_a_place_in_a_message_may_move(before: str, after: str) -> None:
    assert gathered([finding(before)])[0].fingerprint == gathered([finding(after)])[0].fingerprint


@pytest.mark.parametrize(("before", "after"), [('"12:30"', '"12:40"'), ("port 80", "port 81"), ("[0]", "[1]")])
def test_a_value_in_a_message_is_no_place(before: str, after: str) -> None:
    assert gathered([finding(before)])[0].fingerprint != gathered([finding(after)])[0].fingerprint


def test_those_that_are_alike_are_told_apart_by_their_order() -> None:
    two, three = (
        gathered([finding(line=4), finding(line=9)]),
        gathered([finding(line=2), finding(line=5), finding(line=9)]),
    )
    assert [one.fingerprint for one in two] == [one.fingerprint for one in three[:2]]


def test_the_fingerprint_is_this_one() -> None:
    """It stands in baselines: another way of making it would make every baseline stale."""
    assert gathered([finding(path=("a", 0))])[0].fingerprint == "bb12b0aa39d2ce1af2b22cfdaad1d70d"


def test_errors_come_first() -> None:
    found = [finding("a", 1, severity="note"), finding("b", 2), finding("c", 3, severity="warning"), finding("d", 4)]
    assert [one.finding.message for one in by_weight(gathered(found))] == ["b", "d", "c", "a"]
    assert count_of(gathered(found)) == "2 errors, 1 warning, 1 note"
    assert count_of(()) == "no findings"


def test_a_long_message_is_cut() -> None:
    told = sentence(gathered([finding("x" * 5_000)])[0])
    assert len(told) == 2_001
    assert told.endswith("x…")
