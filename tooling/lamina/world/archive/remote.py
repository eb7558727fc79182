"""The branch at its remote: pushed to from a value that is known, followed where others have gone on, doubted elsewhere.

`refs/lamina/remote/KEY` remembers where the branch was when we last saw it there: what lacks that was moved back or rewritten.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from hashlib import sha256
from secrets import token_hex
from typing import TYPE_CHECKING

from lamina.words.values import dataclass
from lamina.world.archive.commits import Archive, refusals
from lamina.world.archive.failures import (
    BadRemote,
    CannotReach,
    Diverged,
    Forked,
    PushRefused,
    Rewound,
    Shallow,
    StillWaiting,
)
from lamina.world.archive.opening import reference
from lamina.world.archive.program import Done, git

if TYPE_CHECKING:
    from pygit2 import Oid, Repository

_URL = re.compile(
    r"(?:ssh|git|https?|file)://[^-].*|/.*|(?:[^@/:-][^@/:]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[^:-].*", re.DOTALL
)
_USER = re.compile(r"(?<=://)[^/@]*@")
# What a remote says of a push that came just after, or at the same time as, another.
_MOVED = re.compile(
    "stale info|fetch first|non-fast-forward|failed to update ref|(?:cannot|unable to|failed to) lock"
    "|incorrect old|already exists"
)
_ABSENT = re.compile("couldn't find remote ref", re.IGNORECASE)
_FETCHED = "refs/lamina/fetched"
_LONGEST_PAUSE = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and for how many seconds, a push is tried; `chance` gives a number between two, for the pause."""

    chance: Callable[[float, float], float]
    tries: int = 60
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote by its URL or path; `follows` says of an old and a new commit whether a record explains the new history."""

    url: str
    follows: Callable[[str, str], bool] = field(default=lambda old, new: False)

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url) or "\0" in self.url or "\n" in self.url:
            raise BadRemote(self.shown)

    @property
    def shown(self) -> str:
        """The URL without the user and password that it may hold."""
        return _USER.sub("", self.url)

    @property
    def remembered(self) -> str:
        """The reference that remembers where the branch was there."""
        return f"refs/lamina/remote/{sha256(self.url.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: the commits that it brought there, the oldest first, the branch's commit, and how often it was tried."""

    commits: tuple[str, ...]
    tip: str | None
    tries: int


def waiting(archive: Archive, remote: Remote) -> list[str]:
    """The commits here that the remote is not known to have, the oldest first."""
    with refusals():
        return archive.since(archive.at(remote.remembered))


def pull(archive: Archive, remote: Remote, again: bool = False) -> str | None:
    """Fetch the branch, put what is not pushed yet on top of it, and give the commit that it is at there.

    With `again` a branch that was moved back or rewritten is taken as it is. Raises CannotReach, Rewound, Diverged, Forked,
    Shallow and CannotArchive; then nothing here has changed.
    """
    with refusals(), _forgetting(archive):
        now = _fetched(archive, remote)
        known = archive.at(remote.remembered)
        if now is None:
            if known is not None and not again:
                raise Rewound(remote.shown, archive.branch, known, None)
            archive.drop(remote.remembered)
            return None
        base = _base(archive, remote, known, now, again)
        _follow(archive, remote, base, now, again)
        archive.move(remote.remembered, known, now)
        return now


def push(archive: Archive, remote: Remote, patience: Patience, again: bool = False) -> Pushed:
    """Bring to the remote what is here and not there; what cannot be pushed stays, for the next time.

    Raises what `pull` does, and PushRefused and StillWaiting.
    """
    until, pause = time.monotonic() + patience.seconds, 0.01
    ours = waiting(archive, remote)
    if again or not ours:
        pull(archive, remote, again)
    for tries in range(1, patience.tries + 1):
        tip, known = archive.tip, archive.at(remote.remembered)
        if tip is None or tip == known:
            # Nothing was left to do, or a push before this one had come through, and its archiver died of it.
            return Pushed(tuple(ours), tip, tries)
        done = _push(archive, remote, known, tip)
        if done.status == 0:
            ours = waiting(archive, remote)
            with refusals():
                archive.move(remote.remembered, known, tip)
            return Pushed(tuple(ours), tip, tries)
        _demand_moved(archive, remote, done)
        if tries > 1:
            if time.monotonic() > until:
                break
            # Decorrelated: who came late waits no longer than who came first.
            pause = min(_LONGEST_PAUSE, patience.chance(0.01, pause * 3))
            time.sleep(pause)
        pull(archive, remote)
    raise StillWaiting(remote.shown, tries, len(waiting(archive, remote)))


