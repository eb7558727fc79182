"""Times of events (UTC, RFC 3339, `...Z`) as numbers, and how long something took as people say it."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(time: str) -> int:
    """The microseconds of a time since 1970; raises ValueError for what is no time with a zone."""
    found = datetime.fromisoformat(time)
    if found.tzinfo is None:
        raise ValueError(f"{time} has no zone")
    return (found - _EPOCH) // _MICROSECOND


def second_of(time: str) -> str:
    """A time for people, to the second: `2026-11-21 15:42:03`; what does not look like one as it is."""
    return f"{time[:10]} {time[11:19]}" if time[10:11] == "T" else time


def lasting(microseconds: int) -> str:
    """How long something took, in two units at most: `450 ms`, `1.2 s`, `4 m 02 s`, `3 h 05 m`, `2 d 04 h`."""
    if microseconds < 999_500:
        return f"{(microseconds + 500) // 1000} ms"
    tenths = (microseconds + 50_000) // 100_000
    if tenths < 600:
        return f"{tenths // 10}.{tenths % 10} s"
    seconds = (microseconds + 500_000) // 1_000_000
    if seconds < 3600:
        return f"{seconds // 60} m {seconds % 60:02} s"
    minutes = (seconds + 30) // 60
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60:02} m"
    hours = (minutes + 30) // 60
    return f"{hours // 24} d {hours % 24:02} h"


def size_text(size: int) -> str:
    """A number of bytes for people: `512 B`, `1.5 KiB`, `20 MiB`."""
    amount, unit = float(size), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if amount < 1023.95 or unit == "TiB":
            break
        amount /= 1024
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
