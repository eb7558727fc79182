"""A work tree whose contents are told apart by what git's index knows of them; only what it does not know is read for that."""

import os
from collections.abc import Callable
from pathlib import Path

from lamina.world.sources import Unreadable
from lamina.world.sources.hashed import object_id
from lamina.world.sources.worktree import WorkTree

_FEW = 32
"""Files that are sooner read than looked up in an index: that has to be read whole, and git asked about it."""


class IndexedTree(WorkTree):
    """A work tree; `known` says which blob a plain file of it is, None where that is not known without reading.

    `staged` says which blob git has of a file, whatever the file holds now.
    `steady` is false once a file was read that no longer held what it was taken for: what was made of this reading is then of
    no one moment, and not to be kept.
    """

    def __init__(self, root: Path, known: Callable[[str], str | None], staged: Callable[[str], str | None]) -> None:
        super().__init__(root)
        self._known = known
        self._staged = staged
        self._ids: dict[str, str | None] = {}
        self._data: dict[str, bytes] = {}
        self.steady = True

    def read(self, file: str) -> bytes:
        """The bytes of a listed file; raises Unreadable."""
        data = self._data.pop(file, None)
        if data is None:
            data = super().read(file)
            id = object_id(b"blob", data)
            self.steady = self._ids.setdefault(file, id) == id and self.steady
        return data

    def identity(self, file: str) -> str | None:
        """What tells a file apart, as `CommitTree.identity` does: the id of its blob, and of a link also that of its end's.

        None where nothing can be read.
        """
        if file not in self._ids:
            known = len(self._ids) >= _FEW and not self.is_link(file)
            self._ids[file] = (self._known(file) if known else None) or self._read(file)
        id = self._ids[file]
        return f"{self._link(file)}+{id or '-'}" if self.is_link(file) else id

    def _link(self, file: str) -> str:
        """The id of the blob that a link itself is."""
        try:
            return object_id(b"blob", os.fsencode(os.readlink(f"{self._prefix}/{file}")))
        except OSError:
            return "-"

    def is_in_git(self, file: str) -> bool:
        """Whether git has the very bytes of a listed file among its objects."""
        id = None if self.is_link(file) else self.identity(file)
        return id is not None and id == self._staged(file)

    def _read(self, file: str) -> str | None:
        try:
            data = self._data[file] = super().read(file)
        except Unreadable:
            return None
        return object_id(b"blob", data)
