"""The files of a work tree, as they are on disk; nothing outside the repository's root is ever opened."""

import os
import stat
from operator import itemgetter
from pathlib import Path

from lamina.world.sources import Listing, Obstacle, Unreadable
from lamina.world.sources.everything import every_file
from lamina.world.sources.walking import End, Kind, listed, special

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_CHUNK = 2**20
# No file of a repository is near it: more is never read into memory.
_MOST_BYTES = 64 * 2**20


class WorkTree:
    """A repository's work tree, by the path of its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = os.path.realpath(root)
        self._links: dict[str, str] = {}

    def list(self) -> Listing:
        """Every file that lamina reads (see `listed`)."""
        return listed(self)

    def every(self) -> tuple[str, ...]:
        """All files that git tracks or would track; outside git, all that are there."""
        return every_file(self.root)

    def read(self, file: str) -> bytes:
        """The bytes of a listed file, whole; opened without waiting, so that a pipe cannot hang the program."""
        path = self._links.get(file) or f"{self._prefix}/{file}"
        try:
            # No link is followed here: those that stay inside the repository were resolved when they were listed.
            descriptor = os.open(path, _READ)
            try:
                state = os.fstat(descriptor)
                if not stat.S_ISREG(state.st_mode):
                    raise Unreadable(special(file))
                if state.st_size > _MOST_BYTES:
                    raise Unreadable(_too_large(file))
                # One more than there should be, so that one call tells that it is all.
                data = os.read(descriptor, state.st_size + 1)
                if len(data) != state.st_size:
                    data += _rest(descriptor)
                    if len(data) > _MOST_BYTES:
                        raise Unreadable(_too_large(file))
                return data
            finally:
                os.close(descriptor)
        except OSError as error:
            fix = "give yourself read permission" if isinstance(error, PermissionError) else "look at the file"
            raise Unreadable(Obstacle(file, "unreadable-file", f"cannot be read: {error.strerror}", fix)) from error

    def is_link(self, file: str) -> bool:
        """Whether a listed file is a link to one."""
        return file in self._links

    def kind(self, name: str) -> Kind | None:
        """What stands at a name; None for nothing."""
        try:
            mode = os.lstat(f"{self._prefix}/{name}").st_mode
        except OSError:
            return None
        if stat.S_ISLNK(mode):
            return "link"
        return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "special"

    def inside(self, folder: str) -> tuple[tuple[str, Kind], ...]:
        """The entries of a folder by name; raises Unreadable."""
        try:
            with os.scandir(f"{self._prefix}/{folder}") as entries:
                return tuple(sorted([(entry.name, _kind(entry)) for entry in entries], key=itemgetter(0)))
        except OSError as error:
            message = f"cannot be listed: {error.strerror}"
            raise Unreadable(Obstacle(folder, "unreadable-file", message, "give yourself permission")) from error

    def end(self, link: str) -> End:
        """Where a link leads in the end; one to a file inside is read from there."""
        real = os.path.realpath(f"{self._prefix}/{link}")
        if not real.startswith(self._prefix + os.sep):
            return "outside"
        if os.path.isfile(real):
            self._links[link] = real
            return "file"
        return "folder" if os.path.isdir(real) else "nothing"


def _too_large(file: str) -> Obstacle:
    return Obstacle(file, "too-large", f"the file has more than {_MOST_BYTES >> 20} MiB", "split it into documents")


def _rest(descriptor: int) -> bytes:
    """What follows in a file that is another size than was said; a byte more than is wanted of one that grows without end."""
    found, size = [], 0
    while size <= _MOST_BYTES and (data := os.read(descriptor, _CHUNK)):
        found.append(data)
        size += len(data)
    return b"".join(found)


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_file(follow_symlinks=False):
        return "file"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "link" if entry.is_symlink() else "special"
