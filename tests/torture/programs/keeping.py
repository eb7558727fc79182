"""What is done to a store rarely: snapshots, retention, restoring, vacuum, and bringing its file to another schema."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from lamina.changes.archiving.committing import create
from lamina.changes.archiving.restoring import restore
from lamina.changes.state.opening import opened
from lamina.project.state.opening import StatePlace, home_of
from lamina.project.state.snapshots import ArchivePlace
from lamina.thought.upkeep.settings import CleanupSettings
from lamina.world.archive.shelf import Shelf
from lamina.world.store import tables
from torture.children import Ack
from torture.programs.program import clock
from torture.programs.store import Runs, one_run

_BRANCH = "state-archive"
_STEP = {
    tables.VERSION + 1: ("CREATE TABLE note (id TEXT NOT NULL UNIQUE) STRICT", "INSERT INTO note SELECT id FROM run")
}


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=60)


@dataclass(frozen=True)
class Keeping(Runs):
    """Does one deed to a store that holds an old run, a snapshot of it, and a new run; acknowledged when the deed is done."""

    deed: str = "snapshot"

    def prepare(self, folder: Path) -> None:
        with opened(self._place(folder), long_ago, _quiet) as store:
            for _ in one_run(store, "old"):
                pass
        with self._opened(folder) as store:
            create(self._archive(folder), store, clock)
            for _ in one_run(store, "new"):
                pass

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        DEEDS[self.deed](self, folder, ack)

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        acked = list(acked)
        records = [one for one in acked if one.count(" ") == 2]
        faults = super().judge(folder, records)
        told = [one.split(" ") for one in acked if one.count(" ") == 1]
        for what, name in told:
            if what == "snapshot":
                shelf = Shelf.open(home_of(self._place(folder)).archive, _BRANCH)
                if shelf is None or name not in {one.id for one in shelf.commits()}:
                    faults.append(f"snapshot {name} was acknowledged and is lost")
            if what == "restored" and (again := super().judge(folder / name, [])):
                faults += [f"restored: {one}" for one in again]
        return faults

    def _archive(self, folder: Path) -> ArchivePlace:
        place = self._place(folder)
        return ArchivePlace(place, home_of(place), _BRANCH)

    def _place(self, folder: Path) -> StatePlace:
        place = super()._place(folder)
        return replace(
            place, settings=replace(place.settings, cleanup=CleanupSettings(retention_days=30, keep_latest=1))
        )


def _snapshot(program: Keeping, folder: Path, ack: Ack) -> None:
    with program._opened(folder) as store:
        made = create(program._archive(folder), store, clock)
        assert made is not None
        ack(f"snapshot {made.commit}")


def _retention(program: Keeping, folder: Path, ack: Ack) -> None:
    with program._opened(folder) as store:
        store.clean_up()
        ack("cleaned up")


def _restore(program: Keeping, folder: Path, ack: Ack) -> None:
    place = program._archive(folder)
    (folder / "again").mkdir()
    restore(place, "latest", program._place(folder / "again").home.database, clock, _quiet)  # type: ignore[union-attr]
    ack("restored again")


def _vacuum(program: Keeping, folder: Path, ack: Ack) -> None:
    with program._opened(folder) as store:
        store.vacuum()
        ack("vacuum done")


def _migrate(program: Keeping, folder: Path, ack: Ack) -> None:
    with mock.patch.multiple(tables, VERSION=tables.VERSION + 1, MIGRATIONS=_STEP), program._opened(folder):
        ack("migrated file")


def _quiet(risk: str) -> None:
    return None


DEEDS: dict[str, Callable[[Keeping, Path, Ack], None]] = {
    "snapshot": _snapshot,
    "retention": _retention,
    "restore": _restore,
    "vacuum": _vacuum,
    "migrate": _migrate,
}


@dataclass(frozen=True)
class Migrating(Keeping):
    """Brings the file to another schema; judged by that schema, since the old becomes the new when it is opened."""

    deed: str = "migrate"

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        with mock.patch.multiple(tables, VERSION=tables.VERSION + 1, MIGRATIONS=_STEP):
            return super().judge(folder, acked)

    def reopen(self, folder: Path, acked: Iterable[str]) -> list[str]:
        with mock.patch.multiple(tables, VERSION=tables.VERSION + 1, MIGRATIONS=_STEP):
            return Runs.reopen(_Judged(self), folder, acked)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Judged:
    """The same, to be judged where the schema is the new one already."""

    program: Migrating

    def __getattr__(self, name: str) -> object:
        return getattr(self.program, name)

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        return Keeping.judge(self.program, folder, acked)
