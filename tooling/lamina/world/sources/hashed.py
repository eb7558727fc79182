"""The files of a work tree with the ids that git would give them, so that they can be compared with those of a commit."""

import os
import stat
from pathlib import Path

from lamina.world.sources import Listing, Unreadable
from lamina.world.sources.memory import Memory, Moved
from lamina.world.sources.worktree import WorkTree

_LINK, _FOLDER = b"120000", b"40000"


class HashedTree:
    """A work tree whose files are read once each, however often they are asked for.

    Nothing is asked of git: what it ignores or does not know has an id too, and makes that of its folder another. With a
    `memory` files that look as they did are not read to be told apart.
    """

    def __init__(self, root: Path, memory: Memory | None = None) -> None:
        self._tree = WorkTree(root)
        self._prefix = os.path.realpath(root)
        self._memory = memory
        self._listing: Listing | None = None
        self._data: dict[str, bytes] = {}
        self._entries: dict[str, tuple[bytes, str] | None] = {}
        self._links: dict[str, tuple[str, ...]] = {}

    def list(self) -> Listing:
        """Every file that lamina reads (see `listed`)."""
        if self._listing is None:
            self._listing = self._tree.list()
            if self._memory is not None:
                self._memory.keep_only(self._listing.files)
        return self._listing

    def every(self) -> tuple[str, ...]:
        """All files of the repository, as git knows them."""
        return self._tree.every()

    def read(self, file: str) -> bytes:
        """The bytes of a listed file, as they were when it was read first; raises Unreadable, and Moved with a memory."""
        if file not in self._data:
            data = self._tree.read(file)
            entry = self._entries.get(file)
            if self._memory is not None and entry and entry[0] != _LINK and entry[1] != object_id(b"blob", data):
                self._memory.forget(file)
                raise Moved(file)
            self._data[file] = data
        return self._data[file]

    def identity(self, name: str) -> str | None:
        """What tells the content at a name apart, as `CommitTree.identity` does: equal where a commit of it would be."""
        entry = self._entry(name)
        if entry is None:
            return None
        mode, id = entry
        links = self._links[name] if mode == _FOLDER else (name,) if mode == _LINK else ()
        return "+".join((id, *(self._end(link) for link in links)))

    def _end(self, link: str) -> str:
        """The id of the file that a link leads to."""
        if self._tree.end(link) != "file":
            return "-"
        try:
            return object_id(b"blob", self.read(link))
        except Unreadable:
            return "-"

    def _entry(self, name: str) -> tuple[bytes, str] | None:
        """The mode and the id that a tree of git would hold; None for nothing, and for what no tree holds."""
        if name not in self._entries:
            self._entries[name] = self._looked_at(name)
        return self._entries[name]

    def _looked_at(self, name: str) -> tuple[bytes, str] | None:
        path = f"{self._prefix}/{name}"
        try:
            state = os.lstat(path)
            if stat.S_ISLNK(state.st_mode):
                return _LINK, object_id(b"blob", os.fsencode(os.readlink(path)))
            if stat.S_ISREG(state.st_mode):
                return b"100755" if state.st_mode & 0o100 else b"100644", self._id(name, state)
            return self._folder(name) if stat.S_ISDIR(state.st_mode) else None
        except (OSError, Unreadable):
            return None

    def _id(self, file: str, state: os.stat_result) -> str:
        def read() -> str:
            return object_id(b"blob", self.read(file))

        return self._memory.id(file, state, read) if self._memory is not None else read()

    def _folder(self, folder: str) -> tuple[bytes, str] | None:
        """A tree of git: its entries in git's order, in which a folder's name ends in a slash; none for an empty folder."""
        found: list[tuple[bytes, bytes]] = []
        links: dict[bytes, tuple[str, ...]] = {}
        for entry, kind in self._tree.inside(folder):
            name = f"{folder}/{entry}"
            known = self._entry(name)
            if known is not None:
                place = os.fsencode(entry) + b"/" * (kind == "folder")
                found.append((place, b"%s %s\0" % (known[0], os.fsencode(entry)) + bytes.fromhex(known[1])))
                links[place] = self._links.get(name, ()) if kind == "folder" else (name,) * (kind == "link")
        self._links[folder] = tuple(link for place in sorted(links) for link in links[place])
        return (_FOLDER, object_id(b"tree", b"".join(data for _, data in sorted(found)))) if found else None


def object_id(kind: bytes, data: bytes) -> str:
    """The id that git gives to an object."""
    from hashlib import sha1

    made = sha1(b"%s %d\0" % (kind, len(data)), usedforsecurity=False)
    made.update(data)
    return made.hexdigest()
