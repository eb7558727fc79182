"""Retention: what must stay stays, what is over goes, and the store ends within its limit where what must stay allows it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lamina.thought.upkeep.retention import (
    GRACE,
    Limits,
    Plan,
    Stored,
    StoredBlob,
    StoredRun,
    StoredSegment,
    limits,
    plan,
)
from lamina.thought.upkeep.settings import state_settings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WIDE = Limits(runs=30 * DAY, artifacts=90 * DAY, size=1 << 40, latest=1)


def ran(id: str, days: float | None, last: int = 0, **more: object) -> StoredRun:
    """A run that ended so many days ago, or never."""
    ended = None if days is None else NOW - days * DAY
    return replace(StoredRun(id, ended, last, size=1000, carry=1500), **more)  # type: ignore[arg-type]


def segment(
    first: int, last: int, *runs: str, days: float = 100, sealed: bool = True, size: int = 10_000
) -> StoredSegment:
    return StoredSegment(first, last, size, sealed, NOW - days * DAY, frozenset(runs))


def planned(*runs: StoredRun, allowed: Limits = WIDE, **more: object) -> Plan:
    return plan(replace(Stored(runs, (), {}), **more), allowed, NOW)  # type: ignore[arg-type]


def test_the_limits_are_those_of_the_policies() -> None:
    document = {"persistence": {"enabled": False}, "cleanup": {"max_size_mib": 64}, "artifacts": {"retention_days": 7}}
    assert limits(state_settings(document)) == Limits(30 * DAY, 7 * DAY, 64 * 1024 * 1024, 10)


def test_what_ended_too_long_ago_goes_and_each_that_stays_has_a_reason() -> None:
    found = planned(
        ran("old", 40),
        ran("young", 20),
        ran("newest", 3),
        ran("working", None),
        ran("loved", 400, pinned=True),
        ran("good", 60, completed=True),
        ran("bad", 50, completed=False),
        allowed=replace(WIDE, latest=1),
    )
    assert found.dropped == (("good", "age"), ("bad", "age"), ("old", "age"))
    assert found.kept == (
        ("loved", "pinned"),
        ("young", "young"),
        ("newest", "among the newest"),
        ("working", "not ended"),
    )


def test_the_newest_that_completed_stays_when_all_that_came_later_failed() -> None:
    runs = [ran("good", 60), *(ran(f"bad{days}", days, completed=False) for days in range(50, 55))]
    found = planned(*runs)
    assert found.kept == (("good", "newest that completed"), ("bad50", "among the newest"))


def test_what_the_archive_lacks_stays() -> None:
    runs = [ran("in", 50, last=9), ran("out", 50, last=10), ran("new", 1, last=11)]
    assert [id for id, _ in planned(*runs, archived=9).dropped] == ["in"]
    assert [id for id, _ in planned(*runs, archived=None).dropped] == ["in", "out"]


def test_beyond_the_size_the_oldest_finished_runs_go_young_as_they_may_be() -> None:
    runs = [ran(f"r{days}", days) for days in (1, 2, 3, 4)]
    found = planned(*runs, allowed=replace(WIDE, size=2100))
    assert found.dropped == (("r4", "size"), ("r3", "size"))
    assert (found.before, found.size, found.fits) == (4000, 2000, True)


def test_what_must_stay_may_be_too_large_and_the_plan_says_so() -> None:
    found = planned(ran("a", None), ran("b", 1), ran("c", 2), allowed=replace(WIDE, size=500))
    assert [id for id, _ in found.dropped] == ["c"]
    assert (found.size, found.fits) == (2000, False)


def test_a_blob_goes_with_the_last_run_that_names_it() -> None:
    blobs = {"both": StoredBlob(70, NOW - 50 * DAY), "one": StoredBlob(30, NOW - 50 * DAY)}
    old, young = ran("old", 40, states=frozenset({"both", "one"})), ran("young", 4, states=frozenset({"both"}))
    found = planned(old, young, blobs=blobs)
    assert (found.dropped, found.blobs) == ((("old", "age"),), ("one",))
    assert found.before - found.size == 1030


def test_artifacts_outlive_their_run_until_their_own_time_is_over() -> None:
    blobs = {"plan": StoredBlob(70, NOW - 50 * DAY)}
    runs = [ran("old", 40, artifacts={"old.a1": "plan"}), ran("new", 1)]
    assert planned(*runs, blobs=blobs).blobs == ()
    assert planned(*runs, blobs=blobs, allowed=replace(WIDE, artifacts=45 * DAY)).blobs == ("plan",)
    # The run is gone by the next time, and nothing names it any more.
    assert planned(runs[1], blobs=blobs).blobs == ()
    assert planned(runs[1], blobs=blobs, allowed=replace(WIDE, artifacts=45 * DAY)).blobs == ("plan",)


def test_artifacts_go_before_their_run_when_their_time_is_shorter() -> None:
    blobs = {"plan": StoredBlob(70, NOW - 21 * DAY)}
    runs = [ran("young", 20, artifacts={"young.a1": "plan"}), ran("new", 1)]
    found = planned(*runs, blobs=blobs, allowed=replace(WIDE, artifacts=7 * DAY))
    assert (found.dropped, found.expired, found.blobs) == ((), ("young.a1",), ("plan",))


def test_artifacts_of_pinned_and_of_the_newest_runs_stay_with_them() -> None:
    blobs = {"plan": StoredBlob(70, NOW - 99 * DAY)}
    for run in (ran("r", 99, pinned=True), ran("r", 99), ran("r", None)):
        kept = replace(run, artifacts={"r.a1": "plan"})
        assert planned(kept, blobs=blobs, allowed=replace(WIDE, artifacts=7 * DAY)).blobs == ()


def test_a_blob_that_was_just_stored_may_be_about_to_be_named() -> None:
    allowed = replace(WIDE, size=0)
    assert planned(blobs={"new": StoredBlob(70, NOW - GRACE)}, allowed=allowed).blobs == ()
    assert planned(blobs={"left": StoredBlob(70, NOW - 2 * GRACE)}, allowed=allowed).blobs == ("left",)


def test_segments_about_dropped_runs_alone_go_from_the_beginning() -> None:
    log = (
        segment(1, 9, "old"),
        segment(10, 19, "old"),
        segment(20, 29, "new", days=1),
        segment(30, 35, "new", sealed=False),
    )
    found = planned(ran("old", 40, last=15), ran("new", 1, last=35), segments=log)
    assert (found.first, found.carried) == (20, ())


def test_old_segments_go_when_little_of_them_has_to_be_carried() -> None:
    log = (
        segment(1, 9, "old", "kept"),
        segment(10, 19, "kept", days=1),
        segment(20, 25),
        segment(26, 27, sealed=False),
    )
    found = planned(ran("old", 40, last=9), ran("kept", 1, last=19), segments=log)
    assert (found.first, found.carried) == (10, ("kept",))
    assert found.before - found.size == 1000 + 10_000 - 1500


def test_the_history_of_a_run_that_goes_on_stays_while_there_is_room() -> None:
    log = (segment(1, 9, "old", "works"), segment(10, 19), segment(20, 29, sealed=False))
    runs = [ran("old", 40, last=9), ran("new", 1), ran("works", None, last=19)]
    assert planned(*runs, segments=log).first == 1
    pressed = planned(*runs, segments=log, allowed=replace(WIDE, size=25_500))
    assert (pressed.first, pressed.carried, pressed.fits) == (10, ("works",), True)


def test_segments_that_the_archive_lacks_stay() -> None:
    log = (segment(1, 9), segment(10, 19), segment(20, 29), segment(30, 39, sealed=False))
    assert planned(segments=log, archived=18).first == 10
    assert planned(segments=log, archived=19).first == 20


@st.composite
def stores(draw: st.DrawFn) -> tuple[Stored, Limits]:
    """A store with runs, a log that tells of them, blobs that they share, and any policy at all."""
    number = draw(st.integers(0, 12))
    digests = [f"d{each}" for each in range(draw(st.integers(0, 8)))]
    some = st.frozensets(st.sampled_from(digests), max_size=3) if digests else st.just(frozenset())
    runs = []
    for each in range(number):
        artifacts = {f"r{each}.a{count}": digest for count, digest in enumerate(sorted(draw(some)))}
        size = draw(st.integers(0, 5000))
        runs.append(
            ran(
                f"r{each}",
                draw(st.none() | st.integers(0, 60)),
                draw(st.integers(1, 100)),
                size=size,
                carry=size + 300,
                completed=draw(st.booleans()),
                pinned=draw(st.integers(0, 4)) == 0,
                states=draw(some),
                artifacts=artifacts,
            )
        )
    cuts = sorted(draw(st.sets(st.integers(2, 99), max_size=6)))
    names = st.frozensets(st.sampled_from([run.id for run in runs]), max_size=5) if runs else st.just(frozenset())
    segments = tuple(
        StoredSegment(
            first, after - 1, draw(st.integers(0, 9000)), after != 101, NOW - (101 - after) * DAY, draw(names)
        )
        for first, after in zip([1, *cuts], [*cuts, 101], strict=True)
    )
    blobs = {digest: StoredBlob(draw(st.integers(0, 5000)), NOW - draw(st.integers(0, 99)) * DAY) for digest in digests}
    stored = Stored(runs, segments, blobs, draw(st.integers(0, 500)), draw(st.none() | st.integers(0, 100)))
    days = st.integers(1, 50).map(timedelta)
    return stored, Limits(draw(days), draw(days), draw(st.integers(0, 60_000)), draw(st.integers(1, 6)))


@settings(max_examples=500)
@given(stores(), st.randoms(use_true_random=False))
def test_g14_what_must_stay_stays_and_the_rest_goes_as_the_policy_says(
    drawn: tuple[Stored, Limits], shuffled: random.Random
) -> None:
    stored, allowed = drawn
    found = plan(stored, allowed, NOW)
    runs = {run.id: run for run in stored.runs}
    gone, stay = dict(found.dropped), dict(found.kept)
    assert gone.keys() | stay.keys() == runs.keys()
    assert not gone.keys() & stay.keys()
    assert protected(stored, allowed) <= stay.keys()
    # By age all that may go; by size the oldest first.
    free = [run for run in stored.runs if run.id not in protected(stored, allowed) and run.ended is not None]
    assert {run.id for run in free if run.ended and NOW - run.ended > allowed.runs} <= gone.keys()
    oldest_first = sorted(free, key=lambda run: (run.ended or NOW, run.last, run.id))
    assert [run.id in gone for run in oldest_first] == sorted((run.id in gone for run in oldest_first), reverse=True)
    # What stays keeps all that it names, but for artifacts whose time is over.
    named = {digest for id in stay for digest in runs[id].states}
    named |= {digest for id in stay for one, digest in runs[id].artifacts.items() if one not in found.expired}
    assert named.isdisjoint(found.blobs)
    assert all(stay[one.split(".")[0]] == "young" for one in found.expired)
    # Nothing of the log goes that the archive lacks; what it told of runs that stay is carried on.
    cut = [one for one in stored.segments if one.last < found.first]
    assert all(one.sealed and (stored.archived is None or one.last <= stored.archived) for one in cut)
    assert set(found.carried) == {run for one in cut for run in one.runs} & stay.keys()
    # The size is that of what is left; where it is above the limit, nothing more may go.
    left = stored.other + sum(runs[id].size for id in stay) + sum(runs[id].carry for id in found.carried)
    left += sum(one.size for one in stored.segments if one not in cut)
    left += sum(blob.size for digest, blob in stored.blobs.items() if digest not in found.blobs)
    assert found.size == left
    assert found.fits or all(run.id in gone for run in free)
    # The order of what is given does not matter.
    parts = list(stored.runs)
    shuffled.shuffle(parts)
    assert plan(replace(stored, runs=parts), allowed, NOW) == found


def protected(stored: Stored, allowed: Limits) -> set[str]:
    """The runs that no policy drops, told in another way."""
    ended = sorted((run for run in stored.runs if run.ended), key=lambda run: (run.ended or NOW, run.last, run.id))
    newest = {run.id for run in ended[-allowed.latest :]}
    good = {run.id for run in [run for run in ended if run.completed][-1:]}
    held = {run.id for run in stored.runs if run.ended is None or run.pinned}
    lacking = {run.id for run in stored.runs if stored.archived is not None and run.last > stored.archived}
    return newest | good | held | lacking


@settings(max_examples=200)
@given(stores())
def test_what_a_plan_leaves_needs_no_other_plan(drawn: tuple[Stored, Limits]) -> None:
    """Once it is carried out, nothing more goes."""
    stored, allowed = drawn
    found = plan(stored, allowed, NOW)
    stay, gone = dict(found.kept), set(found.blobs)
    left = [
        replace(run, artifacts={one: digest for one, digest in run.artifacts.items() if one not in found.expired})
        for run in stored.runs
        if run.id in stay
    ]
    segments = [replace(one, runs=one.runs & stay.keys()) for one in stored.segments if one.last >= found.first]
    carried = {run.id: run.carry for run in left if run.id in found.carried}
    segments[-1] = replace(
        segments[-1], runs=segments[-1].runs | carried.keys(), size=segments[-1].size + sum(carried.values())
    )
    blobs = {digest: blob for digest, blob in stored.blobs.items() if digest not in gone}
    again = plan(Stored(left, segments, blobs, stored.other, stored.archived), allowed, NOW)
    assert again.before == found.size
    assert (again.dropped, again.blobs, again.expired) == ((), (), ())
