"""Auditing a store: its log on the disk, by the anchors in its archive and those that somebody keeps elsewhere."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lamina.project.questions import Project
from lamina.project.state.opening import StatePlace, home_of, present_projection
from lamina.project.state.snapshots import newest
from lamina.thought.anchors import flaws
from lamina.thought.anchors.auditing import ARCHIVE, Audit, Found, audit
from lamina.thought.anchors.flaws import Flaw
from lamina.thought.anchors.people import Told, told
from lamina.thought.anchors.signers import Signers, read_signers
from lamina.thought.archiving import layout
from lamina.words.errors import Failure
from lamina.words.event import Head
from lamina.world.archive.shelf import Shelf
from lamina.world.files import read_file
from lamina.world.log import CorruptLog, Segment, lines, read, segments
from lamina.world.sources import Unreadable
from lamina.world.store import home as homes
from lamina.world.store.home import Home

_BRANCH = "state-archive"
# Where the private repository remembers what it last saw at its remotes.
_SEEN, SEEN = "refs/lamina/remote/", "the archive as it was last seen at its remote"


def audit_store(place: StatePlace, project: Project | None, copies: Sequence[Path] = ()) -> Audit:
    """Audit the store at a place; `project` says who may sign and which branch is the archive, `copies` are anchors in files.

    Raises NoStateKept, NoStore, CannotRead, and what the log and the archive raise where they cannot be read at all.
    """
    home = home_of(place)
    store = homes.marker(home).store
    signers, wrong = _signers(project)
    branch = project.tree.settings.archive_branch if project else _BRANCH
    shelf = Shelf.open(home.archive, branch)
    end = newest(shelf, store) if shelf else None
    found = [
        *(_archived(shelf, store) if shelf else ()),
        *(Found(str(one), one.name, read_file(one)) for one in copies),
    ]
    applied, more = _applied(place, home)
    result = audit(store, lambda: _log(home), found, signers, applied, end.seq if end else 0)
    return replace(result, flaws=(*result.flaws, *wrong, *more))


def audit_log(place: StatePlace, run: str | None = None, since: datetime | None = None) -> Iterator[Told]:
    """What people, and those who keep the store, did: the oldest first; of one run, or since a moment.

    Raises NoStateKept, NoStore, and CorruptLog where the log is.
    """
    home = home_of(place)
    homes.marker(home)
    start = since.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if since else ""
    for event in read(home.log):
        if (run is None or event.run == run) and event.time >= start and (one := told(event)) is not None:
            yield one


def _log(home: Home) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files of a log, with their lines; what is not whole at the very end is not part of it yet."""
    present = segments(home.log)
    ends = [*(one.first - 1 for one in present[1:]), None]
    for segment, end in zip(present, ends, strict=True):
        yield f"log/{segment.path.name}", _lines(home, segment, end)


def _lines(home: Home, segment: Segment, end: int | None) -> Iterator[bytes]:
    """The lines of a segment, and the one that is not what was written as it stands there: the audit judges it itself."""
    try:
        yield from lines(home.log, segment.first - 1, end)
    except CorruptLog as fault:
        if fault.path != segment.path:
            return
        with open(fault.path, "rb") as file:
            file.seek(fault.offset)
            yield file.readline(1 << 21)


def _signers(project: Project | None) -> tuple[Signers | None, list[Flaw]]:
    """Who may sign; None where the settings name no file. One that cannot be read allows nobody."""
    file = project.tree.settings.archive_signers if project else None
    if project is None or file is None:
        return None, []
    try:
        text = project.source.read(file).decode()
    except (Unreadable, UnicodeDecodeError) as error:
        return Signers(), [flaws.no_file_of_signers(file, str(error))]
    found = read_signers(text)
    return found, [flaws.bad_signers(file, line, why) for line, why in found.faults]


def _archived(shelf: Shelf, store: str) -> Iterator[Found]:
    """The anchors in the archive: where its branch is, and where it was when it was last seen at its remote."""
    folder = f"{layout.own(store)}/anchors"
    seen = sorted(name for name in shelf.repository.references if name.startswith(_SEEN))
    for where, commit in ((ARCHIVE, shelf.tip), *((SEEN, shelf.at(name)) for name in seen)):
        if commit is not None:
            for file, data in shelf.files(commit, folder):
                yield Found(where, f"{folder}/{file}", data)


def _applied(place: StatePlace, home: Home) -> tuple[Head | None, list[Flaw]]:
    """The last event that the records contain; records that cannot be read are told, and are no reason to stop."""
    try:
        projection = present_projection(place, home)
    except Failure as failure:
        return None, [flaws.unreadable_records(os.path.basename(home.database), failure.message)]
    if projection is None:
        return None, []
    try:
        return projection.applied, []
    finally:
        projection.close()
