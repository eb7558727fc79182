"""A folder for plain secrets while a person works on them: in memory where there is such a place, for its owner alone.

It is wiped and removed however the work ends, by SIGTERM, SIGHUP or SIGQUIT too. One that `kill -9` has left behind is
removed by the next: whoever works in a folder holds a lock on it, and a dead process holds none.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from lamina.words.errors import Failure
from lamina.world.private.wiping import wipe_folder

_PREFIX = "lamina-edit."
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_IN_MEMORY = ("tmpfs", "ramfs")
_MOUNTS = Path("/proc/self/mountinfo")


class NoPlace(Failure):
    """There is no folder where plain text may lie while it is edited."""

    def __init__(self, places: Sequence[Path]) -> None:
        tried = ", ".join(map(str, places))
        super().__init__(
            f"no folder for the plain text could be made: tried {tried}", "let TMPDIR name a folder of yours"
        )


class _Ended(BaseException):
    """A signal asked this process to end."""

    def __init__(self, number: int) -> None:
        self.number = number


@contextmanager
def private_folder(places: Sequence[Path], otherwise: Path, warn: Callable[[str], None]) -> Iterator[Path]:
    """A new folder in the first of the places that is kept in memory, else in `otherwise`, with a warning; raises NoPlace.

    It and all that is in it are gone when this ends. To be entered in the main thread, since it hears signals.
    """
    for place in dict.fromkeys((*places, otherwise)):
        _sweep(place)
    with _unwinding():
        folder: Path | None = None
        lock = -1
        try:
            folder, lock = _first_made([place for place in places if is_in_memory(place)], otherwise, warn)
            yield folder
        finally:
            _leave(folder, lock, warn)


def is_in_memory(folder: Path) -> bool:
    """Whether a folder lies on a file system that is kept in memory, as far as the system tells."""
    try:
        device = os.stat(folder).st_dev
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    name = f"{os.major(device)}:{os.minor(device)}"
    fields = next((fields for line in mounts if (fields := line.split())[2] == name), ["-", ""])
    return fields[fields.index("-") + 1] in _IN_MEMORY


def _first_made(in_memory: Sequence[Path], otherwise: Path, warn: Callable[[str], None]) -> tuple[Path, int]:
    for place in in_memory:
        with suppress(OSError):
            return _made(place)
    try:
        made = _made(otherwise)
    except OSError:
        made = None
    if made is None:
        raise NoPlace([*in_memory, otherwise])
    warn(f"no folder in memory was found, so the plain text lies on disk while you edit: in {made[0]}")
    return made


def _made(place: Path) -> tuple[Path, int]:
    """A new folder for this user alone, and the descriptor that holds its lock."""
    while True:
        folder = place / f"{_PREFIX}{os.urandom(8).hex()}"
        os.mkdir(folder, 0o700)
        lock = _locked(folder)
        if lock is not None and folder.exists():
            return folder, lock
        # Somebody took it for one left behind, before it was locked.
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the lock of a folder of this user; None where somebody else holds it."""
    lock = -1
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.geteuid():
            return lock
    except OSError:
        pass
    if lock >= 0:
        os.close(lock)
    return None


def _sweep(place: Path) -> None:
    """Remove what dead processes of this user left behind in a place."""
    with suppress(OSError):
        for left in sorted(place.glob(f"{_PREFIX}*")):
            lock = _locked(left)
            if lock is not None:
                wipe_folder(left)
                os.close(lock)


def _leave(folder: Path | None, lock: int, warn: Callable[[str], None]) -> None:
    """Wipe the folder; no signal comes between."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {*_ENDING, signal.SIGINT})
    try:
        if folder is not None and not wipe_folder(folder):
            warn(f"{folder} could not be removed: it holds plain text, so remove it yourself")
        if lock >= 0:
            os.close(lock)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


@contextmanager
def _unwinding() -> Iterator[None]:
    """Let signals that end a process unwind it first; then it ends by that very signal. An ignored one stays ignored."""

    def unwind(number: int, frame: FrameType | None) -> None:
        raise _Ended(number)

    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    old = {number: signal.signal(number, unwind) for number in heard}
    ended = None
    try:
        yield
    except _Ended as end:
        ended = end.number
    finally:
        for number, action in old.items():
            signal.signal(number, action)
    if ended is not None:
        signal.raise_signal(ended)
