"""What was worked out once and need not be again: entries by key, in one file under the git folder.

An entry that is there is sound, or it is not there; what cannot be read or written is not, and nobody is told.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from lamina.words.git_folder import GitFolder
from lamina.world.cache.place import locked, made, ours
from lamina.world.cache.table import Table, is_damage

__all__ = ["Cache", "open_cache"]

MOST_BYTES = 256 * 2**20
_FILE = "lamina/cache.sqlite"


class Cache:
    """The entries of a file; a key is a digest of at least eight bytes, since these place the entry."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.hits = 0
        self.misses = 0
        self._path = path
        self._most_bytes = most_bytes
        self._table: Table | None = None
        self._closed = False
        self._lock = Lock()
        _EVERY.add(self)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there and sound, by their keys."""
        found: dict[bytes, bytes] = {}
        with self._lock, self._tried():
            table = self._opened(ours)
            found = table.get(keys) if table else {}
        self.hits += len(found)
        self.misses += len(keys) - len(found)
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep values; where that cannot be done they are not kept."""
        if not entries:
            return
        with self._lock, self._tried(), locked(self._path.parent) as alone:
            table = self._opened(made) if alone else None
            if table:
                table.put(entries, self._most_bytes)

    def close(self) -> None:
        """Let go of the file; nothing is found or kept from now on."""
        with self._lock:
            self._closed = True
            self._let_go()

    def _opened(self, at: Callable[[Path], bool]) -> Table | None:
        """The table, opened when it is needed first."""
        if self._table is None and not self._closed and at(self._path):
            self._table = Table(self._path)
        return self._table

    @contextmanager
    def _tried(self) -> Iterator[None]:
        """Whatever goes wrong is nobody's concern; a file that is damaged, or of another version, is taken away."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._let_go()
            if isinstance(error, sqlite3.Error) and is_damage(error):
                with suppress(OSError), locked(self._path.parent) as alone:
                    if alone:
                        _remove(self._path)

    def _let_go(self) -> None:
        table, self._table = self._table, None
        if table is not None:
            with suppress(sqlite3.Error):
                table.close()

    def before_fork(self) -> None:
        """Let go of the file, as no connection may be carried through a fork."""
        self._lock.acquire()
        self._let_go()

    def after_fork(self) -> None:
        """Go on, in the parent and in the child."""
        self._lock.release()


def open_cache(folder: GitFolder, *, most_bytes: int = MOST_BYTES) -> Cache:
    """The cache of a repository; its file is opened, and made, when it is needed first."""
    return Cache(Path(folder.common, _FILE), most_bytes)


def _remove(path: Path) -> None:
    # The journal goes last: SQLite would play one back into whatever file lies there, but not into one that is new.
    path.unlink(missing_ok=True)
    path.with_name(path.name + "-journal").unlink(missing_ok=True)


_EVERY: WeakSet[Cache] = WeakSet()
_FORKING: list[Cache] = []


def _before() -> None:
    _FORKING[:] = list(_EVERY)
    for one in _FORKING:
        one.before_fork()


def _after() -> None:
    while _FORKING:
        _FORKING.pop().after_fork()


os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
