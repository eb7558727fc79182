"""Schedules: once a period, after restarts and downtimes, under clocks that jump."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.upkeep.timetable import BadSchedule, coming, due, fault


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEWEST = {
    "@hourly": "2026-11-18T10:00",
    "@daily": "2026-11-18T00:00",
    "@weekly": "2026-11-15T00:00",
    "@monthly": "2026-11-01T00:00",
    "15 2 * * *": "2026-11-18T02:15",
    "*/20 * * * *": "2026-11-18T10:40",
    "30 3 * * 1": "2026-11-16T03:30",
    "0 12 1,15 * *": "2026-11-15T12:00",
    "0 0 1-7 1 *": "2026-01-07T00:00",
}


@pytest.mark.parametrize(("schedule", "newest"), NEWEST.items(), ids=NEWEST)
def test_what_never_ran_is_due_for_the_newest_moment(schedule: str, newest: str) -> None:
    assert due(schedule, None, at("2026-11-18T10:41:07.5")) == at(newest)


def test_the_moment_itself_is_due() -> None:
    assert due("@daily", at("2026-11-17T00:00"), at("2026-11-18T00:00")) == at("2026-11-18T00:00")
    assert due("@daily", at("2026-11-17T00:00"), at("2026-11-17T23:59:59.999999")) is None


def test_tapps_7_what_ran_in_this_period_is_not_due() -> None:
    """There no run was recorded, so daily, weekly and monthly ones were due whenever somebody asked."""
    for schedule in ("@hourly", "@daily", "@weekly", "@monthly"):
        now = at("2026-11-18T10:41")
        served = due(schedule, None, now)
        assert served is not None
        assert due(schedule, served, now) is None
        assert due(schedule, served, now + timedelta(seconds=1)) is None


def test_p5_a_downtime_is_caught_up_once() -> None:
    served = at("2026-11-01T00:00")
    now = at("2026-11-18T10:41")
    newest = due("@daily", served, now)
    assert newest == at("2026-11-18T00:00")
    assert due("@daily", newest, now) is None


@given(
    st.sampled_from(list(NEWEST)),
    st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 1199)), min_size=1, max_size=40),
)
def test_p5_no_moment_is_served_twice_by_clocks_that_lag(schedule: str, looks: list[tuple[int, int]]) -> None:
    """Whoever looks has a clock that is up to twenty minutes late, so that time goes back from one look to the next."""
    true, last = at("2026-03-28T22:00"), None
    served = []
    for passed, lag in looks:
        true += timedelta(seconds=passed)
        now = true - timedelta(seconds=lag)
        moment = due(schedule, last, now)
        if moment is not None:
            assert moment <= now
            served.append(moment)
            last = moment
    assert all(one < other for one, other in pairwise(served))


def test_p5_an_hour_that_comes_twice_is_two_hours() -> None:
    """The last Sunday of October in Berlin: 02:30 comes twice there, and the run at 01:00 UTC once."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    first = datetime(2026, 10, 25, 2, 30, tzinfo=summer)
    again = datetime(2026, 10, 25, 2, 30, tzinfo=winter)
    served = due("15 0 * * *", at("2026-10-24T00:15"), first)
    assert served == at("2026-10-25T00:15")
    assert due("15 0 * * *", served, again) is None


def test_a_clock_that_goes_back_serves_nothing_twice() -> None:
    assert due("@daily", at("2026-11-18T00:00"), at("2026-11-17T23:30")) is None


def test_a_run_in_a_far_future_was_recorded_by_a_wrong_clock() -> None:
    assert due("@daily", at("2099-01-01T00:00"), at("2026-11-18T10:41")) == at("2026-11-18T00:00")


def test_what_comes_next() -> None:
    assert coming("15 2 * * *", at("2026-11-18T02:15")) == at("2026-11-19T02:15")


BAD = {
    "a minute too many": ("60 * * * *", "bad minute"),
    "an hour too many": ("0 24 * * *", "bad hour"),
    "a day of no month": ("0 0 31 2 *", "bad day-of-month"),
    "a step of nothing": ("*/0 * * * *", "bad minute"),
    "commas alone": (", * * * *", "bad minute"),
    "a range backwards": ("9-3 * * * *", "bad minute"),
    "seconds": ("0 0 0 * * *", "it has not five fields"),
    "words": ("@yearly", "it has not five fields"),
}


@pytest.mark.parametrize(("schedule", "reason"), BAD.values(), ids=BAD)
def test_what_is_no_schedule_is_refused(schedule: str, reason: str) -> None:
    assert fault(schedule) == reason
    with pytest.raises(BadSchedule, match=reason):
        due(schedule, None, at("2026-11-18T00:00"))


def test_the_usual_ones_have_no_fault() -> None:
    assert [fault(schedule) for schedule in NEWEST] == [None] * len(NEWEST)
