"""A store of run state: every act is judged, recorded and told to the records before it returns.

The acts are those of `thought.runs`, with the words that they take; `do` makes any wish a fact. Of one store there may be as
many openings as one likes, in threads and processes: acts are in one order for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import orjson

from lamina.changes.state.acting import Act
from lamina.changes.state.journal import Journal, Logged, done, noted
from lamina.changes.state.policy import begun, forgotten
from lamina.project.state.opening import StatePlace
from lamina.project.state.reading import Records, StateReader
from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.applying import carried
from lamina.thought.runs.exporting import records_of
from lamina.thought.runs.failures import AlreadyRecorded, BadRecord
from lamina.thought.runs.present import Present, Wish
from lamina.thought.runs.resuming import Resumption
from lamina.thought.runs.soundness import as_json, only
from lamina.thought.runs.statistics import Statistics, gates_of
from lamina.thought.upkeep.changing import Decision, decided
from lamina.thought.upkeep.settings import StateSettings, difference, digest
from lamina.words.errors import Failure
from lamina.words.event import Draft, Event
from lamina.words.runs import Artifact, Checkpoint, Execution, Record, Run
from lamina.words.values import dataclass
from lamina.world.log import read
from lamina.world.store.blobs import Blobs
from lamina.world.store.owners import Owner, Owners
from lamina.world.store.projection import Projection
from lamina.world.store.writing import told

if TYPE_CHECKING:
    from lamina.changes.state.cleanup import Cleanup

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a store is made of; without blobs and owner, nothing is kept."""

    journal: Journal
    records: Records
    blobs: Blobs | None = None
    owners: Owners | None = None
    me: Owner | None = None
    projection: Projection | None = None


class NothingKept(Failure):
    """Resuming, where the policy keeps no state."""

    def __init__(self) -> None:
        super().__init__(
            "no state is kept (persistence.enabled is false), so there is nothing to resume from",
            "a run that is cut off starts anew; set persistence.enabled to keep its state",
        )


class NoState(Failure):
    """A checkpoint that is not there any more."""

    def __init__(self, run: str) -> None:
        super().__init__(f"the run {run} has no checkpoint", "resumption(RUN).done says which steps are finished")


class NoLog(Failure):
    """Making the records anew, where no log is kept."""

    def __init__(self) -> None:
        super().__init__(
            "no log is kept (persistence.events.enabled is false), so the records cannot be made anew from it",
            "lamina backup restore brings back a copy",
        )


