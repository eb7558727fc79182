"""Reading the archive: its commits and what their trees hold; nothing here waits for a lock."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import wraps
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from lamina.words.values import dataclass
from lamina.world.archive.commits import commit_of, refusals
from lamina.world.archive.opening import opened, reference
from lamina.world.archive.trees import below, bytes_at, folder_at

if TYPE_CHECKING:
    from pygit2 import Oid, Repository

_LOOSE = re.compile("[0-9a-f]{40}")
_P = ParamSpec("_P")
_T = TypeVar("_T")


def _told(look: Callable[_P, _T]) -> Callable[_P, _T]:
    """What libgit2 and the disk refuse meanwhile becomes CannotArchive."""

    @wraps(look)
    def told(*given: _P.args, **named: _P.kwargs) -> _T:
        with refusals():
            return look(*given, **named)

    return told


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the archive: its message, when it was made (seconds since 1970), and its parents, mostly one."""

    id: str
    message: str
    time: int
    parents: tuple[str, ...]
    tree: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The private repository, opened for reading."""

    repository: "Repository" = field(repr=False)
    branch: str

    @classmethod
    @_told
    def open(cls, folder: Path, branch: str) -> "Shelf | None":
        """The archive in a folder, or None where there is none yet; raises NoArchive and Shallow."""
        return cls(opened(folder), branch) if folder.exists() else None

    @property
    def tip(self) -> str | None:
        """The newest commit here, pushed or not."""
        return self.at(reference(self.branch))

    @_told
    def at(self, name: str) -> str | None:
        """The commit that a reference is at, or None."""
        found = self.repository.references.get(name)
        return None if found is None else str(found.target)

    @_told
    def damaged(self) -> list[str]:
        """The ids of loose objects that are not what they were; asked first, as libgit2 reads one that is cut for ever."""
        found = []
        for file in sorted(Path(self.repository.path, "objects").glob("[0-9a-f][0-9a-f]/*")):
            id = file.parent.name + file.name
            if _LOOSE.fullmatch(id) and not _is_whole(file.read_bytes(), id):
                found.append(id)
        return found

    @_told
    def commits(self, tip: str | None = None) -> list[Commit]:
        """Every commit up to one (None: the newest), the oldest first."""
        import pygit2

        tip = tip or self.tip
        if tip is None:
            return []
        order = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE
        return [_commit(one) for one in self.repository.walk(_id(tip), order)]

    @_told
    def commit(self, id: str) -> Commit | None:
        """A commit by its id, or None."""
        import pygit2

        found: object = self.repository.get(id)
        return _commit(found) if isinstance(found, pygit2.Commit) else None

    @_told
    def signed(self, id: str) -> tuple[bytes, bytes] | None:
        """The signature of a commit and what was signed, or None where it has none."""
        found: tuple[bytes | None, bytes | None] = commit_of(self.repository, id).gpg_signature
        signature, payload = found
        return (signature, payload) if signature and payload else None

    @_told
    def file(self, commit: str, path: str) -> bytes | None:
        """What the file at a path of a commit's tree holds, or None."""
        return bytes_at(self.repository, self._tree(commit), path)

    @_told
    def folder(self, commit: str, path: str) -> str | None:
        """The id of the folder at a path of a commit's tree: equal ids are equal contents; None where there is none."""
        found = folder_at(self.repository, self._tree(commit), path)
        return None if found is None else str(found)

    @_told
    def paths(self, commit: str, path: str) -> dict[str, str]:
        """The files below a folder of a commit's tree, by their path below it, with the ids of their bytes."""
        found = folder_at(self.repository, self._tree(commit), path)
        return {} if found is None else {name: str(id) for name, id in below(self.repository, found)}

    @_told
    def names(self, commit: str, path: str) -> list[str]:
        """What stands directly in a folder of a commit's tree, in order."""
        found = folder_at(self.repository, self._tree(commit), path)
        return [] if found is None else [str(entry.name) for entry in self.repository[found]]  # type: ignore[attr-defined]

    def files(self, commit: str, path: str) -> Iterator[tuple[str, bytes]]:
        """The files below a folder of a commit's tree, by their path below it, with their bytes."""
        for name, id in self.paths(commit, path).items():
            yield name, self.data(id)

    @_told
    def data(self, id: str) -> bytes:
        """The bytes that have an id."""
        return self.repository[id].data  # type: ignore[no-any-return, attr-defined]

    def _tree(self, commit: str) -> "Oid":
        return commit_of(self.repository, commit).tree_id


def identity(data: bytes) -> str:
    """The id that bytes have in a repository."""
    import pygit2

    return str(pygit2.hash(data))


def _is_whole(data: bytes, id: str) -> bool:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data)
    except zlib.error:
        return False
    return stream.eof and not stream.unused_data and sha1(content, usedforsecurity=False).hexdigest() == id


def _commit(found: object) -> Commit:
    import pygit2

    assert isinstance(found, pygit2.Commit)
    return Commit(
        str(found.id), found.message, found.commit_time, tuple(map(str, found.parent_ids)), str(found.tree_id)
    )


def _id(hex: str) -> "Oid":
    import pygit2

    return pygit2.Oid(hex=hex)
