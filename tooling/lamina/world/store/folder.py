"""The projection in a folder of JSON files, one a run: to be read with any editor, and meant for stores of some thousand runs.

`applied.json` says up to which event they tell, the sum of all files' digests, and the whole text of those that the last
change touched. So it alone is the moment of a change, renamed into its place: what a crash left undone of the files is read
from there, and done by the next writer. Where files and sum do not agree, as after a loss of power, it has to be built anew.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, local
from typing import TypeVar

from lamina.words.event import Head
from lamina.words.runs import KINDS, Phase, Record, Run, RunStatus
from lamina.world.store.failures import CannotStore, Damaged, ReadOnly, StoreLink, Unlawful
from lamina.world.store.forking import tell_of_forks
from lamina.world.store.lawful import missing, step_fault
from lamina.world.store.locking import locked
from lamina.world.store.rows import KIND_OF
from lamina.world.store.shelf import Shelf
from lamina.world.store.shelves import Shelves
from lamina.world.store.writing import told

_T = TypeVar("_T")


class FolderProjection:
    """Records in JSON files; satisfies `Projection`."""

    def __init__(self, folder: Path, lock: Path, durable: bool) -> None:
        self.folder = folder
        self.read_only = folder.exists() and not os.access(folder, os.W_OK | os.X_OK)
        self._lock = lock
        self._durable = durable
        self._mutex = RLock()
        self._shelves = Shelves(folder, durable)
        self._pinned = local()
        tell_of_forks(self)

    @classmethod
    def open(cls, folder: Path, lock: Path, *, durable: bool = False) -> "FolderProjection":
        """The projection in a folder, which is made when it is absent; one that may not be written can be read.

        `lock` is a file beside. `durable` makes every change last before `apply` returns; then damage is told, and not taken
        for something to be built anew. Raises NewerSchema, Damaged, StoreLink and CannotStore.
        """
        if folder.is_symlink():
            raise StoreLink(folder)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotStore(folder, error.strerror or str(error)) from error
        made = cls(folder, lock, durable)
        made._ask(lambda shelves: None)
        return made

    @property
    def applied(self) -> Head:
        """The last event that is contained."""
        return self._ask(lambda shelves: shelves.applied)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(one.stat(follow_symlinks=False).st_size for one in os.scandir(self.folder))

    def apply(
        self,
        head: Head,
        records: Iterable[Record],
        dropped: Iterable[str] = (),
        removed: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Put records, take others away, and note the head, in one step."""
        with self._writing() as shelves:
            changed: dict[str, Shelf] = {}
            where: dict[tuple[str, str], str] = {}

            def shelf(run: str) -> Shelf:
                if run not in changed:
                    present = shelves.shelf(run)
                    changed[run] = Shelf(shelves.new_position()) if present is None else present.copy()
                return changed[run]

            for one in records:
                kind = KIND_OF[type(one)]
                run = one.id if isinstance(one, Run) else one.run
                if where.setdefault((kind, one.id), shelves.where.get((kind, one.id), run)) != run:
                    raise Unlawful(self.folder, f"run of {kind} never changes")
                place = shelf(run).records
                if reason := step_fault(kind, place[kind].get(one.id), one, place):
                    raise Unlawful(self.folder, reason)
                place[kind][one.id] = one
            for kind, id in removed:
                run_of = where.get((kind, id), shelves.where.get((kind, id)))
                if run_of is not None:
                    shelf(run_of).records[kind].pop(id, None)
            for run in dropped:
                shelf(run).records = {kind: {} for kind in KINDS}
            for run, one_shelf in changed.items():
                if reason := missing(run, one_shelf.records):
                    raise Unlawful(self.folder, reason)
            shelves.change(head, changed)

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""

        def look(shelves: Shelves) -> Record | None:
            run = shelves.where.get((kind, id))
            found = None if run is None else shelves.shelf(run)
            return None if found is None else found.records[kind].get(id)

        return self._ask(look)

    def of_run(self, kind: str, run: str) -> list[Record]:
        """A run's records of a kind, in order."""
        shelf = self._ask(lambda shelves: shelves.shelf(run))
        found = [] if shelf is None else list(shelf.records[kind].values())
        return sorted(found, key=lambda one: one.number if isinstance(one, Phase) else 0)

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs that fit."""
        wanted = frozenset(RunStatus if status is None else status)
        found = self._ask(lambda shelves: sorted(shelves.runs.values(), reverse=newest_first, key=lambda one: one[0]))
        return (run for _, run in found if run.status in wanted and workflow in (None, run.workflow))

    def every(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id."""

        def look(shelves: Shelves) -> list[Record]:
            each = (shelves.shelf(run) for run in shelves.runs)
            return [one for shelf in each if shelf is not None for one in shelf.records[kind].values()]

        return iter(sorted(self._ask(look), key=lambda one: one.id))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What this thread reads within is of one moment: all of it is read into memory first."""
        if getattr(self._pinned, "shelves", None) is not None:
            yield
            return
        self._pinned.shelves = self._ask(lambda shelves: shelves.in_memory())
        try:
            yield
        finally:
            self._pinned.shelves = None

    def faults(self) -> list[str]:
        """What is not as it was written."""
        return self._ask(lambda shelves: shelves.faults())

    def vacuum(self) -> None:
        """Remove what broken writes have left beside the files."""
        with self._writing() as shelves:
            shelves.sweep()

    def reset(self) -> None:
        """Take away all records, sound or not."""
        if self.read_only:
            raise ReadOnly(self.folder)
        with self._mutex, locked(self._lock), told(self.folder):
            self._shelves.clear()

    def close(self) -> None:
        """Forget what was read."""
        with self._mutex:
            self._shelves = Shelves(self.folder, self._durable)

    def before_fork(self) -> None:
        """Wait for other threads."""
        self._mutex.acquire()

    def after_fork(self, in_child: bool) -> None:
        """Go on."""
        self._mutex.release()

    def _ask(self, look: Callable[[Shelves], _T]) -> _T:
        pinned: Shelves | None = getattr(self._pinned, "shelves", None)
        if pinned is not None:
            return look(pinned)
        with self._mutex, locked(self._lock, shared=True), told(self.folder):
            return look(self._current())

    @contextmanager
    def _writing(self) -> Iterator[Shelves]:
        if self.read_only:
            raise ReadOnly(self.folder)
        with self._mutex, locked(self._lock), told(self.folder):
            yield self._current()

    def _current(self) -> Shelves:
        self._shelves.refresh()
        if self._shelves.fault and self._durable:
            hint = "restore it from a backup or the archive; no event log was kept from which it could be built anew"
            raise Damaged(self.folder, self._shelves.fault, hint)
        return self._shelves
