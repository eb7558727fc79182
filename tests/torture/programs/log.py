"""Writers of the event log: alone or several, in small segments, so that they turn often."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lamina.words.errors import Failure
from lamina.words.event import Draft, Event
from lamina.world.log import EventLog, Sync, check
from torture.children import Ack
from torture.judging import found, missing
from torture.programs.program import clock


@dataclass(frozen=True)
class Writer:
    """Appends one to four events a turn; a segment takes so many events."""

    name: str
    segment_events: int = 10_240
    sync: Sync = Sync.ALWAYS
    begun: int = 0

    def prepare(self, folder: Path) -> None:
        with self._opened(folder) as log:
            for number in range(self.begun):
                log.append([_draft(number)])

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        with self._opened(folder) as log:
            for turn in range(turns):
                for event in log.append([_draft(turn + more) for more in range(turn % 4 + 1)]):
                    ack(_told(event))

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        log = found(folder / "log")
        return [*log.faults, *missing(log, _read(acked))]

    def reopen(self, folder: Path, acked: Iterable[str]) -> list[str]:
        try:
            with self._opened(folder) as log:
                new = log.append([_draft(0)])
        except Failure as failure:
            return [f"cannot be opened and written to: {type(failure).__name__}: {failure.message}"]
        fault = check(folder / "log").fault
        held = found(folder / "log")
        told = [f"torn after it was opened: {held.torn} bytes"] if held.torn else []
        return [*([fault.message] if fault else []), *told, *self.judge(folder, [*acked, *map(_told, new)])]

    def _opened(self, folder: Path) -> EventLog:
        return EventLog.open(
            folder / "log", clock, store="torture-1", sync=self.sync, segment_events=self.segment_events
        )


def _draft(number: int) -> Draft:
    return Draft("run.updated", "r1", {"labels": {"turn": str(number)}, "pad": "x" * (number * 37 % 200)})


def _told(event: Event) -> str:
    return f"{event.seq} {event.hash}"


def _read(acked: Iterable[str]) -> dict[int, str]:
    return {int(seq): hash for seq, hash in (one.split(" ") for one in acked)}
