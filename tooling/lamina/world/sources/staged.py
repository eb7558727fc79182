"""What is staged, as the tree that git would commit now: made of the index in memory, and never written."""

import stat
from collections.abc import Mapping

from lamina.words.values import dataclass
from lamina.world.sources.commit import Entry, Objects
from lamina.world.sources.hashed import object_id

_FOLDER = 0o040000


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a tree that git has not written."""

    mode: int
    id: str


class StagedObjects:
    """An object database with the trees of an index beside what is in it; `tree` is the id of the topmost.

    The ids are those that git will give to them, so a folder that is staged as it was committed has the same.
    """

    def __init__(self, below: Objects, entries: Mapping[str, tuple[int, str]]) -> None:
        self._below = below
        self._trees: dict[str, Mapping[str, Entry]] = {}
        self.tree = self._planted(entries)

    def folder(self, tree: str) -> Mapping[str, Entry]:
        """The entries of a tree, in git's order."""
        return self._trees[tree] if tree in self._trees else self._below.folder(tree)

    def links(self, tree: str) -> tuple[str, ...]:
        """The names of the links in a tree, at any depth."""
        if tree not in self._trees:
            return self._below.links(tree)
        found: list[str] = []
        for name, entry in self._trees[tree].items():
            if stat.S_ISLNK(entry.mode):
                found.append(name)
            elif stat.S_ISDIR(entry.mode):
                found += (f"{name}/{link}" for link in self.links(entry.id))
        return tuple(found)

    def blob(self, id: str) -> bytes:
        """The bytes of a blob; staging a file has written it."""
        return self._below.blob(id)

    def _planted(self, entries: Mapping[str, tuple[int, str]]) -> str:
        """Keep the tree of files by name, and the trees in it: its id."""
        inside: dict[str, dict[str, tuple[int, str]]] = {}
        found: dict[str, Entry] = {}
        for name, (mode, id) in entries.items():
            folder, slash, rest = name.partition("/")
            if slash:
                inside.setdefault(folder, {})[rest] = (mode, id)
            else:
                found[name] = _Entry(mode, id)
        found |= {name: _Entry(_FOLDER, self._planted(below)) for name, below in inside.items()}
        # In git's order a folder's name ends in a slash.
        placed = {_bytes(name) + b"/" * stat.S_ISDIR(entry.mode): name for name, entry in found.items()}
        tree = {placed[place]: found[placed[place]] for place in sorted(placed)}
        lines = (b"%o %s\0" % (entry.mode, _bytes(name)) + bytes.fromhex(entry.id) for name, entry in tree.items())
        id = object_id(b"tree", b"".join(lines))
        self._trees[id] = tree
        return id


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
