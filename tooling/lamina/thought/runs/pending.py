"""What events change, held over the records that there are until it is written down with one stroke."""

from collections.abc import Sequence

from lamina.thought.runs.applying import NAMES, after
from lamina.thought.runs.present import Present
from lamina.words.event import Event, Head
from lamina.words.runs import Phase, Record, Run


class Pending:
    """Records with changes that are not written yet: `records` in their order, `dropped` runs, `removed` records."""

    def __init__(self, under: Present) -> None:
        self._under = under
        self._new: dict[tuple[str, str], Record] = {}
        self.applied = under.applied
        self.records: list[Record] = []
        self.dropped: list[str] = []
        self.removed: list[tuple[str, str]] = []

    def take(self, event: Event) -> None:
        """Let an event happen over all that happened before."""
        change = after(event, self)
        self.records += change.records
        self._new |= {(NAMES[type(one)], one.id): one for one in change.records}
        self.dropped += change.dropped
        for one in change.removed:
            self.removed.append((NAMES[type(one)], one.id))
            self._new.pop((NAMES[type(one)], one.id), None)
        self.applied = Head(event.seq, event.hash)

    @property
    def full(self) -> bool:
        """Whether it should be written before more is taken: it is large, or takes something away, which happens last."""
        return len(self.records) >= 2000 or bool(self.dropped or self.removed)

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""
        found = self._new.get((kind, id)) or self._under.get(kind, id)
        return None if found is None or self._gone(kind, found) else found

    def of_run(self, kind: str, run: str) -> Sequence[Record]:
        """The records of a run, in the order in which they were made; phases by number."""
        found = {one.id: one for one in self._under.of_run(kind, run)}
        found |= {one.id: one for (of, _), one in self._new.items() if of == kind and _run(one) == run}
        left = [one for one in found.values() if not self._gone(kind, one)]
        return sorted(left, key=_number) if kind == "phase" else left

    def _gone(self, kind: str, one: Record) -> bool:
        return _run(one) in self.dropped or ((kind, one.id) in self.removed and (kind, one.id) not in self._new)


def _run(one: Record) -> str:
    return one.id if isinstance(one, Run) else one.run


def _number(one: Record) -> int:
    return one.number if isinstance(one, Phase) else 0
