"""Going on with a store that lost something, by the word of a person: nothing is thrown away, and the word is recorded."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from lamina.changes.state.opening import opened
from lamina.project.state.opening import StatePlace, home_of, projection_of
from lamina.words.event import UNLOGGED, Draft, Head
from lamina.words.values import dataclass
from lamina.world.log import check, cut, read
from lamina.world.store.failures import Damaged
from lamina.world.store.home import Home, marker


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done: what was set aside of the log, and how many events the records were made of.

    `records` is where those are that the log does not have any more, None where it has them.
    """

    aside: tuple[str, ...]
    events: int
    records: Path | None = None


def repaired(
    place: StatePlace, reason: str, by: str, clock: Callable[[], datetime], warn: Callable[[str], None]
) -> Repair:
    """End the log before its fault, if it has one, and make the records anew from what it still has."""
    home = home_of(place)
    store = marker(home).store
    fault = check(home.log).fault
    aside = cut(home.log, fault) if fault is not None else ()
    records = _set_unknown_aside(place, home)
    with opened(place, clock, warn) as made:
        events = made.rebuild()
        said = {"store": store, "reason": reason, "by": by, "aside": list(aside)}
        if records is not None:
            said["records"] = records.name
        made.note(Draft("log.opened", None, said))
    return Repair(aside, events, records)


def rebuilt(place: StatePlace, clock: Callable[[], datetime], warn: Callable[[str], None]) -> int:
    """Make the records anew from the log, be they so damaged that they cannot be read; how many events were told."""
    home = home_of(place)
    marker(home)
    _set_damaged_aside(place, home)
    with opened(place, clock, warn) as store:
        return store.rebuild()


def _set_unknown_aside(place: StatePlace, home: Home) -> Path | None:
    """Move records of what the log does not have out of the way, and say where; those that were kept without a log stay."""
    _set_damaged_aside(place, home)
    projection = projection_of(place.settings, home)
    try:
        applied = projection.applied
    finally:
        projection.close()
    if applied.hash == UNLOGGED or not applied.seq or _has(home, applied):
        return None
    there = home.database if home.database.exists() else home.records
    aside = _free(there, "unknown")
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            there.with_name(f"{there.name}{end}").rename(f"{aside}{end}")
    return aside


def _has(home: Home, applied: Head) -> bool:
    """Whether an event is in the log."""
    if not home.log.is_dir():
        return False
    return any(one.hash == applied.hash for one in read(home.log, applied.seq - 1, applied.seq))


def _set_damaged_aside(place: StatePlace, home: Home) -> None:
    """Move records that cannot be read, or contradict themselves, out of the way."""
    if not _is_damaged(place, home):
        return
    for one in (home.database, *(home.database.with_name(home.database.name + end) for end in ("-wal", "-shm"))):
        with suppress(FileNotFoundError):
            one.rename(_free(one, "damaged"))


def _is_damaged(place: StatePlace, home: Home) -> bool:
    try:
        projection = projection_of(place.settings, home)
        try:
            return bool(projection.faults())
        finally:
            projection.close()
    except Damaged:
        return True


def _free(path: Path, why: str) -> Path:
    number = 1
    while (found := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    return found
