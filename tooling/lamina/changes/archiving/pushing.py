"""Pushing and pulling the archive, and saying so in the log."""

from collections.abc import Callable

from lamina.changes.archiving.committing import archive_of
from lamina.changes.state.store import StateStore
from lamina.project.state.snapshots import ArchivePlace, listed, store_of
from lamina.thought.archiving.snapshots import Snapshot, snapshot_of
from lamina.words.errors import Failure
from lamina.words.event import Draft
from lamina.words.values import dataclass
from lamina.world.archive import remote as remotes
from lamina.world.archive.commits import Archive
from lamina.world.archive.remote import Patience, Remote
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.upkeep import pack
from lamina.world.store import home as homes
from lamina.world.store.home import NoStore

# Whether a record, and its signature, explain that a branch was begun anew.
Trusts = Callable[[Shelf, str, str], bool]


class NowhereToPush(Failure):
    """An archive without a remote."""

    def __init__(self) -> None:
        super().__init__("the archive has no remote", "name one in lamina.yaml: archive: {remote: URL}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a push did: the snapshots that it brought to the remote, and how often it was tried."""

    remote: str
    branch: str
    snapshots: tuple[Snapshot, ...]
    tries: int


def push(place: ArchivePlace, state: StateStore, patience: Patience, trusts: Trusts, *, again: bool = False) -> Sent:
    """Push every snapshot that the remote lacks; what cannot be pushed now stays, for the next time.

    `again` puts back what a remote has lost. Raises NowhereToPush, CannotReach, StillWaiting, PushRefused, Rewound, Diverged,
    Forked, Shallow and Busy.
    """
    store = store_of(place)
    with archive_of(place, store) as archive:
        remote = _remote(place, archive, trusts)
        done = remotes.push(archive, remote, patience, again)
        shelf = Shelf(archive.repository, place.branch)
        commits = [made for id in done.commits if (made := shelf.commit(id)) is not None]
        sent = [one for commit in commits if (one := snapshot_of(commit.message)) is not None and one.store == store]
        pack(archive)
    if sent:
        said = {"snapshot": sent[-1].name, "seq": sent[-1].seq, "remote": remote.shown, "branch": place.branch}
        state.note(Draft("archive.pushed", None, said | {"commit": done.tip}))
    return Sent(remote.shown, place.branch, tuple(sent), done.tries)


def pull(place: ArchivePlace, trusts: Trusts, again: bool = False) -> str | None:
    """Fetch what others pushed, and give the commit that the branch is at there; raises what `push` does."""
    with archive_of(place, place.store or _own(place)) as archive:
        return remotes.pull(archive, _remote(place, archive, trusts), again)


def waiting(place: ArchivePlace) -> list[Snapshot]:
    """The snapshots that the remote is not known to have."""
    shelf = Shelf.open(place.repository, place.branch)
    if shelf is None or shelf.tip is None:
        return []
    return [one.snapshot for one in listed(shelf, store_of(place, shelf), place.url) if not one.pushed]


def _own(place: ArchivePlace) -> str:
    """The store of the home; where none is yet, a name that no store has."""
    try:
        return homes.marker(place.home).store
    except NoStore:
        return "-"


def _remote(place: ArchivePlace, archive: Archive, trusts: Trusts) -> Remote:
    if place.url is None:
        raise NowhereToPush
    return Remote(place.url, lambda old, new: trusts(Shelf(archive.repository, place.branch), old, new))
