"""A look at all that lies below places: by what the file system says of each file, or by what is in it."""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from lamina.world.watching.walking import entries

Traits = tuple[int | bytes, ...]
Look = dict[str, Traits]  # by path; equal looks: nothing changed

# A larger file is told by its stat alone: lamina reads none of that size, and nothing is to be read twice a second.
_MOST_BYTES = 16 * 2**20
_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


def by_stat(path: str, found: os.stat_result) -> Traits:
    """What the file system says of a file: as much as git trusts, and its mode."""
    kind = found.st_mode, found.st_dev, found.st_ino
    if stat.S_ISDIR(found.st_mode):  # what is in it stands for itself
        return kind
    return *kind, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def by_content(path: str, found: os.stat_result) -> Traits:
    """What is in a file: its digest; where a link leads."""
    if stat.S_ISLNK(found.st_mode):
        return found.st_mode, os.fsencode(os.readlink(path))
    if not stat.S_ISREG(found.st_mode):
        return (found.st_mode,)
    if found.st_size > _MOST_BYTES:
        return by_stat(path, found)
    with open(os.open(path, _READING), "rb") as file:
        return found.st_mode, blake2b(file.read(_MOST_BYTES), digest_size=16).digest()


def look(places: Iterable[str], traits: Callable[[str, os.stat_result], Traits]) -> Look:
    """All that lies below places, with its traits; what cannot be read has its error for a trait."""
    seen: Look = {}
    for place in places:
        waiting = [place] if _seen(seen, place, traits, place) else []
        while waiting:
            folder = waiting.pop()
            try:
                found = entries(folder)
            except OSError as error:
                seen[folder] = (*seen[folder], error.errno or 0)
                continue
            waiting += [entry.path for entry in found if _seen(seen, entry.path, traits)]
    return seen


def look_again(
    seen: Look, paths: Iterable[str], places: Sequence[str], traits: Callable[[str, os.stat_result], Traits]
) -> None:
    """Bring some paths of a look up to date; they are no folders."""
    for path in paths:
        if path in places or os.path.lexists(path):
            _seen(seen, path, traits, path if path in places else "")
        else:
            seen.pop(path, None)


def _seen(seen: Look, path: str, traits: Callable[[str, os.stat_result], Traits], place: str = "") -> bool:
    """Put a path down, a place with what a link that stands there leads to; whether it is a folder to look into."""
    try:
        found = os.lstat(path)
        seen[path] = traits(path, found)
        if place and stat.S_ISLNK(found.st_mode):
            found = os.stat(path)
            seen[path] += traits(path, found)
    except OSError as error:
        seen[path] = (error.errno or 0,)
        return False
    return stat.S_ISDIR(found.st_mode)
