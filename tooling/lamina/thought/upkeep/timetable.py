"""Schedules of cron, in UTC: whether something that runs once a period is due.

In UTC no hour comes twice or never, so daylight saving cannot repeat or swallow a run. The answer hangs on two moments alone:
now, and the scheduled one that was last served, which is kept with what is served (see `retention.ran`), not in memory.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lamina.words.errors import Failure
from lamina.words.harmless import safe

_SHORT = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *"}


class BadSchedule(Failure):
    """A text that is no schedule, or one of a day that no month has."""

    status = 2

    def __init__(self, schedule: str, reason: str) -> None:
        hint = f"five fields of cron (minute, hour, day, month, weekday), or {', '.join(_SHORT)}"
        super().__init__(f"{safe(repr(schedule))[:80]} is no schedule: {reason}", hint)
        self.reason = reason


def fault(schedule: str) -> str | None:
    """What is wrong with a schedule, or None."""
    if schedule in _SHORT:
        return None
    try:
        _moments(schedule, datetime(2000, 1, 1, tzinfo=UTC), back=False)
    except BadSchedule as bad:
        return bad.reason
    return None


def due(schedule: str, last: datetime | None, now: datetime) -> datetime | None:
    """The scheduled moment that is to be served now, or None: the newest one up to now, unless `last` was it or came later.

    After a downtime only the newest is served. A clock that goes back serves nothing twice; but a `last` that lies more than
    two periods ahead was written by a clock that was wrong, and does not count. Raises BadSchedule.
    """
    moment = now.astimezone(UTC)
    newest = next(_moments(schedule, moment + timedelta(seconds=1), back=True), None)
    if newest is None:
        return None
    if last is None or last < newest:
        return newest
    coming = _moments(schedule, moment, back=False)
    _, second = next(coming, None), next(coming, None)
    return newest if second is not None and last > second else None


def coming(schedule: str, now: datetime) -> datetime | None:
    """The next scheduled moment after now, or None within fifty years; raises BadSchedule."""
    return next(_moments(schedule, now.astimezone(UTC), back=False), None)


def _moments(schedule: str, start: datetime, *, back: bool) -> Iterator[datetime]:
    from cronsim import CronSim, CronSimError

    fields = _SHORT.get(schedule, schedule)
    # cronsim also takes a sixth field, for seconds, and names that no schema lets through.
    if len(fields.split()) != 5:
        raise BadSchedule(schedule, "it has not five fields")
    try:
        return iter(CronSim(fields, start.replace(microsecond=0), reverse=back))
    except CronSimError as error:
        raise BadSchedule(schedule, str(error).lower()) from None
