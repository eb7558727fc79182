"""Noticing that files changed: by the kernel's events, with a look at times for what they miss, or by polling.

    with closing(watching(places_of_worktree(root))) as watch:
        while watch.wait():
            read what is there now

Places are folders, with all below them but git's own, and files; none needs to be there yet. The system is asked by ctypes,
and only Linux (inotify) gives events; elsewhere, and on file systems that others change too (NFS, FUSE ...), contents are
compared twice a second.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lamina.world.watching.places import places_of_branch, places_of_folder, places_of_worktree

__all__ = ["Watch", "places_of_branch", "places_of_folder", "places_of_worktree", "watching"]


class Watch(Protocol):
    """A look-out for changes, for one thread that waits."""

    @property
    def how(self) -> str:
        """How changes are noticed, for people: `events`, or `polling every 0.5 s, since ...`; it may change."""

    def wait(self, seconds: float | None = None) -> bool:
        """True as soon as something may have changed since the last True; False when the time is over, or when closed."""

    def wake(self) -> None:
        """Have `wait` return True now; other threads and signal handlers may call it."""

    def close(self) -> None:
        """Give all back; a thread that waits gets False."""


def watching(places: Sequence[Path], *, debounce: float = 0.002, sweep: float = 2.0) -> Watch:
    """Watch places from now on.

    A change is told when nothing more came for `debounce` seconds, and within some 10 ms; what events miss is looked for
    every `sweep` seconds, less often where the look takes long.
    """
    from lamina.world.watching.noticing import Noticing

    return Noticing([os.path.abspath(place) for place in places], debounce, sweep)
