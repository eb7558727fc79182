"""Putting a store that was built beside into its place: what stood there is kept, and no moment is without a store.

The file of a projection goes first and comes last: a home without one builds it anew, while one with another's is refused.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.disk import AlreadyThere, LinkInTheWay, exchange
from lamina.world.store import home as homes
from lamina.world.store.failures import CannotStore
from lamina.world.store.home import Home
from lamina.world.store.owners import Owners

_BUILT = ".restoring"
_KEPT = ".before"


class StillInUse(Failure):
    """A store that programs are at work with."""

    def __init__(self, owners: list[str]) -> None:
        super().__init__(
            f"programs are at work with this store: {', '.join(owners)}",
            "stop them first, or restore beside it: --into PATH",
        )


def demand_free(target: Home, replacing: bool) -> None:
    """Raise for a place that cannot be restored to: LinkInTheWay, AlreadyThere unless it is replaced, StillInUse."""
    for path in (target.folder, target.database):
        if path.is_symlink():
            raise LinkInTheWay(path)
        if path.exists() and not replacing:
            raise AlreadyThere(path)
    if target.folder.exists() and (live := Owners(target.owners).live()):
        raise StillInUse(live)


@contextmanager
def placed(target: Home) -> Iterator[Home]:
    """An empty home beside the place, to be filled; what is left of it in the end goes. Raises CannotStore."""
    new = homes.home(_beside(target, _BUILT))
    try:
        target.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(new)
        new.folder.mkdir(mode=0o700)
    except OSError as error:
        raise CannotStore(target.folder.parent, error.strerror or str(error)) from error
    try:
        yield new
    finally:
        _remove(new)


def moved(new: Home, target: Home) -> Path | None:
    """Put the new home where none is: nothing has to be kept."""
    os.rename(new.folder, target.folder)
    _move_database(new, target)
    return None


def exchanged(new: Home, target: Home) -> Path | None:
    """Put the new home where another is, and give the folder where that is kept; None where it held nothing but an archive."""
    held = target.marker.exists()
    number = 1
    while (kept := homes.home(_beside(target, f"{_KEPT}-{number}"))).folder.exists():
        number += 1
    _move_database(target, kept)
    # Under the name that the old one gets: whoever dies after the exchange has kept it already.
    os.rename(new.folder, kept.folder)
    exchange(kept.folder, target.folder)
    _move_database(new, target)
    if not held:
        shutil.rmtree(kept.folder)
    return kept.folder if held else None


def _beside(target: Home, what: str) -> Path:
    return target.folder.with_name(f"{target.folder.name}{what}.sqlite")


def _move_database(source: Home, target: Home) -> None:
    """What belongs to the file of a projection, with it: first what SQLite keeps beside it, so that nothing is mixed."""
    for suffix in ("-wal", "-shm", ""):
        path = source.database.with_name(source.database.name + suffix)
        if path.exists():
            os.rename(path, target.database.with_name(target.database.name + suffix))


def _remove(home: Home) -> None:
    shutil.rmtree(home.folder, ignore_errors=True)
    for suffix in ("-wal", "-shm", ""):
        home.database.with_name(home.database.name + suffix).unlink(missing_ok=True)
