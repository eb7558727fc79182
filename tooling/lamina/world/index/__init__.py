"""Git's index as a memory of stats: which files of a work tree are, byte for byte, the blobs that git has for them.

Format: https://git-scm.com/docs/index-format; the rule of racy entries: https://git-scm.com/docs/racy-git.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from lamina.words.git_folder import GitFolder
from lamina.world.index.converting import Attributes, asking_git
from lamina.world.index.entries import Entries, read_entries


class Index:
    """The ids that git's index has for the files of a work tree, as far as they prove themselves by what `lstat` says."""

    def __init__(self, entries: Entries, attributes: Attributes, top: str, start: str) -> None:
        self._entries = entries
        self._attributes = attributes
        self._top = top
        self._start = start

    def id(self, name: str) -> str | None:
        """The id of the blob that a file holds, which is named below the root; None where only its bytes can tell.

        A link, a file that git does not track, and one that may have been touched since git looked have none.
        """
        path = self._start + name
        if self._attributes.may_convert(path):
            return None
        return self._entries.proved(os.fsencode(path), f"{self._top}/{path}")

    def staged(self, name: str) -> str | None:
        """The id of the blob that git has staged for a file, whatever it holds now; None for one that git does not track."""
        return self._entries.staged(os.fsencode(self._start + name))

    def ids(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of all files that have one."""
        return {name: id for name in names if (id := self.id(name)) is not None}


def read_index(root: Path, folder: GitFolder) -> Index | None:
    """The index of the work tree that `root` stands in, whose git folder is given; None where it proves nothing.

    That is where it is absent, damaged, shared with a second file, of SHA-256, or where git's configuration converts files.
    """
    start = os.path.relpath(os.path.realpath(root), folder.top) + "/"
    with asking_git(folder) as answer:
        entries = read_entries(f"{folder.own}/index")
        if entries is None or not answer():
            return None
    return Index(entries, Attributes(folder.top, entries), folder.top, "" if start == "./" else start)
