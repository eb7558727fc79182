"""Caches of these tests: some entries, where the file lies, and a process that may end as it likes."""

import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from lamina.words.git_folder import GitFolder
from lamina.world.cache import Cache, open_cache


def entries(count: int, of: str = "") -> dict[bytes, bytes]:
    """Entries of many sizes, told from each other by a name; all values differ."""
    keys = [sha256(f"{of}{number}".encode()).digest() for number in range(count)]
    return {key: key * (1 + number * 7 % 150) for number, key in enumerate(keys)}


def file_of(folder: GitFolder) -> Path:
    """Where the cache of a repository lies."""
    return Path(folder.common, "lamina/cache.sqlite")


def filled(folder: GitFolder, held: dict[bytes, bytes]) -> Path:
    """A cache with some entries, which nobody has open; its file."""
    cache = open_cache(folder)
    cache.put(held)
    assert cache.get([*held]) == held
    cache.close()
    return file_of(folder)


def demand_sound(cache: Cache, held: dict[bytes, bytes]) -> int:
    """How many entries are there; each has to be as it was put."""
    found = cache.get([*held])
    assert found.items() <= held.items()
    return len(found)


def forked(act: Callable[[], object]) -> int:
    """The process of an act, a copy of this one; its status is 0 where the act comes to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def ended(child: int) -> int:
    """The status of a process that has ended, or less than nothing by a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
