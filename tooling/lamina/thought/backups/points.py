"""Up to where a backup is restored: an event, a time, or a commit of the configuration; found while the events go by."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lamina.words.errors import Misuse
from lamina.words.event import Event
from lamina.words.event_line import moment

_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.ASCII)


@dataclass(slots=True)
class Point:
    """A point that is looked for: `seq` is the last event up to it among those that were taken, 0 before any.

    Of a time that is the last event before the first later one; of a commit the last before another came into force.
    """

    text: str
    number: int | None = None
    time: str | None = None
    commit: str | None = None
    seq: int = 0
    _over: bool = field(default=False, repr=False)
    _under: str | None = field(default=None, repr=False)

    def take(self, event: Event) -> None:
        """Let the next event go by."""
        if self.number is not None:
            self._over = event.seq > self.number
        elif self.time is not None:
            self._over = self._over or event.time > self.time
        else:
            self._under = _commit_of(event) or self._under
            if self._under is None or not self._under.startswith(self.commit or ""):
                return
        if not self._over:
            self.seq = event.seq


def point(text: str) -> Point:
    """The point that a word means; raises Misuse for a word that means none."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        return Point(text, number=int(text))
    if _COMMIT.fullmatch(text):
        return Point(text, commit=text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        hint = "such as 1200, 2026-11-21T16:00:00Z (UTC where no zone is named), or a commit of the configuration"
        raise Misuse(f"{text!r:.60} is no event, no time and no commit", hint) from None
    return Point(text, time=moment(found.replace(tzinfo=UTC) if found.tzinfo is None else found))


def _commit_of(event: Event) -> str | None:
    """The commit of the configuration that an event says is in force."""
    key = {"run.created": "config_commit", "config.applied": "commit"}.get(event.type)
    found = event.data.get(key) if key else None
    return found if isinstance(found, str) else None
