"""The object database of git, as a source of commits reads it: trees are read once, however many commits share them."""

import stat
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.history.failures import Damaged, NotFetched

if TYPE_CHECKING:
    from pygit2 import Repository

_ID_BYTES = 20  # SHA-1; repositories with other ids are not opened


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree says of a name: the mode, as of a file, and the id of the object."""

    mode: int
    id: str


class Database:
    """The objects of one repository, by who reads one; raises Damaged, and NotFetched for what a partial clone lacks."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self.read = read
        self._folders: dict[str, Mapping[str, Entry]] = {}
        self._links: dict[str, tuple[str, ...]] = {}

    def folder(self, tree: str) -> Mapping[str, Entry]:
        """The entries of a tree, in git's order; a byte that is no UTF-8 is a surrogate."""
        if tree not in self._folders:
            data = self.read(tree)
            try:
                self._folders[tree] = dict(_entries(data))
            except ValueError:
                raise Damaged(tree, "is no tree") from None
        return self._folders[tree]

    def links(self, tree: str) -> tuple[str, ...]:
        """The names of the links in a tree, at any depth."""
        if tree not in self._links:
            self._links[tree] = tuple(self._links_in(tree))
        return self._links[tree]

    def _links_in(self, tree: str) -> Iterator[str]:
        for name, entry in self.folder(tree).items():
            if stat.S_ISLNK(entry.mode):
                yield name
            elif stat.S_ISDIR(entry.mode):
                yield from (f"{name}/{link}" for link in self.links(entry.id))

    def blob(self, id: str) -> bytes:
        """The bytes of a blob."""
        return self.read(id)


def read_object(repository: "Repository", id: str) -> bytes:
    """The bytes of an object, by libgit2; raises Damaged and NotFetched."""
    from pygit2 import GitError

    try:
        return repository.read(id)[1]
    except KeyError:
        raise missing(repository, id) from None
    except (GitError, ValueError, OSError) as error:
        raise Damaged(id, f"cannot be read: {error}") from error


def missing(repository: "Repository", id: str) -> Failure:
    """Why an object is not there: left on the server by a partial clone, or lost."""
    # Of a partial clone a remote has promised to give objects later.
    names = (entry.name for entry in repository.config)
    promised = any(name.startswith("remote.") and name.endswith(".promisor") for name in names)
    return NotFetched(id) if promised else Damaged(id, "is missing")


def _entries(data: bytes) -> Iterator[tuple[str, Entry]]:
    """The entries of a tree's bytes: `MODE NAME\\0ID` each; raises ValueError."""
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        id = data[end + 1 : end + 1 + _ID_BYTES]
        if len(id) != _ID_BYTES:
            raise ValueError("cut short")
        yield data[space + 1 : end].decode("utf-8", "surrogateescape"), Entry(int(data[at:space], 8), id.hex())
        at = end + 1 + _ID_BYTES
