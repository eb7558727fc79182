"""The folders that the kernel watches for a set of places, and what its events say about them."""

import errno
import os
from collections.abc import Iterable
from dataclasses import field

from lamina.words.values import dataclass
from lamina.world.watching.inotify import IS_FOLDER, OVERFLOW, Inotify
from lamina.world.watching.walking import counts, entries, way

# A folder that vanished or may not be read is left to the next look; these say that the kernel gives no more watches.
_LIMITS = {errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE}


@dataclass(frozen=True, slots=True)
class Told:
    """What a batch of events said: which paths were touched, whether folders came or went, whether events were lost."""

    paths: frozenset[str] = frozenset()
    folders: bool = False
    lost: bool = False

    def __bool__(self) -> bool:
        return bool(self.paths) or self.lost

    def __or__(self, other: "Told") -> "Told":
        return Told(self.paths | other.paths, self.folders or other.folders, self.lost or other.lost)


@dataclass(slots=True)
class _Folder:
    path: str
    all: bool = False
    names: set[str] = field(default_factory=set)


class Folders:
    """Watches on the folders of places, and on those above them, by which a place comes and goes.

    Raises OSError where the kernel gives no watch or no more of them.
    """

    def __init__(self, places: Iterable[str]) -> None:
        self._places = tuple(places)
        self._kernel = Inotify()
        self._watched: dict[int, _Folder] = {}
        try:
            self.arm()
        except OSError:
            self._kernel.close()
            raise

    def fileno(self) -> int:
        """The descriptor, which is ready to read when there are events."""
        return self._kernel.fileno()

    def arm(self) -> None:
        """Watch the folders that are there now, and no others. Raises OSError where there are no more watches."""
        before, self._watched = self._watched, {}
        for place in self._places:
            while not self._add_way(place):
                pass
            self._add_below(place)
        for watch in before.keys() - self._watched.keys():
            self._kernel.remove(watch)

    def read(self) -> Told:
        """What the events that wait say; nothing where none of them is about the places."""
        paths, folders, lost = set(), False, False
        for watch, mask, name in self._kernel.read():
            if mask & OVERFLOW:
                folders = lost = True
            elif (folder := self._watched.get(watch)) and (not name or name in folder.names or _within(folder, name)):
                paths.add(os.path.join(folder.path, name) if name else folder.path)
                folders = folders or not name or name in folder.names or bool(mask & IS_FOLDER)
        return Told(frozenset(paths), folders, lost)

    def close(self) -> None:
        """Give back all watches."""
        self._kernel.close()

    def _add_way(self, place: str) -> bool:
        """Watch by what a place comes and goes; false if a folder went meanwhile, so that the way is another."""
        for above, name in way(place):
            if folder := self._add(above):
                folder.names.add(name)
            elif not os.path.isdir(above):
                return False
        return True

    def _add_below(self, place: str) -> None:
        waiting = [place]
        while waiting:
            # A watch comes before the look into the folder: what is made in between is seen by one of them.
            path = waiting.pop()
            if folder := self._add(path):
                folder.path, folder.all = path, True
                waiting += _folders_in(path)

    def _add(self, path: str) -> _Folder | None:
        try:
            watch = self._kernel.add(path)
        except OSError as error:
            if error.errno in _LIMITS:
                raise
            return None
        return self._watched.setdefault(watch, _Folder(path))


def _within(folder: _Folder, name: str) -> bool:
    return folder.all and counts(name)


def _folders_in(path: str) -> list[str]:
    try:
        return [entry.path for entry in entries(path) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
