"""Files that a command names, in a repository or not: read whole, found above or below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from lamina.words.errors import Failure

_LEFT_OUT = {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"}


class CannotRead(Failure):
    """A file that was named and cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}", "name a file that is there and that you may read")


def read_file(path: Path) -> bytes:
    """A file's bytes; raises CannotRead."""
    reason = ""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    raise CannotRead(path, reason)


def file_above(folder: Path, name: str) -> Path | None:
    """The nearest file of a name, in a folder or one above it."""
    folder = Path(os.path.abspath(folder))
    return next((one / name for one in (folder, *folder.parents) if (one / name).is_file()), None)


def files_below(folder: Path) -> Iterator[Path]:
    """All plain files below a folder, sorted; links are not followed, nor are the folders of version control and tools.

    Raises CannotRead for a folder that cannot be looked into.
    """
    reason = ""
    found: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise CannotRead(folder, reason)
    for entry in found:
        if entry.is_file(follow_symlinks=False):
            yield folder / entry.name
    for entry in found:
        if entry.is_dir(follow_symlinks=False) and entry.name not in _LEFT_OUT:
            yield from files_below(folder / entry.name)
