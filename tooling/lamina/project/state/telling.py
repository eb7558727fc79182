"""What happened in a run, by the log of its store alone: neither records nor snapshots are looked at."""

from collections.abc import Iterator
from pathlib import Path

from lamina.project.state.opening import StatePlace, home_of
from lamina.thought.timeline import NoSuchRun, Timeline, timeline
from lamina.words.errors import Failure
from lamina.words.event import Event
from lamina.words.event_line import event
from lamina.world.log import lines
from lamina.world.store.home import demand_no_link


class NoLog(Failure):
    """A store without a log of events."""

    def __init__(self, folder: Path) -> None:
        hint = (
            "none is kept with persistence.events.enabled: false; else a program makes it when it first opens the store"
        )
        super().__init__(f"there is no log of events in {folder}", hint)


def events_of_run(place: StatePlace, run: str) -> list[Event]:
    """All events of a run that the log still has, each verified; raises NoStateKept, NoLog, NoSuchRun and what the log does."""
    found = list(_events_of_run(_log_of(place), run))
    if not found:
        raise NoSuchRun(run)
    return found


def timeline_of_run(place: StatePlace, run: str) -> Timeline:
    """The timeline of a run; raises as `events_of_run`."""
    return timeline(run, events_of_run(place, run))


def gate_events(place: StatePlace) -> Iterator[Event]:
    """What gates said, in all runs; nothing where no log is kept."""
    home = home_of(place)
    if home.log.is_dir():
        yield from (event(data[:-1]) for data in lines(home.log) if b',"type":"gate.' in data)


def _log_of(place: StatePlace) -> Path:
    home = home_of(place)
    demand_no_link(home)
    if not home.log.is_dir():
        raise NoLog(home.log)
    return home.log


def _events_of_run(log: Path, run: str) -> Iterator[Event]:
    # Few lines of a log are of one run: only those that could be are read as JSON.
    mark = f'","run":"{run}","data":'.encode(errors="replace")
    for data in lines(log):
        if mark in data and (one := event(data[:-1])).run == run:
            yield one
