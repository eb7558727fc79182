"""The files of a commit, read from git's object database: what a checkout of it would hold, without one."""

import stat
from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from lamina.world.sources import Listing, Obstacle, Unreadable
from lamina.world.sources.walking import End, Kind, listed, special

_Path: TypeAlias = tuple[str, ...]

_SUBMODULE = 0o160000
_OUTSIDE: _Path = ("..",)
# How many links one may lead through, and how long its text may be; no file system takes a longer one.
_MOST_LINKS, _LONGEST_LINK = 200, 4096


class Entry(Protocol):
    """What a tree of git says of a name: the mode, as of a file, and the object."""

    @property
    def mode(self) -> int: ...
    @property
    def id(self) -> str: ...


class Objects(Protocol):
    """The object database; an object that is damaged raises LookupError."""

    def folder(self, tree: str) -> Mapping[str, Entry]:
        """The entries of a tree, in git's order; a byte that is no UTF-8 is a surrogate."""

    def links(self, tree: str) -> tuple[str, ...]:
        """The names of the links in a tree, at any depth."""

    def blob(self, id: str) -> bytes:
        """The bytes of a blob."""


class CommitTree:
    """A repository as it is in a commit: the tree's id, and the folder in it that is the repository's root ("" for the top).

    Links are followed within that folder by the tree's own entries: what a file is does not depend on any disk.
    """

    def __init__(self, objects: Objects, tree: str, start: str = "") -> None:
        self._objects = objects
        self._tree = tree
        self._start = _steps(start)
        self.start = "/".join(self._start)
        self._folders: dict[_Path, Mapping[str, Entry]] = {}

    def list(self) -> Listing:
        """Every file that lamina reads (see `listed`)."""
        return listed(self)

    def every(self) -> tuple[str, ...]:
        """All plain files of the commit, below the root; links and submodules are none."""
        return tuple(sorted(self._plain(self._start, "")))

    def _plain(self, folder: _Path, prefix: str) -> Iterator[str]:
        try:
            entries = self._folder(folder)
        except LookupError:
            return
        for name, entry in entries.items():
            if stat.S_ISDIR(entry.mode):
                yield from self._plain((*folder, name), f"{prefix}{name}/")
            elif stat.S_ISREG(entry.mode):
                yield prefix + name

    def read(self, file: str) -> bytes:
        """The bytes of a file as they were committed; raises Unreadable."""
        try:
            entry = self._file((*self._start, *_steps(file)))
            if entry is None:
                raise Unreadable(special(file))
            return self._objects.blob(entry.id)
        except LookupError as error:
            raise Unreadable(_damaged(file, error)) from error

    def identity(self, name: str) -> str | None:
        """What tells the content at a name apart: two that have the same read alike, in whatever commits.

        It is the id of the object, and those of what links lead to from there; None where nothing stands.
        """
        path = (*self._start, *_steps(name))
        entry = self._entry(path)
        if entry is None:
            return None
        if stat.S_ISDIR(entry.mode):
            ends = [self._file((*path, *_steps(link))) for link in self._objects.links(entry.id)]
        else:
            ends = [self._file(path)] if stat.S_ISLNK(entry.mode) else []
        return "+".join((entry.id, *(end.id if end else "-" for end in ends)))

    def place(self, file: str) -> str | None:
        """The name, from the top of the git repository, of the file that a name leads to; None where there is none."""
        path = (*self._start, *_steps(file))
        return "/".join(self._real(path)) if self._file(path) else None

    def root_above(self, folder: str) -> str | None:
        """The nearest folder, from `folder` upwards, that has `lamina.yaml` or `environments/`; None where none has."""
        steps = _steps(folder)
        for length in range(len(steps), -1, -1):
            above = "/".join(steps[:length])
            at = CommitTree(self._objects, self._tree, above)
            if at.kind("lamina.yaml") is not None or at.kind("environments") in ("folder", "link"):
                return above
        return None

    def kind(self, name: str) -> Kind | None:
        """What stands at a name; None for nothing."""
        entry = self._entry((*self._start, *_steps(name)))
        return _kind(entry.mode) if entry else None

    def inside(self, folder: str) -> tuple[tuple[str, Kind], ...]:
        """The entries of a folder by name; raises Unreadable."""
        try:
            entries = self._folder((*self._start, *_steps(folder)))
        except LookupError as error:
            raise Unreadable(_damaged(folder, error)) from error
        return tuple(sorted((name, _kind(entry.mode)) for name, entry in entries.items()))

    def end(self, link: str) -> End:
        """Where a link leads in the end."""
        real = self._real((*self._start, *_steps(link)))
        if not self._is_inside(real):
            return "outside"
        entry = self._entry(real)
        kind = _kind(entry.mode) if entry else None
        return kind if kind in ("file", "folder") else "nothing"

    def _file(self, path: _Path) -> Entry | None:
        """The file at a path of the git repository, links followed; None where none is, or it is outside."""
        real = self._real(path)
        entry = self._entry(real) if self._is_inside(real) else None
        return entry if entry and stat.S_ISREG(entry.mode) else None

    def _real(self, path: _Path) -> _Path:
        """A path without links, as `os.path.realpath` has it; one that leaves the git repository ends in `_OUTSIDE`."""
        pending, links = [*reversed(path)], 0
        at: _Path = ()
        while pending:
            step = pending.pop()
            if step == ".." and not at:
                return _OUTSIDE
            at = at[:-1] if step == ".." else (*at, step)
            entry = self._entry(at)
            if entry is not None and stat.S_ISLNK(entry.mode):
                target = self._objects.blob(entry.id).decode("utf-8", "surrogateescape")
                links += 1
                if links > _MOST_LINKS or len(target) > _LONGEST_LINK:
                    return at
                if target.startswith("/"):
                    return _OUTSIDE
                at = at[:-1]
                pending += reversed(_steps(target))
        return at

    def _is_inside(self, real: _Path) -> bool:
        return real is not _OUTSIDE and real[: len(self._start)] == self._start != real

    def _entry(self, path: _Path) -> Entry | None:
        return self._folder(path[:-1]).get(path[-1]) if path else None

    def _folder(self, path: _Path) -> Mapping[str, Entry]:
        """The entries of a folder by its path in the git repository; none where there is no such folder."""
        if path not in self._folders:
            entry = self._folder(path[:-1]).get(path[-1]) if path else None
            tree = self._tree if not path else entry.id if entry and stat.S_ISDIR(entry.mode) else None
            self._folders[path] = self._objects.folder(tree) if tree else {}
        return self._folders[path]


def _steps(name: str) -> _Path:
    return tuple(step for step in name.split("/") if step not in ("", "."))


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    # A submodule's mode is none that a file can have: that of a folder and of a link at once.
    return "submodule" if mode == _SUBMODULE else "link" if stat.S_ISLNK(mode) else "special"


def _damaged(file: str, error: LookupError) -> Obstacle:
    return Obstacle(file, "unreadable-file", f"cannot be read: {error}", "git fsck tells what is damaged")
