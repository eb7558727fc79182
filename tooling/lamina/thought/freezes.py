"""Freezes: times in which some environments are not to be changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from lamina.words.regex import regex
from lamina.words.values import dataclass

_DAY = regex(r"\d{4}-\d{2}-\d{2}")


class BadFreeze(ValueError):
    """A freeze whose times mean nothing; `key` is the one that is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Freeze:
    """Environments (names; `*` and `?` stand for any characters), the first moment, the first one after, and why."""

    environments: tuple[str, ...]
    start: datetime
    end: datetime
    reason: str

    def holds(self, environment: str, now: datetime) -> bool:
        """Whether an environment is frozen at a moment."""
        return self.start <= now < self.end and any(fnmatchcase(environment, one) for one in self.environments)


def freeze_of(environments: Sequence[str], start: str, end: str, reason: str) -> Freeze:
    """A freeze by what settings say of it: days, which count in whole and in UTC, or moments; raises BadFreeze."""
    first, last = _moment("from", start), _moment("to", end)
    try:
        last += timedelta(days=1) if _DAY.fullmatch(end) else timedelta()
    except OverflowError:
        raise BadFreeze("to", f"there is no day after {end}") from None
    if last <= first:
        raise BadFreeze("to", f"the freeze ends before it begins, on {start}")
    return Freeze(tuple(environments), first, last, reason)


def _moment(key: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadFreeze(key, f"{text} is no day and no time") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
