"""State in memory for tests: acts are done one after another, as a store does them, without a disk."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from lamina.thought.runs.present import Wish
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Draft, Event, Head
from lamina.words.event_line import event, line

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ticking(seconds: float = 1) -> Callable[[], datetime]:
    """A clock that moves on by some seconds each time it is read."""
    now: Iterator[datetime] = (START + timedelta(seconds=seconds * turn) for turn in range(10**9))
    return lambda: next(now)


class Told:
    """A log and the state that it makes, both in memory."""

    def __init__(self) -> None:
        self.state = Replay()
        self.events: list[Event] = []
        self.lines: list[bytes] = []
        self._clock = ticking()

    def tell(self, wish: Wish[Any] | Iterable[Draft]) -> list[Event]:
        """Record what an act says."""
        return [self.record(draft) for draft in (wish.drafts if isinstance(wish, Wish) else wish)]

    def record(self, draft: Draft) -> Event:
        """Record one event."""
        time = self._clock().isoformat(timespec="microseconds").replace("+00:00", "Z")
        before = Head(self.state.applied.seq, self.state.applied.hash)
        written, _ = line(draft, before, time)
        made = event(written)
        self.lines.append(written)
        self.events.append(made)
        self.state.take(made)
        return made
