"""Progress: how far long work has come, for a person who waits for it."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lamina.project import Project

_PATIENCE, _PAUSE = 1.0, 0.1
"""Seconds before anything is shown, and between two looks at it."""
_WIDTH = 20
_CLEAR = "\r\033[K"


def is_seen() -> bool:
    """Whether somebody looks at stderr, through a terminal that can take a line away again."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """A bar on stderr, on a terminal only, and only once the work has taken a second.

    Processes that do a share of the work are copies of the one that began it: they tell that one, which alone draws.
    """

    def __init__(
        self, what: str, total: Callable[[], int] = lambda: 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`total` is asked for when the bar is first drawn; where it is nothing, only what is done is told."""
        self._what = what
        self._ask_total = total
        self._clock = clock
        self._count = 0
        self._drawn = False
        self._next = clock() + _PATIENCE
        self._process = os.getpid()
        # What the copies have done, a byte for each; nobody ever waits for it.
        self._pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if is_seen() else None

    def advance(self) -> None:
        """One more is done."""
        if self._pipe is None:
            return
        if os.getpid() != self._process:
            with suppress(BlockingIOError):
                os.write(self._pipe[1], b".")
            return
        self._count += 1
        if self._clock() >= self._next:
            self._next = self._clock() + _PAUSE
            with suppress(BlockingIOError):
                self._count += len(os.read(self._pipe[0], 2**16))
            self._draw()

    def close(self) -> None:
        """Take the bar away again."""
        if self._pipe is not None:
            for descriptor in self._pipe:
                os.close(descriptor)
            self._pipe = None
            sys.stderr.write(_CLEAR if self._drawn else "")

    @cached_property
    def _total(self) -> int:
        return self._ask_total()

    def _draw(self) -> None:
        self._drawn = True
        total = max(self._total, self._count) if self._total else 0
        done = _WIDTH * self._count // total if total else 0
        bar = f"[{'#' * done}{'.' * (_WIDTH - done)}] " if total else ""
        of = f" of {total:,}" if total else ""
        sys.stderr.write(f"{_CLEAR}{bar}{self._count:,}{of} {self._what}")
        sys.stderr.flush()


@contextmanager
def told(
    project: "Project", what: str, environments: Sequence[str] = (), wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[None]:
    """Show how many documents of some environments, of all when none is named, have been made meanwhile."""

    progress = Progress(what, lambda: documents_in(project, environments, wanted))
    before, project.tree.advance = project.tree.advance, progress.advance
    try:
        yield
    finally:
        project.tree.advance = before
        progress.close()


def documents_in(
    project: "Project", environments: Sequence[str], wanted: Callable[[str], bool] = lambda _: True
) -> int:
    """About how many documents environments have, all when none is named: told from names alone."""
    topology = project.tree.topology
    names = [name for name in environments or project.concrete() if name in topology.environments]
    return sum(wanted(document) for name in names for document in topology.documents(name))
