"""Programs on a state store, in either format: whole runs, one act after the other."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import StatePlace, home_of, place_at, projection_of
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import CheckpointSettings, EventSettings, PersistenceSettings, StateSettings
from lamina.words.errors import Failure
from lamina.words.event import Event
from lamina.words.runs import KINDS, Checkpoint, Record
from lamina.world.log import head, read
from lamina.world.store.blobs import Blobs
from torture.children import Ack
from torture.judging import found
from torture.programs.program import clock

_KIND_OF = {made: kind for kind, made in KINDS.items()}


@dataclass(frozen=True)
class Runs:
    """Begins runs and works on them, `act` by act; acknowledged is each record with its version."""

    name: str
    form: str = "sqlite"
    sync: str = "always"
    act: str = "run"

    def prepare(self, folder: Path) -> None:
        with self._opened(folder) as store:
            for record in one_run(store, "begun"):
                assert record.version > 0

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        with self._opened(folder) as store:
            seq = head(home_of(self._place(folder)).log).seq
            for turn in range(turns):
                for record in ACTS[self.act](store, f"r{seq}-{os.getpid()}-{turn}"):
                    ack(f"{record.version} {_KIND_OF[type(record)]} {record.id}")

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        """The log by itself, what is acknowledged by what the log makes, and the records by the log up to where they are."""
        home = home_of(self._place(folder))
        log = found(home.log)
        if log.faults:
            return log.faults
        events = [_event(one) for one in log.events.values()]
        held = Replay(events)
        faults = [f"{one} was acknowledged and is lost" for one in acked if not _holds(held, one)]
        if not home.marker.exists():
            return faults  # nothing was made yet
        blobs = Blobs(home.blobs)
        kept = [one for one in held.every("checkpoint") if isinstance(one, Checkpoint)]
        faults += [f"the state of checkpoint {one.id} is lost" for one in kept if not blobs.is_sound(one.digest)]
        try:
            records = projection_of(self._place(folder).settings, home)
        except Failure as failure:
            return [*faults, f"the records cannot be opened: {type(failure).__name__}: {failure.message}"]
        told = records.applied
        if told.seq and log.events.get(told.seq, {}).get("hash") != told.hash:
            faults.append(f"the records are of event {told.seq}, which the log does not have")
        past = Replay(one for one in events if one.seq <= told.seq)
        faults += [
            f"the {kind}s are not those of the log up to {told.seq}"
            for kind in KINDS
            if list(records.every(kind)) != list(past.every(kind))
        ]
        records.close()
        return faults

    def reopen(self, folder: Path, acked: Iterable[str]) -> list[str]:
        try:
            with self._opened(folder) as store:
                left = store.recover()
                running = [one.id for run in left for one in store.executions(run.id) if one.status == "running"]
                new = [f"{one.version} {_KIND_OF[type(one)]} {one.id}" for one in one_run(store, "again")]
                log = Replay(read(home_of(self._place(folder)).log))
                faults = [
                    f"the {kind}s are not those of the log"
                    for kind in KINDS
                    if list(store.records.every(kind)) != list(log.every(kind))
                ]
        except Failure as failure:
            return [f"cannot be opened and written to: {type(failure).__name__}: {failure.message}"]
        faults += [f"the step {one} is taken to run still" for one in running]
        return faults + self.judge(folder, [*acked, *new])

    def _place(self, folder: Path) -> StatePlace:
        settings = replace(
            StateSettings(),
            persistence=PersistenceSettings(events=EventSettings(sync=self.sync)),  # type: ignore[arg-type]
            checkpoint=CheckpointSettings(keep=2),
        )
        return place_at(folder / ("state.sqlite" if self.form == "sqlite" else "state"), settings)

    def _opened(self, folder: Path) -> StateStore:
        return opened(self._place(folder), clock, lambda risk: None)


def one_run(store: StateStore, name: str) -> Iterator[Record]:
    """One run, from its beginning to its end."""
    yield store.create_run(name, "feature", labels={"of": "torture"})
    yield store.move_run(name, "executing")
    yield store.add_phase(name, "build")
    yield store.move_phase(name, 1, "in_progress")
    step = store.start_step(name, 1, "compile")
    yield step
    yield store.record_finding(name, "high", "slow", phase=1)
    yield store.checkpoint(name, {"at": name})
    yield store.end_step(step.id, "finished")
    yield store.start_step(name, 1, "link")
    yield store.move_run(name, "failed", error="enough")


def _checkpoints(store: StateStore, name: str) -> Iterator[Record]:
    """Checkpoints of a run, so many that the oldest go."""
    yield store.create_run(name, "feature")
    for number in range(3):
        yield store.checkpoint(name, {"at": name, "number": number})


ACTS: dict[str, Callable[[StateStore, str], Iterator[Record]]] = {"run": one_run, "checkpoint": _checkpoints}


def _event(said: dict[str, object]) -> Event:
    return Event(*(said[name] for name in ("seq", "ts", "type", "run", "data", "prev", "hash")))  # type: ignore[arg-type]


def _holds(held: Replay, told: str) -> bool:
    version, kind, id = told.split(" ")
    record = held.get(kind, id)
    # Only the newest checkpoints are kept.
    return kind == "checkpoint" if record is None else record.version >= int(version)
