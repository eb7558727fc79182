"""A store of run state and its archive, for the tests."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from runs import ticking

from lamina.changes.archiving.committing import Made, create
from lamina.changes.archiving.pruning import Pruned, Squashed, prune_archive, squash
from lamina.changes.archiving.pushing import Sent, pull, push
from lamina.changes.archiving.restoring import Restored, restore
from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.archive_check import ArchiveCheck, verified
from lamina.project.state.opening import place_at
from lamina.project.state.snapshots import ArchivePlace, Listed, snapshots
from lamina.project.state.squash_check import is_explained
from lamina.thought.anchors.signers import Signers
from lamina.thought.runs.report import report
from lamina.thought.upkeep.settings import state_settings
from lamina.world.archive.remote import Patience
from lamina.world.archive.shelf import Shelf
from lamina.world.store import home as homes
from lamina.world.store.home import Home

BRANCH = "state-archive"
PATIENCE = Patience(random.uniform)


def quiet(text: str) -> None:
    """A warning that no test asks for."""


@dataclass
class Keeper:
    """A store at a location, and what people do with its archive."""

    location: Path
    server: Path
    signers: Signers | None = None
    clock: object = field(default_factory=ticking)
    environment: str | None = "prod"

    @property
    def home(self) -> Home:
        return homes.home(self.location)

    @property
    def place(self) -> ArchivePlace:
        return self.place_of(self.location)

    def place_of(self, location: Path) -> ArchivePlace:
        is_file = location.suffix == ".sqlite"
        kept = {"format": "sqlite" if is_file else "json", "location": str(location) if is_file else f"{location}/"}
        state = replace(place_at(location, state_settings({"persistence": kept})), environment=self.environment)
        return ArchivePlace(state, homes.home(location), BRANCH, str(self.server))

    @contextmanager
    def store(self) -> Iterator[StateStore]:
        store = opened(self.place.state, self.clock, quiet)  # type: ignore[arg-type]
        try:
            yield store
        finally:
            store.close()

    def work(self, run: str, step: str = "build") -> None:
        """A run that gets on: another step, with a finding and a state that is saved."""
        with self.store() as store:
            if run not in {one.id for one in store.runs()}:
                store.create_run(run, "feature", labels={"team": "a"})
                store.add_phase(run, "plan", retries=1)
                store.move_run(run, "executing")
                store.move_phase(run, 1, "in_progress")
            execution = store.start_step(run, 1, step)
            store.record_finding(run, "high", f"{step} is slow", phase=1)
            store.end_step(execution.id, "finished", summary="done")
            store.checkpoint(run, {"step": step, "run": run})

    def create(self, pin: bool = False, key: str | None = None) -> Made | None:
        with self.store() as store:
            return create(self.place, store, self.clock, pin=pin, report=report, key=key)  # type: ignore[arg-type]

    def made(self) -> Made:
        made = self.create()
        assert made is not None
        return made

    def push(self, again: bool = False) -> Sent:
        with self.store() as store:
            return push(self.place, store, PATIENCE, self.trusts, again=again)

    def pull(self) -> str | None:
        return pull(self.place, self.trusts)

    def trusts(self, shelf: Shelf, old: str, new: str) -> bool:
        return is_explained(shelf, old, new, self.signers)

    def prune(self, dry_run: bool = False) -> Pruned:
        with self.store() as store:
            return prune_archive(self.place, store, self.clock, dry_run)  # type: ignore[arg-type]

    def squash(self, reason: str, key: str) -> Squashed:
        with self.store() as store:
            return squash(self.place, store, self.clock, self.trusts, PATIENCE, reason, key)  # type: ignore[arg-type]

    def restore(self, to: str = "latest", into: Path | None = None) -> Restored:
        return restore(self.place, to, into, self.clock, quiet)  # type: ignore[arg-type]

    def verify(self) -> ArchiveCheck:
        return verified(self.place)

    @property
    def snapshots(self) -> list[Listed]:
        return snapshots(self.place)
