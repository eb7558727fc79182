"""Freezes: which moments they hold, and times that mean nothing."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lamina.thought.freezes import BadFreeze, freeze_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        ("2026-12-19T23:59:59", False),
        ("2026-12-20T00:00:00", True),
        ("2026-12-27T23:59:59", True),
        ("2026-12-28T00:00:00", False),
    ],
)
def test_days_count_in_whole(now: str, holds: bool) -> None:
    assert freeze_of(["prod*"], "2026-12-20", "2026-12-27", "x").holds("prod-eu", at(now)) is holds


def test_moments_have_an_offset() -> None:
    freeze = freeze_of(["prod"], "2026-12-20T12:00+02:00", "2026-12-20T12:00:00Z", "x")
    assert freeze.holds("prod", at("2026-12-20T10:00:00"))
    assert not freeze.holds("prod", at("2026-12-20T09:59:59"))
    assert not freeze.holds("prod", at("2026-12-20T12:00:00"))
    east = datetime(2026, 12, 20, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    assert freeze.holds("prod", east)


def test_other_environments_are_free() -> None:
    freeze = freeze_of(["prod", "p?"], "2026-12-20", "2026-12-20", "x")
    assert [name for name in ("prod", "p1", "prod-eu", "dev") if freeze.holds(name, at("2026-12-20T01:00:00"))] == [
        "prod",
        "p1",
    ]


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        ("2026-13-01", "2026-12-01", "from"),
        ("2026-12-01", "2026-02-30", "to"),
        ("2026-12-02", "2026-12-01", "to"),
        ("2026-12-01T10:00Z", "2026-12-01T10:00Z", "to"),
        ("soon", "later", "from"),
    ],
)
def test_times_that_mean_nothing_are_refused(start: str, end: str, key: str) -> None:
    with pytest.raises(BadFreeze) as failure:
        freeze_of(["prod"], start, end, "x")
    assert failure.value.key == key


def test_the_last_day_there_is_ends_too() -> None:
    with pytest.raises(BadFreeze):
        freeze_of(["prod"], "9999-12-31", "9999-12-31", "x")
