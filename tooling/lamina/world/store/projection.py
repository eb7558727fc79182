"""The contract of a projection: the records that a log's events add up to, in a form that answers questions.

SQLite and a folder of JSON files keep it here, and a database server can keep it as well: whatever passes
`tests/world/store/test_conformance.py` is a projection, and nothing above this folder knows which one it has.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from lamina.words.event import Head
from lamina.words.runs import Record, Run, RunStatus


class Projection(Protocol):
    """Records by kind (`words.runs.KINDS`) and id, and the event up to which they are told.

    All may be called from any thread and any process at the same time. Raises Busy, Damaged and CannotStore.
    """

    @property
    def applied(self) -> Head:
        """The last event that is contained; `Head()` for one that is empty, or that has to be built anew."""

    @property
    def size(self) -> int:
        """How many bytes it takes on the disk."""

    def apply(
        self,
        head: Head,
        records: Iterable[Record],
        dropped: Iterable[str] = (),
        removed: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Whole or not at all: put records, in their order; then take away `removed` (kind, id) and all of the runs `dropped`.

        Raises Unlawful for records that contradict the others, and ReadOnly.
        """

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""

    def of_run(self, kind: str, run: str) -> list[Record]:
        """A run's records of a kind: phases by number, all others as they were made."""

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs, or those of some states or of one workflow."""

    def every(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id."""

    def reading(self) -> AbstractContextManager[None]:
        """What this thread reads within is of one moment, while others write."""

    def faults(self) -> list[str]:
        """What is wrong with it, one sentence each."""

    def vacuum(self) -> None:
        """Give the room of what was removed back; raises Busy while somebody reads what is older."""

    def reset(self) -> None:
        """Take away all that it holds, so that it can be built anew."""

    def close(self) -> None:
        """Let go of files and locks; it may be called twice."""
