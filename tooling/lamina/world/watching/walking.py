"""What lies below the places that are watched: git's own folders are left out, and no link is followed but a place itself."""

import os
from collections.abc import Iterator

_LEFT_OUT = ".git"
_MOST_LINKS = 40  # as many as the kernel follows


def counts(name: str) -> bool:
    """Whether a name in a watched folder is looked at."""
    return name != _LEFT_OUT


def entries(folder: str) -> list["os.DirEntry[str]"]:
    """What lies in a folder, as far as it is looked at. Raises OSError."""
    with os.scandir(folder) as found:
        return [entry for entry in found if counts(entry.name)]


def way(place: str) -> Iterator[tuple[str, str]]:
    """The folders, and the names in them, by which a place comes, goes and is led elsewhere.

    They are the place itself in its folder, every link on the way, and where the way ends before the place, the name that
    is missing. Each is given before it is looked at again: who watches it misses nothing that comes later.
    """
    at, names, links = "/", place.split("/")[::-1], 0
    while names and links < _MOST_LINKS:
        match names.pop():
            case "" | ".":
                continue
            case "..":
                at = os.path.dirname(at)
                continue
            case name:
                path = os.path.join(at, name)
        if not names or os.path.islink(path) or not os.path.isdir(path):
            yield at, name
        if target := _target(path):
            links += 1
            names += target.split("/")[::-1]
            at = "/" if target.startswith("/") else at
        elif os.path.isdir(path):
            at = path
        else:
            return


def _target(path: str) -> str:
    """Where a link leads; empty for what is no link."""
    try:
        return os.readlink(path)
    except OSError:
        return ""
