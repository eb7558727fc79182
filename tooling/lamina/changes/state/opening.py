"""Opening a store for a program: its home, its log, its records and its owner, as the policies say."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from threading import RLock

from lamina.changes.state.journal import Journal, Logged, Remembered, Unlogged
from lamina.changes.state.policy import begun, followed
from lamina.changes.state.store import Parts, StateStore
from lamina.project.state.opening import StatePlace, projection_of
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import StateSettings
from lamina.words.event import UNLOGGED
from lamina.words.event_line import moment
from lamina.world.log import EventLog, Sync
from lamina.world.store.blobs import Blobs
from lamina.world.store.home import Home, establish, risk
from lamina.world.store.locking import locked
from lamina.world.store.owners import Owners
from lamina.world.store.projection import Projection


def opened(place: StatePlace, clock: Callable[[], datetime], warn: Callable[[str], None]) -> StateStore:
    """The store of a place, made where there is none; `warn` is told what is risky about where it lies.

    Raises what forbids it: of the home, the log and the projection, and LostEvents.
    """

    def opening(place: StatePlace) -> Parts:
        return _parts(place, clock, warn)

    return StateStore(opening(place), place, clock, opening)


def _parts(place: StatePlace, clock: Callable[[], datetime], warn: Callable[[str], None]) -> Parts:
    settings, home = place.settings, place.home
    if home is None:
        replay = Replay()
        return Parts(Remembered(replay, clock), replay)
    marker = establish(home, moment(clock()), place.environment)
    if reason := risk(home.folder):
        warn(reason)
    owners = Owners(home.owners)
    me = owners.begin()
    settings = followed(place, home, owners, me, warn)
    projection = projection_of(settings, home)
    journal = journal_of(settings, home, marker.store, projection, clock)
    begun(place, home, me, journal)
    return Parts(journal, projection, Blobs(home.blobs), owners, me, projection)


def journal_of(
    settings: StateSettings, home: Home, store: str, projection: Projection, clock: Callable[[], datetime]
) -> Journal:
    """The way in which acts are recorded; a projection that is behind the log is brought up to it first."""
    events = settings.persistence.events
    if not events.enabled and (projection.applied.hash == UNLOGGED or not home.log.is_dir()):
        return Unlogged(projection, clock, _alone(home))
    log = EventLog.open(
        home.log,
        clock,
        store=store,
        sync=Sync(events.sync),
        interval_milliseconds=events.interval_milliseconds,
        segment_bytes=events.segment_size_mib << 20,
    )
    logged = Logged(log, projection, clock, events.on_error == "degrade")
    if events.enabled:
        return logged
    log.close()
    return Unlogged(projection, clock, _alone(home))


def _alone(home: Home) -> Callable[[], AbstractContextManager[None]]:
    """The lock of acts where no log has one: alone among threads and processes."""
    threads = RLock()

    @contextmanager
    def alone() -> Iterator[None]:
        with threads, locked(home.folder / "acts.lock"):
            yield

    return alone
