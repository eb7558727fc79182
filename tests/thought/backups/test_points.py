"""Up to where a backup is restored: a number, a time, a commit."""

import pytest

from lamina.thought.backups.points import Point, point
from lamina.words.errors import Misuse
from lamina.words.event import NOTHING, Event

ONE, TWO = "1a" * 20, "2b" * 20
# Number, second, and the commit that the event says is in force.
EVENTS = [(1, 0, None), (2, 5, ONE), (3, 9, None), (4, 7, TWO), (5, 12, None), (6, 12, ONE)]


def event(seq: int, second: int, commit: str | None) -> Event:
    kind, data = ("config.applied", {"commit": commit}) if seq == 4 else ("run.created", {"config_commit": commit})
    said = (kind, data) if commit else ("run.updated", {"commit": TWO})
    return Event(seq, f"2026-11-21T12:00:{second:02}.000000Z", said[0], None, said[1], NOTHING, NOTHING)


def passed(one: Point) -> int:
    for values in EVENTS:
        one.take(event(*values))
    return one.seq


@pytest.mark.parametrize(
    ("text", "seq"),
    [
        ("1", 1),
        ("4", 4),
        ("99", 6),
        ("2026-11-21T12:00:05Z", 2),
        ("2026-11-21 12:00:06", 2),
        ("2026-11-21T13:00:08+01:00", 2),
        ("2026-11-21T12:00:09Z", 4),
        ("2026-11-21T11:00:00Z", 0),
        ("2026-11-22", 6),
        (TWO, 5),
        (TWO[:7], 5),
        (ONE, 6),
        ("c" * 40, 0),
    ],
)
def test_the_last_event_up_to_a_point(text: str, seq: int) -> None:
    assert passed(point(text)) == seq


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "HEAD", "12:00", "9" * 70, "abc"])
def test_what_means_no_point_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        point(text)
