"""The records that events make, held in memory: for what is rebuilt, restored, compared or proved."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from lamina.thought.runs.applying import NAMES, Change, after
from lamina.words.event import Event, Head
from lamina.words.runs import KINDS, Record, Run, RunStatus


class Replay:
    """State as it is after the events that were taken so far, from the first that the log holds."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.applied = Head()
        # kind -> run -> id -> record: a run's records stand together, in the order in which they were made.
        self._records: dict[str, dict[str, dict[str, Record]]] = {kind: {} for kind in KINDS}
        self._runs_of: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for event in events:
            self.take(event)

    def take(self, event: Event) -> Change:
        """Let an event happen, and say what it changed."""
        change = after(event, self)
        for one in change.records:
            self._put(one)
        for one in change.removed:
            del self._records[NAMES[type(one)]][_run(one)][one.id]
            del self._runs_of[NAMES[type(one)]][one.id]
        for run in change.dropped:
            self._drop(run)
        self.applied = Head(event.seq, event.hash)
        return change

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""
        run = self._runs_of[kind].get(id)
        return None if run is None else self._records[kind][run][id]

    def of_run(self, kind: str, run: str) -> Sequence[Record]:
        """The records of a run, in the order in which they were made; phases by number."""
        found = list(self._records[kind].get(run, {}).values())
        return sorted(found, key=lambda one: one.number) if kind == "phase" else found  # type: ignore[union-attr]

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs, or those of some states or of one workflow."""
        found = [one for held in self._records["run"].values() for one in held.values() if isinstance(one, Run)]
        wanted = None if status is None else frozenset(status)
        for one in reversed(found) if newest_first else found:
            if (wanted is None or one.status in wanted) and workflow in (None, one.workflow):
                yield one

    def every(self, kind: str) -> Iterator[Record]:
        """Every record of a kind, by id."""
        for id in sorted(self._runs_of[kind]):
            yield self._records[kind][self._runs_of[kind][id]][id]

    def reading(self) -> AbstractContextManager[None]:
        """Nothing: nobody else writes."""
        return nullcontext()

    def _put(self, one: Record) -> None:
        kind, run = NAMES[type(one)], _run(one)
        self._records[kind].setdefault(run, {})[one.id] = one
        self._runs_of[kind][one.id] = run

    def _drop(self, run: str) -> None:
        for kind in KINDS:
            for id in self._records[kind].pop(run, {}):
                del self._runs_of[kind][id]


def _run(one: Record) -> str:
    return one.id if isinstance(one, Run) else one.run
