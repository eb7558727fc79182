"""State in memory for tests: acts are done one after another, as a store does them, without a disk."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from lamina.thought.runs.acts import Drafts
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Draft, Event, Head
from lamina.words.event_line import event, line

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ticking(seconds: float = 1) -> Callable[[], datetime]:
    """A clock that moves on by some seconds each time it is read."""
    now: Iterator[datetime] = (START + timedelta(seconds=seconds * turn) for turn in range(10**9))
    return lambda: next(now)


class Told:
    """A log and the state that it makes, both in memory. `seq` is the number that the next event gets."""

    def __init__(self) -> None:
        self.state = Replay()
        self.events: list[Event] = []
        self.lines: list[bytes] = []
        self._clock = ticking()

    @property
    def seq(self) -> int:
        """The number that the next event gets."""
        return self.state.head.seq + 1

    def tell(self, drafts: Drafts) -> list[Event]:
        """Record what an act says."""
        return [self.record(draft) for draft in drafts]

    def record(self, draft: Draft) -> Event:
        """Record one event."""
        time = self._clock().isoformat(timespec="microseconds").replace("+00:00", "Z")
        before = Head(self.state.head.seq, self.state.head.hash)
        written, _ = line(draft, before, time)
        made = event(written)
        self.lines.append(written)
        self.events.append(made)
        self.state.take(made)
        return made
