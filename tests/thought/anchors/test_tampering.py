"""G6: who tampers with a log is found out, given the anchor that was pushed last; and what would not be without it."""

import os
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from conftest import Counted
from tampering import KINDS, World, anchored, cut_the_tail, moment, rechained, world

from lamina.words.event import Draft

TRIALS = 60 if os.environ.get("LAMINA_TORTURE") else 5
# What nobody can tell without an anchor: a log that is sound in itself, with the records that were made from it.
HIDDEN = {
    *("edit_and_rechain", "delete_and_rechain", "swap_and_rechain", "duplicate_and_rechain", "insert_and_rechain"),
    *(
        "cut_the_tail",
        "cut_the_tail_and_resign",
        "cut_and_go_on",
        "forge_retention",
        "rewrite_and_sign_with_another_key",
    ),
    *("rewrite_and_resign", "replay_an_old_snapshot", "rewind_the_branch", "forge_a_squash", "swap_the_key"),
    *("use_a_retired_key", "strip_the_signature", "shift_the_times", "shift_the_time_of_an_anchor"),
    *("shift_the_time_of_an_anchor_and_resign", "bring_an_anchor_of_another_log", "rename_an_anchor"),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_tampering_is_found_out_given_the_last_anchor(
    kind: Callable[[Random, World], World], counted: Counted
) -> None:
    found, missed_without = 0, 0
    for trial in range(TRIALS):
        random = Random(f"{kind.__name__} {trial}")
        before = world(random)
        assert before.audited().good
        after = kind(random, before)
        assert after != before
        found += not after.audited().good
        missed_without += replace(after, archive={}, kept=None).audited().good
    counted("G6", "tampering, found out by the last anchor", TRIALS, found)
    assert found == TRIALS
    assert missed_without == (TRIALS if kind.__name__ in HIDDEN else 0)


def test_what_comes_after_the_last_anchor_can_be_cut_and_the_audit_says_so() -> None:
    before = world(Random(1))
    newest = max(before.archive)
    after = rechained(before, newest, [Draft("run.updated", "r1", {"pinned": True})])
    assert (before.audited().anchored, after.audited().anchored) == (newest, newest)
    assert after.audited().good
    # Unless the records of runs were made from what is cut: they know more than the log.
    told = replace(after, applied=before.applied).audited()
    assert [flaw.kind for flaw in told.flaws] == ["projection-ahead"]


def test_tampering_before_each_anchor_names_the_stretch_that_it_is_in() -> None:
    before = world(Random(2))
    for size in before.archive:
        since = max((one for one in before.archive if one < size), default=0)
        after = rechained(before, size - 1, [Draft("run.updated", "r1", {}) for _ in before.lines[size - 1 :]])
        [flaw] = [flaw for flaw in after.audited().flaws if flaw.kind == "other-log"]
        assert (flaw.seq, flaw.message.split()[-1]) == (size, str(since))


def test_a_cut_is_told_by_the_anchor_that_lies_after_it() -> None:
    before = world(Random(3))
    after = cut_the_tail(Random(3), before).audited()
    assert [flaw.kind for flaw in after.flaws] == ["log-cut"]
    assert after.flaws[0].seq == max(before.archive)


def test_a_replaced_anchor_is_told_even_when_it_holds() -> None:
    before = world(Random(4))
    size = max(before.archive)
    after = replace(before, archive={**before.archive, size: anchored(before.lines, size, time=moment(size + 1))})
    assert [flaw.kind for flaw in after.audited().flaws] == ["replaced-anchor"]