def replace(archive: Archive, remote: Remote, old: str, new: str) -> None:
    """Have the branch begin anew, there and then here, if it is where it is known to be at both.

    Raises CannotReach, PushRefused, StillWaiting where it has moved meanwhile, and CannotArchive.
    """
    done = _push(archive, remote, old, new)
    if done.status != 0:
        _demand_moved(archive, remote, done)
        raise StillWaiting(remote.shown, 1, 0)
    with refusals():
        archive.move(remote.remembered, old, new)
        archive.move(reference(archive.branch), old, new)


def _push(archive: Archive, remote: Remote, known: str | None, tip: str) -> Done:
    """Push if the branch is where it is known to be there: a compare-and-swap."""
    name = reference(archive.branch)
    words = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
    return git(archive.folder, *words, f"--force-with-lease={name}:{known or ''}", "--", remote.url, f"{tip}:{name}")


def _demand_moved(archive: Archive, remote: Remote, done: Done) -> None:
    """Raise for a push that failed for another reason than that others pushed."""
    refused = [line.split("\t")[-1] for line in done.out.splitlines() if line.startswith("!")]
    left = len(waiting(archive, remote))
    if not refused:
        raise CannotReach(remote.shown, _said(remote, done), left)
    if not all(_MOVED.search(line) for line in refused):
        if any("shallow" in line for line in (*refused, *done.said)):
            raise Shallow(remote.shown)
        raise PushRefused(remote.shown, (*refused, *_said(remote, done)), left)


def _fetched(archive: Archive, remote: Remote) -> str | None:
    """The commit that the branch is at there, with all that it needs; None where there is no such branch."""
    name = reference(archive.branch)
    # A name of its own for each fetch: one that outlived its archiver must not be taken for news.
    place = f"{_FETCHED}/{token_hex(8)}"
    words = (
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--no-auto-maintenance",
    )
    done = git(archive.folder, *words, "--", remote.url, f"{name}:{place}")
    if done.status == 128 and any(_ABSENT.search(line) for line in done.said):
        return None
    now = archive.at(place) if done.status == 0 else None
    if now is None:
        if any("shallow" in line for line in done.said):
            raise Shallow(remote.shown)
        raise CannotReach(remote.shown, _said(remote, done), len(waiting(archive, remote)))
    return now


@contextmanager
def _forgetting(archive: Archive) -> Iterator[None]:
    """Let go, in the end, of what was fetched: what is followed has another reference by then."""
    try:
        yield
    finally:
        for name in archive.repository.references:
            if name.startswith(_FETCHED):
                archive.drop(name)


def _base(archive: Archive, remote: Remote, known: str | None, now: str, again: bool) -> "str | None":
    """The newest commit that is both here and there, or the one that a rewritten history replaces."""
    repository, tip = archive.repository, archive.tip
    both = None if tip is None else _shared(repository, tip, now)
    if known is None or known == now or again or _descends(repository, now, known):
        return both
    if _descends(repository, known, now):
        raise Rewound(remote.shown, archive.branch, known, now)
    if not remote.follows(known, now):
        raise Diverged(remote.shown, archive.branch, known, now)
    return known


def _follow(archive: Archive, remote: Remote, base: str | None, now: str, again: bool) -> None:
    """Have the branch here be that of the remote, and our commits since `base` on top of it."""
    tip, name = archive.tip, reference(archive.branch)
    if tip is None:
        archive.move(name, None, now)
    elif base != now:
        if not again and archive.part(now) != archive.part(base):
            raise Forked(remote.shown, archive.own, now)
        archive.move(name, tip, archive.replanted(archive.since(base), now))


def _shared(repository: "Repository", one: str, other: str) -> str | None:
    found: Oid | None = repository.merge_base(_id(one), _id(other))
    return None if found is None else str(found)


def _descends(repository: "Repository", later: str, earlier: str) -> bool:
    return bool(repository.descendant_of(_id(later), _id(earlier)))


def _id(hex: str) -> "Oid":
    import pygit2

    return pygit2.Oid(hex=hex)


def _said(remote: Remote, done: Done) -> tuple[str, ...]:
    """What git said, without what the URL may hold that is secret."""
    return tuple(_USER.sub("", line.replace(remote.url, remote.shown)) for line in done.said)
