"""Bringing what was written to the disk: at once, together for all who wait for it, or every now and then."""

import os
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from lamina.world.log.failures import CannotAppend, Poisoned


class Sync(StrEnum):
    """When events are durable: before a write returns, before it is settled, within an interval, or when the system likes."""

    ALWAYS = "always"
    GROUP = "group"
    INTERVAL = "interval"
    NEVER = "never"


class Syncing:
    """How far a log is durable. `end` tells the file that is written to and the number of the last event in it."""

    def __init__(self, folder: Path, end: Callable[[], tuple[int, int]]) -> None:
        self.durable = 0
        self.poison: OSError | None = None
        self._folder = folder
        self._end = end
        self._leading = False
        self._queue = threading.Lock()
        self._waiting: list[tuple[int, threading.Lock]] = []
        self._heir: threading.Lock | None = None
        # Held while a file is synced, and while it is closed because another is begun.
        self.file = threading.Lock()

    def demand_sound(self) -> None:
        """Raises Poisoned after a sync that failed."""
        if self.poison is not None:
            raise Poisoned(self._folder, self.poison)

    def now(self) -> None:
        """Sync what is written now; raises OSError, and the log is poisoned then."""
        with self.file:
            file, last = self._end()
            try:
                os.fdatasync(file)
            except OSError as error:
                self.fail(error)
                raise
        self.reach(last)

    def settle(self, seq: int) -> None:
        """Wait until event `seq` is durable: the first who waits syncs for all who wrote meanwhile.

        Raises CannotAppend for who tried it, Poisoned for the others.
        """
        with self._queue:
            turn = threading.Lock() if self._leading and self.durable < seq else None
            if turn is not None:
                turn.acquire()
                self._waiting.append((seq, turn))
            elif self.durable < seq:
                self.demand_sound()
                self._leading = True
            else:
                return
        if turn is not None and not self._told_to_lead(seq, turn):
            return
        try:
            if self.durable < seq:
                self.demand_sound()
                self.now()
        except OSError as error:
            raise CannotAppend(self._folder, error) from error
        finally:
            self._hand_on()

    def _told_to_lead(self, seq: int, turn: threading.Lock) -> bool:
        """Wait to be told that it is done, or to lead, which has to be handed on in the end."""
        try:
            turn.acquire()
        except BaseException:
            with self._queue:
                leads = self._heir is turn
                if (seq, turn) in self._waiting:
                    self._waiting.remove((seq, turn))
            if leads:
                self._hand_on()
            raise
        return self._heir is turn

    def _hand_on(self) -> None:
        """Wake those whose events are durable, and one of the others, who leads next; only they, since waking costs."""
        with self._queue:
            done = [turn for seq, turn in self._waiting if seq <= self.durable]
            self._waiting = [one for one in self._waiting if one[0] > self.durable]
            self._leading = bool(self._waiting)
            self._heir = self._waiting.pop(0)[1] if self._waiting else None
            if self._heir is not None:
                done.append(self._heir)
            for turn in done:
                turn.release()

    def reach(self, seq: int) -> None:
        """What is up to `seq` is durable."""
        self.durable = max(self.durable, seq)

    def fail(self, error: OSError) -> None:
        """Nothing is known of the disk any more: what a failed sync was to write may be gone, and a second one succeed."""
        self.poison = self.poison or error


class Interval:
    """A thread that syncs what is not durable yet, once an interval."""

    def __init__(self, syncing: Syncing, last: Callable[[], int], milliseconds: int) -> None:
        self._syncing, self._last, self._seconds = syncing, last, milliseconds / 1000
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lamina-log-sync", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let the thread end, and wait for it."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            if self._syncing.durable < self._last():
                try:
                    self._syncing.now()
                except OSError:  # the next writer is told
                    return
