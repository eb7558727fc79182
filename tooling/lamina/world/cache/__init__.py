"""What was worked out once and need not be again: entries by key, in one file under the git folder.

An entry that is there is sound, or it is not there; what cannot be read or written is not, and nobody is told.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from lamina.words.errors import Failure
from lamina.words.git_folder import GitFolder
from lamina.words.values import dataclass
from lamina.world.cache.place import FileId, locked, made, ours, remove
from lamina.world.cache.table import WRONG, Table, id_of, is_damage

MOST_BYTES = 256 * 2**20
_FILE = "lamina/cache.sqlite"
# A file that fails this often is let alone: each time may have cost some patience.
_TRIES = 3
# For so many seconds the file is taken for the one that was there.
_GLANCE = 0.05
_MANY_MISSES = 100


class CannotClear(Failure):
    """The cache cannot be removed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be removed: {reason}", "remove it by hand; nothing but time is lost")


@dataclass(frozen=True, slots=True)
class Info:
    """What is to be said of a cache: its file, the bytes and entries that it holds, and the most bytes that it may.

    `unused` says why an existing file is of no use, as far as that is known.
    """

    path: str
    bytes: int
    entries: int
    most_bytes: int
    unused: str | None = None


class Cache:
    """The entries of a file; a key is a digest of at least eight bytes, since these place the entry."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.hits = 0
        self.misses = 0
        self._path = path
        self._most_bytes = most_bytes
        self._table: Table | None = None
        self._file: FileId | None = None
        self._known: frozenset[int] | None = None
        self._look_again = 0.0
        self._tries = _TRIES
        self._lock = Lock()
        _EVERY.add(self)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that are there and sound, by their keys."""
        found: dict[bytes, bytes] = {}
        with self._lock:
            try:
                if time.monotonic() >= self._look_again:
                    self._open(ours)
                if self._table is not None:
                    found = self._table.get(self._likely(self._table, keys))
            except WRONG as error:
                self._fail(error)
        self.hits += len(found)
        self.misses += len(keys) - len(found)
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep values; where that cannot be done they are not kept."""
        if entries:
            self._write(made, lambda table: table.put(entries, self._most_bytes))

    def close(self) -> None:
        """Let go of the file; nothing is found or kept from now on."""
        if self._table is not None:
            self._write(ours, Table.note_use)
        with self._lock:
            self._tries = 0
            self._let_go()

    def _write(self, at: Callable[[Path], FileId | None], act: Callable[[Table], None]) -> None:
        with self._lock:
            try:
                if self._tries:
                    with locked(self._path.parent) as alone:
                        if alone:
                            self._open(at)
                            if self._table is not None:
                                act(self._table)
                                self._known = None
            except WRONG as error:
                self._fail(error)

    def _open(self, at: Callable[[Path], FileId | None]) -> None:
        """See to it that the table is that of the file that lies there now."""
        file = at(self._path) if self._tries else None
        if file != self._file:
            self._let_go()
            if file is not None:
                self._table, self._file = Table(self._path), file
        self._look_again = time.monotonic() + _GLANCE

    def _likely(self, table: Table, keys: Sequence[bytes]) -> Sequence[bytes]:
        """The keys that may be there: who has asked for much in vain is told at once what is not."""
        if self._known is None:
            if self.misses < _MANY_MISSES:
                return keys
            self._known = table.ids()
        known = self._known
        return [key for key in keys if id_of(key) in known]

    def _fail(self, error: Exception) -> None:
        """Whatever goes wrong is nobody's concern; a file that is damaged, or of another version, is taken away."""
        self._tries -= 1
        self._let_go()
        if is_damage(error, os.access(self._path, os.W_OK)):
            with suppress(OSError), locked(self._path.parent) as alone:
                if alone:
                    remove(self._path)

    def _let_go(self) -> None:
        table, self._table, self._file, self._known, self._look_again = self._table, None, None, None, 0.0
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
    return Cache(_place(folder), most_bytes)


def info(folder: GitFolder) -> Info:
    """What there is of a repository's cache."""
    path = _place(folder)
    size, entries, unused = 0, 0, None
    with suppress(FileNotFoundError):
        try:
            size = os.lstat(path).st_size
            if ours(path) is None:
                unused = "it could have been written by somebody else"
            else:
                table = Table(path)
                entries = table.entries
                table.close()
        except FileNotFoundError:
            raise
        except OSError as error:
            unused = error.strerror
        except WRONG as error:
            unused = "its text is damaged" if isinstance(error, UnicodeError) else str(error)
    return Info(str(path), size, entries, MOST_BYTES, unused)


def clear(folder: GitFolder) -> int:
    """Remove a repository's cache: how many bytes that was; raises CannotClear."""
    path = _place(folder)
    try:
        size = os.lstat(path).st_size
        with locked(path.parent) as alone:
            if not alone:
                raise CannotClear(path, "it is in use, or another user's")
            remove(path)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise CannotClear(path, error.strerror or str(error)) from error
    return size


def _place(folder: GitFolder) -> Path:
    return Path(folder.common, _FILE)


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
