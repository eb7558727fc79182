"""SQLite connections that are lent to one thread at a time.

SQLite's locks belong to the process, so no connection may be carried through a fork: the idle ones are closed before it.
A database file that was replaced by another is opened anew.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, local
from typing import TYPE_CHECKING

from lamina.words.errors import Failure
from lamina.world.store.forking import tell_of_forks

if TYPE_CHECKING:
    import apsw

# A file system and a file of it.
Place = tuple[int, int] | None


class Forked(Failure):
    """A store that a thread was using at the moment when the process was forked."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was in use while this process was forked", "open the store after the fork")


class Connections:
    """The connections of this process to one database file."""

    def __init__(self, path: Path, opened: Callable[[], "tuple[apsw.Connection, Place]"]) -> None:
        self.path = path
        self._opened = opened
        self._idle: list[tuple[apsw.Connection, Place]] = []
        self._lent: dict[apsw.Connection, Place] = {}
        self._forked = False
        self._lock = Lock()
        self._held = local()
        tell_of_forks(self)

    @property
    def holds(self) -> bool:
        """Whether this thread holds on to one."""
        return getattr(self._held, "one", None) is not None

    @contextmanager
    def lent(self) -> Iterator["apsw.Connection"]:
        """The connection that this thread holds on to, else one for the moment; raises Forked."""
        if self.holds:
            yield self._held.one
        else:
            with self.fresh() as one:
                yield one

    @contextmanager
    def holding(self) -> Iterator["apsw.Connection"]:
        """A connection that this thread holds on to until the end; raises Forked."""
        with self.fresh() as one:
            self._held.one = one
            try:
                yield one
            finally:
                self._held.one = None

    @contextmanager
    def fresh(self) -> Iterator["apsw.Connection"]:
        """A connection that nobody else has, nor holds on to; raises Forked."""
        one = self._taken()
        try:
            yield one
        finally:
            with self._lock:
                if not self._forked:
                    where = self._lent.pop(one)
                    if one.in_transaction:
                        # Only where it could not even be rolled back.
                        _close(one)
                    else:
                        self._idle.append((one, where))

    def is_current(self, one: "apsw.Connection") -> bool:
        """Whether one that is lent is still of the file that lies there now."""
        return self._lent.get(one) == place(self.path)

    def close(self) -> None:
        """Close those that nobody has; the others go with their threads."""
        with self._lock:
            while self._idle:
                _close(self._idle.pop()[0])

    def _taken(self) -> "apsw.Connection":
        now = place(self.path)
        with self._lock:
            if self._forked:
                raise Forked(self.path)
            while self._idle:
                one, was = self._idle.pop()
                if was == now:
                    self._lent[one] = was
                    return one
                _close(one)
        one, where = self._opened()
        with self._lock:
            self._lent[one] = where
        return one

    def before_fork(self) -> None:
        """Close those that nobody has."""
        self._lock.acquire()
        while self._idle:
            _close(self._idle.pop()[0])

    def after_fork(self, in_child: bool) -> None:
        """Go on; in a child, only if none was lent."""
        if not in_child:
            self._lock.release()
            return
        # One that is lent may be neither used nor closed here, nor may another stand beside it: it stays where it is.
        self._forked = bool(self._lent)
        self._held = local()
        self._lock = Lock()


def place(path: Path) -> Place:
    """Which file lies at a path."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _close(one: "apsw.Connection") -> None:
    """Close a connection; what could not be tidied up then is tidied up by the next that opens the file."""
    import apsw

    with suppress(apsw.Error):
        one.close()