class StateStore(StateReader):
    """Runs, and everything that is done with them; to be closed, or used in a `with`."""

    create_run = Act(acts.create_run)
    move_run = Act(acts.move_run)
    update_run = Act(acts.update_run)
    add_phase = Act(acts.add_phase)
    move_phase = Act(acts.move_phase)
    update_phase = Act(acts.update_phase)
    end_step = Act(steps.end_step)
    record_finding = Act(notes.record_finding)
    update_finding = Act(notes.update_finding)
    resolve_finding = Act(notes.resolve_finding)
    record_artifact = Act(notes.record_artifact)
    update_artifact = Act(notes.update_artifact)
    request_intervention = Act(notes.request_intervention)
    answer_intervention = Act(notes.answer_intervention)
    gate = Act(notes.gate)

    def __init__(
        self, parts: Parts, place: StatePlace, clock: Callable[[], datetime], opening: Callable[[StatePlace], Parts]
    ) -> None:
        super().__init__(parts.records)
        self.place = place
        self._parts, self._clock, self._opening = parts, clock, opening
        self._retired: list[Parts] = []
        self._me = parts.me
        self._waiting: StatePlace | None = None
        self._rejected: tuple[str, str | None] | None = None
        self._idle: datetime | None = None

    @property
    def settings(self) -> StateSettings:
        """The policies that are in force."""
        return self.place.settings

    @property
    def owner(self) -> str:
        """The name of this process among those that work at runs; a child that was forked has one of its own."""
        if self._me is None or self._parts.owners is None:
            return "this-program"
        if not self._me.is_live:
            self._me = self._parts.owners.begin()
        return self._me.id

    def do(self, wishing: Callable[[Present], Wish[_R]]) -> _R:
        """The record that a wish is about, once it is a fact; raises what refuses it, and what forbids to record it."""
        found = done(self._parts.journal, wishing)
        if self._waiting is not None and isinstance(found, Run) and not self.recoverable_runs():
            self._move_later(self._waiting)
        return found

    def note(self, *drafts: Draft) -> tuple[Event, ...]:
        """Record events that concern no run, or say more of one."""
        return noted(self._parts.journal, lambda present: drafts)

    def start_step(self, run: str, phase: int, step: str, *, agent: str | None = None) -> Execution:
        """A try at a step, by this process; raises StepDone for one that was finished, and StepUnderWay for one that runs."""
        return self.do(lambda present: steps.start_step(present, run, phase, step, owner=self.owner, agent=agent))

    def skip_step(self, run: str, phase: int, step: str, *, reason: str | None = None) -> Execution:
        """A step that is not needed."""
        return self.do(lambda present: steps.skip_step(present, run, phase, step, owner=self.owner, reason=reason))

    def checkpoint(self, run: str, state: object, reason: str = "asked") -> Checkpoint:
        """Save what a program needs to go on with a run, as JSON can hold it; the oldest beyond `checkpoint.keep` go."""
        data = as_json("state of a checkpoint", state)
        digest = self._kept(data)
        keep = self.settings.checkpoint.keep
        return self.do(lambda present: notes.make_checkpoint(present, run, reason, digest, len(data), keep))

    def saved(self, run: str) -> Any:
        """What the last checkpoint of a run saved, as JSON gives it; raises NoState."""
        found = self.resumption(run).checkpoint
        if found is None or self._parts.blobs is None:
            raise NoState(run)
        return orjson.loads(self._parts.blobs.read(found.digest))

    def add_artifact(
        self,
        run: str,
        name: str,
        data: bytes | BinaryIO | Path,
        *,
        phase: int | None = None,
        execution: str | None = None,
        format: str | None = None,
    ) -> Artifact:
        """Keep what a step made in the store, up to `artifacts.max_size_mib`, and record it with its size and digest."""
        if (blobs := self._parts.blobs) is None:
            raise NothingKept
        if not isinstance(data, bytes | Path) and not hasattr(data, "read"):
            raise BadRecord(
                "content of an artifact", type(data).__name__, "give bytes, a Path, or a file opened with 'rb'"
            )
        kind, most = self.settings.artifacts.checksum, self.settings.artifacts.max_size_mib << 20
        digest, size = blobs.add_file(data, most, kind) if isinstance(data, Path) else blobs.add(data, most, kind)
        digits = digest.partition(":")[2]
        return self.record_artifact(
            run,
            name,
            size,
            digest,
            phase=phase,
            execution=execution,
            format=format,
            location=f"blobs/{digits[:2]}/{digits}",
        )

    def statistics(self) -> Statistics:
        """The numbers of all that there is; what gates said is counted in the log, and is nothing where none is kept."""
        found, home = super().statistics(), self.place.home
        if home is None or not home.log.is_dir():
            return found
        return replace(found, gates=gates_of(read(home.log)))

    def resume(self, run: str) -> Resumption:
        """Where a run goes on, after what the dead left running is recorded as interrupted; raises NothingKept."""
        if self._parts.blobs is None:
            raise NothingKept
        self.run(run)
        self._interrupt([run])
        return self.resumption(run)

    def recover(self) -> list[Run]:
        """Every run that has not ended, after what the dead left running in them is recorded as interrupted."""
        self._interrupt(None)
        return self.recoverable_runs()

    def take_over(self, document: Mapping[str, object]) -> Run:
        """Take a run over from its export, as it was; raises AlreadyRecorded, and what is wrong with the document."""
        records = records_of(document)
        run = next(one for one in records if isinstance(one, Run))

        def wish(present: Present) -> Wish[Run]:
            if present.get("run", run.id) is not None:
                raise AlreadyRecorded("run", run.id)
            return Wish(Run, run.id, (carried(run.id, records),))

        return self.do(wish)

    def vacuum(self) -> int:
        """Give the room of what was removed back; how many bytes that was. Raises Busy while somebody reads what is older."""
        if (projection := self._parts.projection) is None or self.place.home is None:
            return 0
        with told(self.place.home.folder):
            before = projection.size
            projection.vacuum()
            return before - projection.size

    def clean_up(self, *, dry_run: bool = False, if_due: bool = False) -> "Cleanup | None":
        """Remove what the policies say is to go; `if_due`, once for each time of the schedule, whichever program comes first.

        None where it is not due, which is cheap to ask often. Raises NothingKept and CannotCleanUp.
        """
        from lamina.changes.state.cleanup import Upkeep

        parts, home = self._parts, self.place.home
        if home is None or parts.blobs is None or parts.projection is None:
            raise NothingKept
        if if_due and self._idle is not None and self._clock() < self._idle:
            return None
        upkeep = Upkeep(home, self.settings, parts.journal, parts.projection, parts.blobs, self._clock)
        with told(home.folder):
            found = upkeep.clean_up(dry_run=dry_run, if_due=if_due)
        self._idle = upkeep.idle_until()
        return found

    def rebuild(self) -> int:
        """Make the records anew from the log; how many events were told. Raises NoLog."""
        if not isinstance(self._parts.journal, Logged):
            raise NoLog
        return self._parts.journal.rebuild()

    def apply(self, place: StatePlace) -> Decision:
        """Follow other policies from now on, without a restart, and record it.

        What would move the storage waits until no run is active; what was kept so far stays where it is.
        """
        decision = decided(self.settings, place.settings, len(self.recoverable_runs()))
        waiting, self._rejected = self._waiting, None
        if decision.verdict == "applied":
            self._move(place)
        elif decision.verdict == "unchanged":
            self._waiting = None
        elif waiting is None or waiting.settings != place.settings:
            self.note(Draft("config.deferred", None, self._change(place, decision.reason)))
            self._waiting = place
        return decision

    def reject(self, reason: str, commit: str | None = None) -> None:
        """Record that a configuration is not followed, because there is something wrong with it: once, until that changes."""
        if self._rejected != (reason, commit):
            self.note(Draft("config.rejected", None, only(old=digest(self.settings), commit=commit, reason=reason)))
            self._rejected = (reason, commit)

    def close(self) -> None:
        """Let go of everything; what this process left running is from now on that of a dead owner."""
        for parts in (self._parts, *self._retired):
            parts.journal.close()
        for me in (self._me, *(parts.me for parts in self._retired)):
            if me is not None and self.place.home is not None:
                forgotten(self.place.home, me)
                me.close()

    def __enter__(self) -> "StateStore":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _move(self, place: StatePlace) -> None:
        """Follow the policies of a place; acts that are under way end where they began."""
        if difference(self.settings, place.settings).storage:
            parts = self._other(place)
            self._retired.append(self._parts)
            self._parts, self.records, self._me = parts, parts.records, parts.me
        elif place.home is not None and self._me is not None:
            begun(place, place.home, self._me, self._parts.journal)
        self.place, self._waiting, self._idle = place, None, None

    def _other(self, place: StatePlace) -> Parts:
        """Open the storage of other policies; those that are in force bind nobody meanwhile, and again if that fails."""
        if self.place.home is None or self._me is None:
            return self._opening(place)
        forgotten(self.place.home, self._me)
        try:
            return self._opening(place)
        except Failure:
            begun(self.place, self.place.home, self._me, self._parts.journal)
            raise

    def _move_later(self, place: StatePlace) -> None:
        """Follow what was put off; what hinders it does not concern the act that it comes after."""
        try:
            self._move(place)
        except Failure as failure:
            self._waiting = None
            self.reject(failure.message, place.commit)

    def _change(self, place: StatePlace, reason: str | None) -> dict[str, object]:
        return only(old=digest(self.settings), new=digest(place.settings), commit=place.commit, reason=reason)

    def _interrupt(self, runs: list[str] | None) -> None:
        wanted = runs or [one.id for one in self.recoverable_runs()]
        alive = self._parts.owners.alive if self._parts.owners else lambda owner: owner == self.owner
        noted(self._parts.journal, lambda present: steps.interrupt(present, wanted, alive))

    def _kept(self, data: bytes) -> str:
        from hashlib import sha256

        if self._parts.blobs is None:
            return f"sha256:{sha256(data).hexdigest()}"
        return self._parts.blobs.add(data)[0]
