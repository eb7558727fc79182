"""Letting go of what the store's own retention dropped: by a commit that removes it, or by beginning the history anew."""

from collections.abc import Callable
from datetime import datetime

import orjson

from lamina.changes.archiving.committing import archive_of
from lamina.changes.archiving.pushing import NowhereToPush, Trusts
from lamina.changes.state.store import StateStore
from lamina.project.state.snapshots import ArchivePlace, NoSnapshots, listed, pins, store_of
from lamina.project.state.squash_check import parts_of
from lamina.thought.archiving import contents, layout, squashes
from lamina.thought.archiving.pruning import Prune, prune
from lamina.thought.archiving.squashes import NAMESPACE, SIGNATURE, Squash
from lamina.thought.runs.replaying import Replay
from lamina.words.event import Draft
from lamina.words.event_line import moment
from lamina.words.values import dataclass
from lamina.world.archive import remote as remotes
from lamina.world.archive.commits import Archive, Author, commit_of
from lamina.world.archive.remote import Patience, Remote
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.trees import planted
from lamina.world.archive.upkeep import pack
from lamina.world.signing import sign

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went: the runs, how many files, the first event that the archive still has; and the commit, where one was made."""

    runs: tuple[str, ...]
    files: int
    first: int
    commit: str | None


@dataclass(frozen=True, slots=True)
class Squashed:
    """A history that was begun anew: its first commit, the one that was the newest before, and how many went."""

    new: str
    old: str
    commits: int
    pruned: Pruned


def prune_archive(place: ArchivePlace, state: StateStore, clock: Clock, dry_run: bool = False) -> Pruned:
    """Commit that files of the store go which its retention dropped and no pinned snapshot needs; the history stays.

    Raises NoSnapshots, Busy, CannotArchive and NoArchive.
    """
    store = store_of(place)
    with archive_of(place, store) as archive:
        shelf = Shelf(archive.repository, place.branch)
        plan = planned(shelf, store)
        commit = None
        if plan.paths and not dry_run:
            commit = archive.commit(_leaves(plan, store), _message(plan, store), _author(store, clock))
    if commit is not None:
        state.note(Draft("archive.pruned", None, {"runs": list(plan.runs), "first": plan.first, "commit": commit}))
    return Pruned(plan.runs, len(plan.paths), plan.first, commit)


def squash(
    place: ArchivePlace, state: StateStore, clock: Clock, trusts: Trusts, patience: Patience, reason: str, key: str
) -> Squashed:
    """Begin the history of the branch anew, with what is kept, and a record of it signed by a key.

    First all is pushed; then the record is made and the new history is pushed, over exactly the old one; only then it becomes
    ours, and what is no longer referred to goes. Raises what `push` does, and CannotSign.
    """
    if place.url is None:
        raise NowhereToPush
    store = store_of(place)
    with archive_of(place, store) as archive:
        remote = Remote(place.url, lambda old, new: trusts(Shelf(archive.repository, place.branch), old, new))
        shelf = Shelf(archive.repository, place.branch)
        plan = planned(shelf, store)
        if plan.paths:
            # As a commit of the old history, so that the new one begins with exactly what that ended with.
            archive.commit(_leaves(plan, store), _message(plan, store), _author(store, clock))
        remotes.push(archive, remote, patience)
        commits = [one.id for one in Shelf(archive.repository, place.branch).commits()]
        new = _begun(archive, Shelf(archive.repository, place.branch), commits, store, clock, reason, key)
        remotes.replace(archive, remote, commits[-1], new)
        pack(archive, always=True, expire="now")
    pruned = Pruned(plan.runs, len(plan.paths), plan.first, new)
    said = {"old": commits[-1], "new": new, "reason": reason, "commits": len(commits), "remote": remote.shown}
    state.note(Draft("archive.squashed", None, said))
    return Squashed(new, commits[-1], len(commits), pruned)


def planned(shelf: Shelf, store: str) -> Prune:
    """What of a store may go; raises NoSnapshots."""
    tip, own = shelf.tip, layout.own(store)
    present = listed(shelf, store, None)
    if tip is None or not present:
        raise NoSnapshots(store)
    dropped: set[str] = set()
    replay = Replay()
    for _, data in shelf.files(tip, f"{own}/events"):
        for one in contents.events_of(data):
            dropped |= set(replay.take(one).dropped)
    # A name may have been given to another run since.
    dropped -= {run.id for run in replay.runs()}
    kept = pins(shelf, store)
    first = contents.first_of_head(shelf.file(tip, f"{own}/{layout.HEAD}"))
    paths = list(shelf.paths(tip, own))
    commits = [tip, *(one.commit for one in present if one.snapshot.pinned)]
    held = {one.snapshot.seq for one in present}
    needed = {path for commit in commits for path in _needed(shelf, commit, own, dropped if commit == tip else set())}
    if any(one.seq not in held for one in kept):
        # Of a snapshot without its commit nobody knows the states that its checkpoints named.
        needed |= {path for path in paths if path.startswith("blobs/")}
    return prune(paths, [first, *(one.first for one in kept)], dropped, needed)


def _needed(shelf: Shelf, commit: str, own: str, dropped: set[str]) -> set[str]:
    """The files of states that the checkpoints of a commit's runs name."""
    needed = set()
    for path, id in shelf.paths(commit, f"{own}/runs").items():
        of_run = layout.run_of(f"runs/{path}")
        if of_run is not None and of_run[1] == "checkpoints.json" and of_run[0] not in dropped:
            needed |= {layout.blob(str(one["digest"])) for one in orjson.loads(shelf.data(id))}
    return needed


def _begun(archive: Archive, shelf: Shelf, commits: list[str], store: str, clock: Clock, reason: str, key: str) -> str:
    """The first commit of the new history: all that the old one ended with, and the signed record."""
    tip = commits[-1]
    snapshots = len(listed(shelf, store, None))
    said = Squash(store, moment(clock()), reason, tuple(commits), snapshots, parts_of(shelf, tip))
    path = squashes.place(said, len(shelf.names(tip, layout.RETENTION)) // 2 + 1)
    data = squashes.record(said)
    signature = sign(data, NAMESPACE, key).encode()
    repository = archive.repository
    tree = planted(repository, commit_of(repository, tip).tree_id, {path: data, path + SIGNATURE: signature})
    return archive.made(tree, f"squash {len(commits)} commits\n\n{reason}\n", _author(store, clock), [])


def _leaves(plan: Prune, store: str) -> dict[str, bytes | None]:
    return {f"{layout.own(store)}/{path}": None for path in plan.paths}


def _message(plan: Prune, store: str) -> str:
    runs = "1 run" if len(plan.runs) == 1 else f"{len(plan.runs)} runs"
    return f"prune {store}: {runs}, events before {plan.first}\n\nStore: {store}\n"


def _author(store: str, clock: Clock) -> Author:
    return Author("lamina", f"lamina@{store}", int(clock().timestamp()))
