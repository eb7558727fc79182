"""Run state for programs: open a store, do something with runs, and have it recorded before the call returns.

    import lamina.state

    with lamina.state.open("path/to/the/repository", "prod") as store:
        run = store.create_run("run-1", "feature")

Beside the command line this is where the clock is read.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from warnings import warn

from lamina.changes.state.later import AsyncStateStore
from lamina.changes.state.opening import opened
from lamina.changes.state.store import NoLog, NoState, NothingKept, StateStore
from lamina.changes.state.working import Step, Stopped, Work
from lamina.project.state.opening import NoStateKept, StatePlace, place_at, place_of, state_place
from lamina.thought.runs.failures import (
    AlreadyRecorded,
    Conflict,
    IllegalTransition,
    NotFound,
    NotUnderWay,
    StepDone,
    StepUnderWay,
)
from lamina.thought.runs.resuming import Resumption
from lamina.thought.runs.statistics import Statistics
from lamina.thought.upkeep.changing import Decision
from lamina.thought.upkeep.settings import (
    ArtifactSettings,
    BadStateSettings,
    CheckpointSettings,
    CleanupSettings,
    EventSettings,
    PersistenceSettings,
    StateSettings,
    demand_sound,
    state_settings,
)
from lamina.words.errors import Failure
from lamina.words.runs import (
    Artifact,
    Checkpoint,
    Execution,
    ExecutionStatus,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    PhaseStatus,
    Run,
    RunFinding,
    RunStatus,
)

__all__ = [
    "AlreadyRecorded",
    "Artifact",
    "ArtifactSettings",
    "AsyncStateStore",
    "BadStateSettings",
    "Checkpoint",
    "CheckpointSettings",
    "CleanupSettings",
    "Conflict",
    "Decision",
    "EventSettings",
    "Execution",
    "ExecutionStatus",
    "Failure",
    "Grade",
    "IllegalTransition",
    "Intervention",
    "InterventionStatus",
    "NoEnvironment",
    "NoLog",
    "NoState",
    "NoStateKept",
    "NotFound",
    "NotItsEnvironment",
    "NotUnderWay",
    "NothingKept",
    "PersistenceSettings",
    "Phase",
    "PhaseStatus",
    "Resumption",
    "Run",
    "RunFinding",
    "RunStatus",
    "StatePlace",
    "StateSettings",
    "StateStore",
    "Statistics",
    "Step",
    "StepDone",
    "StepUnderWay",
    "Stopped",
    "Work",
    "follow",
    "new_run_id",
    "open",
    "open_at",
    "open_later",
    "reload",
    "state_settings",
]

if TYPE_CHECKING:
    from lamina.project.live.later import AsyncLive
    from lamina.project.live.listening import Handle
    from lamina.project.live.live import Live
    from lamina.project.live.outcomes import Outcome

Clock = Callable[[], datetime]


class NoEnvironment(Failure):
    """Policies that are to be read anew, of a store that was opened by its location."""

    def __init__(self) -> None:
        super().__init__(
            "the store was opened by its location, so no environment says how it is kept",
            "open it with lamina.state.open(REPOSITORY, ENVIRONMENT), or give policies of your own: store.apply(...)",
        )


class NotItsEnvironment(Failure):
    """A live configuration of another environment than the store is of."""

    def __init__(self, store: str, live: str) -> None:
        super().__init__(
            f"the store is of {store}, and the live configuration of {live}",
            f"follow one of {store}: lamina.live(..., {store!r})",
        )


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def open(repository: str | PathLike[str], environment: str, *, clock: Clock = now) -> StateStore:
    """The store of an environment, as its rendered `orchestrator` document says; made where there is none.

    A clean-up that is due since the last time, or that the policy wants at every start, is done first. Raises what reading
    the repository raises, NoStateKept where the document says nothing of state, and BadStateSettings.
    """
    import lamina

    store = opened(state_place(lamina.open(repository), environment), clock, _warned)
    _tidy(store)
    return store


def open_at(location: str | PathLike[str], settings: StateSettings | None = None, *, clock: Clock = now) -> StateStore:
    """The store at a location (`X.sqlite`, or a folder), by policies of one's own, or the usual ones.

    Where it lies and in what format is by the location, whatever the policies say. Raises BadStateSettings.
    """
    if settings is not None:
        demand_sound(settings)
    place = place_at(Path(os.fspath(location)), settings)
    return opened(place if place.settings.persistence.enabled else replace(place, home=None), clock, _warned)


async def open_later(repository: str | PathLike[str], environment: str, *, clock: Clock = now) -> AsyncStateStore:
    """The store of an environment, for a program that awaits."""
    import asyncio

    return AsyncStateStore(await asyncio.to_thread(open, repository, environment, clock=clock))


def reload(store: StateStore, repository: str | PathLike[str]) -> Decision:
    """Have a store that `open` gave follow what its environment says now; what the verdict is, and why, is recorded.

    `applied` from the next act on, or `unchanged`; `deferred` until no run is active, where the storage would be another;
    `refused` where the configuration has errors, or the new storage cannot be opened: all stays as it was. `reason` says why.
    Raises NoEnvironment, and what recording raises.
    """
    import lamina

    if (environment := store.place.environment) is None:
        raise NoEnvironment
    return _followed(store, lambda: state_place(lamina.open(repository), environment))


def follow(store: StateStore | AsyncStateStore, live: "Live | AsyncLive") -> "Handle":
    """Have a store that `open` gave follow what its environment says, from now on; `cancel` what this gives to end it.

    Each change has the verdict that `reload` would give it, which is recorded. Raises NoEnvironment, NotItsEnvironment, and
    what recording raises.
    """
    from lamina.project.live.live import Live

    of = store if isinstance(store, StateStore) else store.store
    source = live if isinstance(live, Live) else live.live
    if of.place.environment is None:
        raise NoEnvironment
    if of.place.environment != source.current.environment:
        raise NotItsEnvironment(of.place.environment, source.current.environment)

    def told(outcome: "Outcome | None" = None) -> None:
        current = source.current
        if outcome is not None and outcome.verdict == "refused":
            of.reject(outcome.reason or "", current.commit)
        else:
            _followed(of, lambda: place_of(current, current.environment, current.commit), current.commit)

    handle = source.on_outcome(told)
    told()
    return handle


def new_run_id(clock: Clock = now) -> str:
    """An id for a run that sorts by time: `20261121T154203-1a2b3c4d`."""
    return f"{clock():%Y%m%dT%H%M%S}-{token_hex(4)}"


def _followed(store: StateStore, placed: Callable[[], StatePlace], commit: str | None = None) -> Decision:
    """What becomes of policies that are still to be read: where that fails, they are refused."""
    try:
        return store.apply(placed())
    except Failure as failure:
        store.reject(failure.message, commit)
        return Decision("refused", store.settings, reason=failure.message)


def _tidy(store: StateStore) -> None:
    """Clean up when a program starts; what hinders it is a warning, since the work can go on."""
    clean = store.settings.cleanup
    if clean.enabled and store.settings.persistence.enabled:
        try:
            store.clean_up(if_due=not clean.on_startup)
        except Failure as failure:
            _warned(f"old state was not removed: {failure.message}")


def _warned(text: str) -> None:
    warn(text, RuntimeWarning, stacklevel=4)
