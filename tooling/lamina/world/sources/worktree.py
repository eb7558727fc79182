"""The files of a work tree, as they are on disk; nothing outside the repository's root is ever opened."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lamina.world.sources import Listing, Obstacle, Unreadable

_FOLDERS = ("environments", "schemas")
_SETTINGS = "lamina.yaml"
_LAYERS = (".yaml", ".yml", ".json")


class WorkTree:
    """A repository's work tree, by the path of its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = os.path.realpath(root)
        self._links: dict[str, str] = {}

    def list(self) -> Listing:
        """Every file under environments/ and schemas/, and lamina.yaml."""
        files: list[str] = []
        obstacles: list[Obstacle] = []
        for name in (_SETTINGS, *_FOLDERS):
            for found in self._walk(name, wanted=name in _FOLDERS):
                if isinstance(found, str):
                    files.append(found)
                else:
                    obstacles.append(found)
        return Listing(tuple(sorted(files)), tuple(sorted(obstacles, key=lambda obstacle: obstacle.file)))

    def read(self, file: str) -> bytes:
        """The bytes of a listed file, whole; opened without waiting, so that a pipe cannot hang the program."""
        path = self._links.get(file) or f"{self._prefix}/{file}"
        try:
            # No link is followed here: those that stay inside the repository were resolved when they were listed.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
            with open(descriptor, "rb") as stream:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise Unreadable(_special(file))
                return stream.read()
        except OSError as error:
            fix = "give yourself read permission" if isinstance(error, PermissionError) else "look at the file"
            raise Unreadable(Obstacle(file, "unreadable-file", f"cannot be read: {error.strerror}", fix)) from error

    def _walk(self, name: str, wanted: bool) -> Iterator[str | Obstacle]:
        """Files and obstacles at and below a name; `wanted` says that a folder is what should stand there."""
        try:
            mode = os.lstat(os.path.join(self._prefix, name)).st_mode
        except OSError:
            return
        if stat.S_ISDIR(mode) and wanted:
            yield from self._folder(name)
        else:
            yield self._one(name, mode)

    def _folder(self, folder: str) -> Iterator[str | Obstacle]:
        try:
            entries = sorted(os.scandir(os.path.join(self._prefix, folder)), key=lambda entry: entry.name)
        except OSError as error:
            yield Obstacle(folder, "unreadable-file", f"cannot be listed: {error.strerror}", "give yourself permission")
            return
        for entry in entries:
            name = f"{folder}/{entry.name}"
            if not name.isprintable() or "\\" in entry.name:
                shown = name.encode("utf-8", "backslashreplace").decode()
                fix = "rename it: letters, digits, - and _"
                yield Obstacle(repr(shown)[1:-1], "bad-name", "the name holds characters that cannot be printed", fix)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name.endswith(_LAYERS):
                    yield Obstacle(name, "folder-for-file", "is a folder, and its name is that of a file", "rename it")
                elif not entry.name.startswith("."):
                    yield from self._folder(name)
            elif entry.is_file(follow_symlinks=False):
                yield name
            else:
                yield self._one(name, entry.stat(follow_symlinks=False).st_mode)

    def _one(self, name: str, mode: int) -> str | Obstacle:
        """What an odd entry is: a link that stays inside and ends at a file is a file; all else is an obstacle."""
        if stat.S_ISREG(mode):
            return name
        if stat.S_ISDIR(mode):
            return Obstacle(name, "folder-for-file", "is a folder, and its name is that of a file", "rename it")
        if not stat.S_ISLNK(mode):
            return _special(name)
        real = os.path.realpath(os.path.join(self._prefix, name))
        if not real.startswith(self._prefix + os.sep):
            return _leaves(name)
        if os.path.isfile(real):
            self._links[name] = real
            return name
        what = "a folder" if os.path.isdir(real) else "nothing"
        return Obstacle(name, "bad-link", f"is a link to {what}; a link must lead to a file", "replace it by a file")


def _leaves(file: str) -> Obstacle:
    message = "is a link that leaves the repository, so it is not followed"
    return Obstacle(file, "link-out", message, "replace it by a file")


def _special(file: str) -> Obstacle:
    return Obstacle(file, "special-file", "is no regular file", "replace it by a file")
