"""What was read of the files of a work tree, by what the file system says of them: what did not change is not read again.

A file is known by its device, inode, mode, size and times. Clocks of file systems are coarse: what is changed twice within
one tick looks the same after the second time. So what was read is trusted only if the file looked the same for longer than
a tick before it was read; until then it is read again, as git does with files that are as young as its index.

A file that another takes the place of is whole from the first. One that is written where it stands may be seen half written,
and nobody says when that is done: `young` names one whose content is another since a moment ago.
"""

import os
import time
from collections.abc import Callable, Collection
from typing import TypeAlias

from lamina.words.errors import Failure
from lamina.words.values import dataclass

Look: TypeAlias = tuple[int, ...]

# The ticks of kernels are at most 10 ms long; file systems that keep whole seconds keep as few as every second one.
_TICK, _COARSE_TICK = 0.05, 2.1
_FINE = 1_000_000
# Seconds without a change after which a file is taken for written.
_QUIET = 0.025
# Seconds for which a file that is written again and again is waited for.
_LONGEST_WRITE = 1.0


class Moved(Failure):
    """A file was changed while it was read."""

    def __init__(self, file: str) -> None:
        super().__init__(f"{file} was changed while it was read", "it is read again with the next change")
        self.file = file


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it looked since some time, the id of what was read in it, and whether that can be trusted."""

    look: Look
    since: float
    id: str
    settled: bool


class Memory:
    """The ids of files by their names, as long as this lives."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._written: dict[str, float] = {}
        self._waiting: float | None = None
        self._began = False
        self.reads = 0

    def id(self, file: str, state: os.stat_result, read: Callable[[], str]) -> str:
        """The id of a file that looks like this, read where that is needed."""
        now, look, seen = self._clock(), look_of(state), self._seen.get(file)
        if seen is not None and seen.look == look:
            if seen.settled:
                return seen.id
            since = seen.since
        else:
            since = now
        tick = _TICK if state.st_ctime_ns % _FINE or state.st_mtime_ns % _FINE else _COARSE_TICK
        self.reads += 1
        id = read()
        self._seen[file] = _Seen(look, since, id, now - since >= tick)
        if self._began and (seen is None or seen.id != id):
            self._written.pop(file, None)
            if seen is None or not state.st_size or seen.look[:2] == look[:2]:
                self._written[file] = now
        return id

    def begin(self) -> None:
        """What is there by now is taken as it is; what is new from now on may be half written."""
        self._began = True
        self._written.clear()

    def young(self, files: Collection[str]) -> str | None:
        """One of the files that may be half written, since its content is another since a moment ago, where it stands.

        What is never done is not waited for.
        """
        now = self._clock()
        young = next((file for file, at in self._written.items() if now - at < _QUIET and file in files), None)
        self._waiting = None if young is None else self._waiting or now
        return young if self._waiting and now - self._waiting < _LONGEST_WRITE else None

    def emptied(self, files: Collection[str]) -> str | None:
        """One of the files that has nothing in it any more."""
        empty = (file for file in self._written if not self._seen[file].look[3])
        return next((file for file in empty if file in files), None)

    def forget(self, file: str) -> None:
        """Have a file read the next time."""
        seen = self._seen.get(file)
        if seen is not None:
            self._seen[file] = _Seen(seen.look, seen.since, seen.id, False)

    def keep_only(self, files: Collection[str]) -> None:
        """Forget files that are gone, where they are many."""
        if len(self._seen) > 2 * len(files) + 100:
            there = frozenset(files)
            self._seen = {file: seen for file, seen in self._seen.items() if file in there}
            self._written = {file: since for file, since in self._written.items() if file in there}


def look_of(state: os.stat_result) -> Look:
    """What the file system says of a file, but for its name and when it was read."""
    return (state.st_dev, state.st_ino, state.st_mode, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
