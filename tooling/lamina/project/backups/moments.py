"""A store at one moment, while programs go on writing to it: where its log ended then, and the records up to there."""

from contextlib import closing
from dataclasses import field
from pathlib import Path

from lamina.project.backups.records import Records, text_of, wanted
from lamina.project.state.opening import StatePlace, present_projection
from lamina.thought.runs.replaying import Replay
from lamina.words.errors import Failure
from lamina.words.event import Head
from lamina.words.runs import KINDS
from lamina.words.values import dataclass
from lamina.world import log
from lamina.world.store.home import Home, NoStore


class NotInLog(Failure):
    """Records that are ahead of their log, which could not be written then."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"what happened last is in the records and not in the log of {folder}, which could not be written",
            "make it writable, and do anything with the store: the log is brought up to the records first",
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """A store at one moment; `first` is None where no log is kept."""

    head: Head
    first: int | None
    records: bytes = field(repr=False)
    blobs: frozenset[str]


def moment_of(place: StatePlace, home: Home) -> Moment:
    """The store as it is now. Nobody who writes waits. Raises NoStore, NotInLog, and what the log and the projection raise."""
    end = log.head(home.log)
    projection = present_projection(place, home)
    if projection is not None:
        with closing(projection), projection.reading():
            applied = projection.applied
            if not end.seq:
                return _moment(projection, applied, None)
            # Events are told to the records after they are in the log, so those up to `applied` are all there.
            if applied.seq >= end.seq:
                if applied.hash == _UNLOGGED:
                    raise NotInLog(home.folder)
                return _moment(projection, applied, log.first(home.log))
    if not end.seq:
        raise NoStore(home.folder)
    replay = Replay(log.read(home.log, upto=end.seq))
    return _moment(replay, replay.applied, log.first(home.log))


# The hash of an event that is in no log.
_UNLOGGED = "f" * 64


def _moment(records: Records, head: Head, first: int | None) -> Moment:
    named = frozenset(wanted(one for kind in KINDS for run in records.runs() for one in records.of_run(kind, run.id)))
    return Moment(head, first, text_of(records), named)
