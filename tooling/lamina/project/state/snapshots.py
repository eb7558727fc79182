"""Snapshots of run state in the archive: which there are, what one holds, and what differs between two."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lamina.project.questions import Project
from lamina.project.state.opening import StatePlace, home_of
from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.contents import Pin
from lamina.thought.archiving.differing import Brief, RunChange, brief, changes
from lamina.thought.archiving.snapshots import Snapshot, changed_in, named, snapshot_of
from lamina.thought.settings import Settings
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.archive.naming import NoRemote, url_of
from lamina.world.archive.remote import Remote
from lamina.world.archive.shelf import Shelf
from lamina.world.store import home as homes
from lamina.world.store.home import Home, NoStore


class NoSnapshots(Failure):
    """An archive that holds nothing of a store."""

    def __init__(self, what: str, others: list[str] | None = None) -> None:
        hint = "lamina snapshot create ENV makes one; lamina snapshot pull ENV fetches those that were pushed"
        if others:
            hint = f"the archive has {', '.join(others)}: --store NAME asks for one"
        super().__init__(f"there are no snapshots of {what}", hint)


class SeveralStores(Failure):
    """An archive with several stores of an environment, where this machine has none of its own."""

    status = 2

    def __init__(self, stores: list[str]) -> None:
        super().__init__(f"there are several stores: {', '.join(stores)}", "name one: --store NAME")


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """The archive of a store: where state is kept, the branch, and where that is pushed (None: nowhere)."""

    state: StatePlace
    home: Home
    branch: str
    url: str | None = None
    store: str | None = None
    folder: Path | None = field(default=None, repr=False)

    @property
    def repository(self) -> Path:
        """The private repository: that of the home, unless another is named."""
        return self.folder or self.home.archive


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot of the archive: its commit, when that was made (seconds since 1970), and whether it is pushed.

    `changed` is how many runs changed in it.
    """

    snapshot: Snapshot
    commit: str
    time: int
    pushed: bool
    changed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot and what it holds: its runs at a glance, by their names."""

    listed: Listed
    runs: Mapping[str, Brief]


def archive_place(project: Project | None, state: StatePlace, remote: bool = False) -> ArchivePlace:
    """The archive that the settings of a repository name for a store; without a repository, the usual branch and no remote.

    Raises NoStateKept, and NoRemote where there has to be a `remote`.
    """
    if project is None:
        return ArchivePlace(state, home_of(state), Settings().archive_branch)
    settings, folder = project.tree.settings, project.home
    try:
        url = None if folder is None else url_of(Path(folder), settings.archive_remote)
    except NoRemote:
        if remote:
            raise
        url = None
    return ArchivePlace(state, home_of(state), settings.archive_branch, url)


def shelf_of(place: ArchivePlace) -> Shelf:
    """The archive, for reading; raises NoSnapshots where there is none yet."""
    shelf = Shelf.open(place.repository, place.branch)
    if shelf is None or shelf.tip is None:
        raise NoSnapshots(place.state.environment or "this store")
    return shelf


def store_of(place: ArchivePlace, shelf: Shelf | None = None) -> str:
    """The store that is asked about: the one that is named, that of the home, or else the only one that the archive has.

    Raises NoSnapshots and SeveralStores.
    """
    if place.store is not None:
        return place.store
    try:
        return homes.marker(place.home).store
    except NoStore:
        shelf = shelf or shelf_of(place)
        stores = stores_of(shelf, place.state.environment)
        if not stores:
            raise NoSnapshots(place.state.environment or "this store", stores_of(shelf)) from None
        if len(stores) > 1:
            raise SeveralStores(stores) from None
        return stores[0]


def stores_in(place: ArchivePlace) -> list[str]:
    """The stores that the archive has snapshots of, whatever their environment."""
    shelf = Shelf.open(place.repository, place.branch)
    return [] if shelf is None else stores_of(shelf)


def stores_of(shelf: Shelf, environment: str | None = None) -> list[str]:
    """The stores that the archive has snapshots of, or those of an environment."""
    tip = shelf.tip
    if tip is None:
        return []
    said = {name: shelf.file(tip, f"{layout.own(name)}/{layout.STORE}") for name in shelf.names(tip, "v1")}
    return [name for name, data in said.items() if environment in (None, contents.environment_of(data))]


def snapshots(place: ArchivePlace) -> list[Listed]:
    """The snapshots of the store, the oldest first; raises NoSnapshots."""
    shelf = shelf_of(place)
    return some(shelf, store_of(place, shelf), place.url)


def some(shelf: Shelf, store: str, url: str | None = None) -> list[Listed]:
    """The snapshots of a store that an archive has, the oldest first; raises NoSnapshots."""
    found = listed(shelf, store, url)
    if not found:
        raise NoSnapshots(store, stores_of(shelf))
    return found


def listed(shelf: Shelf, store: str, url: str | None) -> list[Listed]:
    """The snapshots of a store that an archive has, the oldest first."""
    known = shelf.at(Remote(url).remembered) if url else None
    pushed = {one.id for one in shelf.commits(known)} if known else set()
    present = []
    for one in shelf.commits():
        snapshot = snapshot_of(one.message)
        if snapshot is None and not one.parents:
            # A history that was begun anew: it holds the newest snapshot of each store.
            snapshot = newest(shelf, store, one.id)
        if snapshot is not None and snapshot.store == store:
            present.append(Listed(snapshot, one.id, one.time, one.id in pushed, changed_in(one.message)))
    return present


def newest(shelf: Shelf, store: str, commit: str | None = None) -> Snapshot | None:
    """The newest snapshot of a store, as the tree of a commit (None: the newest) has it."""
    commit = commit or shelf.tip
    data = None if commit is None else shelf.file(commit, f"{layout.own(store)}/{layout.HEAD}")
    return contents.snapshot_of_head(store, data)


def pins(shelf: Shelf, store: str, commit: str | None = None) -> list[Pin]:
    """The snapshots of a store that are kept for ever."""
    tip = commit or shelf.tip
    return [] if tip is None else contents.pins_of(shelf.file(tip, f"{layout.own(store)}/{layout.PINS}"))


def found(present: list[Listed], text: str) -> Listed:
    """The snapshot that a word means; raises NoSuchSnapshot."""
    snapshot = named(text, [one.snapshot for one in present])
    return next(one for one in present if one.snapshot == snapshot)


def shown(place: ArchivePlace, text: str) -> Shown:
    """What a snapshot holds; raises NoSnapshots and NoSuchSnapshot."""
    shelf, one = shelf_of(place), found(snapshots(place), text)
    files = run_files(shelf, one.commit, one.snapshot.store)
    return Shown(one, {run: brief(of_run) for run, of_run in sorted(files.items())})


def difference(place: ArchivePlace, left: str, right: str) -> list[RunChange]:
    """The runs that differ between two snapshots; raises NoSnapshots and NoSuchSnapshot."""
    shelf, present = shelf_of(place), snapshots(place)
    before, after = (found(present, text) for text in (left, right))
    sides = [run_paths(shelf, one.commit, one.snapshot.store) for one in (before, after)]
    differing = {run for run in {*sides[0], *sides[1]} if sides[0].get(run) != sides[1].get(run)}
    held = [
        {run: {name: shelf.data(id) for name, id in paths.items()} for run, paths in side.items() if run in differing}
        for side in sides
    ]
    return changes(held[0], held[1])


def run_paths(shelf: Shelf, commit: str, store: str) -> dict[str, dict[str, str]]:
    """The files of each run of a snapshot, by run and by name, with the ids of their bytes."""
    held: dict[str, dict[str, str]] = {}
    for path, id in shelf.paths(commit, f"{layout.own(store)}/runs").items():
        of_run = layout.run_of(f"runs/{path}")
        if of_run is not None:
            held.setdefault(of_run[0], {})[of_run[1]] = id
    return held


def run_files(shelf: Shelf, commit: str, store: str) -> dict[str, dict[str, bytes]]:
    """The files of each run of a snapshot, by run and by name."""
    held = run_paths(shelf, commit, store)
    return {run: {name: shelf.data(id) for name, id in paths.items()} for run, paths in held.items()}
