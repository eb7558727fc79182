"""The store of an environment: where its configuration says that state is kept, and what is kept there, for reading."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lamina.project.digests import digest_of
from lamina.project.questions import Project
from lamina.project.state.reading import StateReader
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import PersistenceSettings, StateSettings, state_settings
from lamina.words.errors import Failure
from lamina.words.event import Head
from lamina.words.values import dataclass
from lamina.world.log import head, read
from lamina.world.store import home as homes
from lamina.world.store.home import Home
from lamina.world.store.projection import Projection

# The document that says how state is kept.
DOCUMENT = "orchestrator"


class NoStateKept(Failure):
    """An environment whose configuration keeps no state, or says nothing of it."""

    def __init__(self, environment: str, why: str) -> None:
        hint = "set persistence.location in the document; or name a store: --location PATH, lamina.state.open_at(PATH)"
        super().__init__(f"{environment} keeps no state: {why}", hint)


@dataclass(frozen=True, slots=True)
class StatePlace:
    """Where state is kept, by which policies, and the configuration that says so: its commit and the digest of the document.

    `home` is None where no state is kept. With `assumed` nobody said by which policies: they are applied to nothing else.
    """

    settings: StateSettings
    home: Home | None
    environment: str | None = None
    commit: str | None = None
    digest: str | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class HeldState:
    """What a store holds: its records, its log, and the last event that the records contain."""

    place: StatePlace
    home: Home
    store: str
    reader: StateReader
    head: Head


def state_place(project: Project, environment: str, commit: str | None = None) -> StatePlace:
    """Where an environment keeps its state; `commit` is the one that the configuration is of, where it is known.

    Raises NoSuchEnvironment, AbstractEnvironment, NoStateKept, Broken and BadStateSettings.
    """
    rendering = project.render(environment)
    place = place_of(rendering, environment, commit or project.commit)
    return replace(place, digest=digest_of([rendering.document(DOCUMENT)]))


def place_of(documents: Mapping[str, Any], environment: str, commit: str | None = None) -> StatePlace:
    """Where the documents of an environment say that state is kept, and how; raises NoStateKept and BadStateSettings."""
    if DOCUMENT not in documents:
        raise NoStateKept(environment, f"it has no document {DOCUMENT}, whose `persistence` would say where")
    settings = state_settings(documents[DOCUMENT])
    kept = settings.persistence
    home = homes.home(Path(kept.location)) if kept.enabled and kept.location else None
    return StatePlace(settings, home, environment, commit)


def place_at(location: Path, settings: StateSettings | None = None) -> StatePlace:
    """The place of a store that is named: a file that ends in .sqlite, or a folder; the policies are the usual ones."""
    policies = settings or StateSettings()
    form = "sqlite" if location.suffix == ".sqlite" else "json"
    kept: PersistenceSettings = replace(policies.persistence, location=str(location), format=form)  # type: ignore[arg-type]
    return StatePlace(replace(policies, persistence=kept), homes.home(location))


def found_at(location: Path) -> StatePlace:
    """The place of a store that is named, and looked after: the policies are those that its programs bring."""
    return replace(place_at(location), assumed=True)


@contextmanager
def held_state(place: StatePlace) -> Iterator[HeldState]:
    """What a store holds, for reading: nothing in it is changed, and nobody who writes waits.

    Where the projection is not up to the log, or is not there, the records are those that the log makes.
    Raises NoStateKept and NoStore.
    """
    home = home_of(place)
    marker = homes.marker(home)
    end = head(home.log) if home.log.is_dir() else Head()
    projection = present_projection(place, home)
    try:
        if projection is not None and (projection.applied == end or not end.seq):
            yield HeldState(place, home, marker.store, StateReader(projection), projection.applied)
            return
        yield HeldState(place, home, marker.store, StateReader(Replay(read(home.log))), end)
    finally:
        if projection is not None:
            projection.close()


def home_of(place: StatePlace) -> Home:
    """The home of a place; raises NoStateKept."""
    if place.home is None:
        raise NoStateKept(place.environment or "this program", "persistence.enabled is false")
    return place.home


def demand_store(place: StatePlace) -> str:
    """The id of the store of a place; raises NoStateKept and NoStore where there is none."""
    return homes.marker(home_of(place)).store


def projection_of(settings: StateSettings, home: Home) -> Projection:
    """The projection in the form that the policy names, made where there is none."""
    durable = not settings.persistence.events.enabled
    if settings.persistence.format == "sqlite":
        from lamina.world.store.sqlite import SqliteProjection

        return SqliteProjection.open(home.database, home.lock, durable=durable)
    from lamina.world.store.folder import FolderProjection

    return FolderProjection.open(home.records, home.lock, durable=durable)


def present_projection(place: StatePlace, home: Home) -> Projection | None:
    """The projection in the form that the policy names, where there is one."""
    there = home.database if place.settings.persistence.format == "sqlite" else home.records
    return projection_of(place.settings, home) if there.exists() else None
