"""The folder of a log: its segments by name, opened so that no link is followed and nobody else may read them."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lamina.words.values import dataclass
from lamina.world.log.failures import CannotOpen, LinkInLog

LOCK, SLACK, TORN = "lock", "slack", "torn"
_NAME = re.compile(r"([0-9]{20})\.jsonl")
_SAFE = os.O_NOFOLLOW | os.O_CLOEXEC
_WRITABLE = 0o200


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the log: the sequence number that it begins with; one that is sealed is never written again."""

    first: int
    path: Path
    size: int
    sealed: bool


def segment_name(first: int) -> str:
    """The name of the segment that begins with an event."""
    return f"{first:020d}.jsonl"


def segments(folder: Path) -> tuple[Segment, ...]:
    """The segments of a log, the oldest first; none where there is no log. Raises LinkInLog and CannotOpen."""
    try:
        with opened_folder(folder) as there:
            return listed(there, folder)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CannotOpen(folder, error) from error


def listed(there: int, folder: Path) -> tuple[Segment, ...]:
    """The segments in an opened folder; every other name must be no link either."""
    found = []
    with os.scandir(there) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if entry.is_symlink() or (match and not entry.is_file(follow_symlinks=False)):
                raise LinkInLog(folder / entry.name)
            if match:
                with suppress(FileNotFoundError):  # retention is at work
                    status = os.stat(entry.name, dir_fd=there, follow_symlinks=False)
                    found.append(Segment(int(match[1]), folder / entry.name, status.st_size, is_sealed(status)))
    found.sort(key=lambda one: one.first)
    return tuple(Segment(one.first, one.path, one.size, one.sealed or one is not found[-1]) for one in found)


def is_sealed(status: os.stat_result) -> bool:
    """Whether a segment was made read-only."""
    return not status.st_mode & _WRITABLE


def seal(file: int) -> None:
    """Make a segment read-only; raises OSError where the file system keeps no permissions."""
    os.fchmod(file, 0o400)
    if not is_sealed(os.fstat(file)):
        raise PermissionError(errno.EPERM, "the file system keeps no permissions", None)


@contextmanager
def opened_folder(folder: Path) -> Iterator[int]:
    """A descriptor of the folder; a link is refused."""
    there = open_folder(folder)
    try:
        yield there
    finally:
        os.close(there)


def open_folder(folder: Path) -> int:
    """A descriptor of the folder, to be closed; a link is refused."""
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _SAFE)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise LinkInLog(folder) from None
        raise


def open_file(there: int, name: str, flags: int, folder: Path) -> int:
    """A descriptor of a file in the folder, to be closed: for its owner alone if it is made, and never through a link."""
    try:
        file = os.open(name, flags | _SAFE | os.O_NONBLOCK, 0o600, dir_fd=there)
    except OSError as error:
        with suppress(OSError):
            if stat.S_ISLNK(os.stat(name, dir_fd=there, follow_symlinks=False).st_mode):
                raise LinkInLog(folder / name) from error
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise LinkInLog(folder / name)
    return file


@contextmanager
def opened_file(there: int, name: str, folder: Path) -> Iterator[int]:
    """A file of the folder, to be read."""
    file = open_file(there, name, os.O_RDONLY, folder)
    try:
        yield file
    finally:
        os.close(file)


def let_go(file: int) -> None:
    """Close a file; an error of that says nothing, since what has to last was synced before."""
    with suppress(OSError):
        os.close(file)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for its owner alone."""
    for one in [one for one in reversed((folder, *folder.parents)) if not one.exists()]:
        with suppress(FileExistsError):
            one.mkdir(mode=0o700)


def sync_folders(folder: Path) -> None:
    """Bring to the disk that a folder is there: it, and all above it on its file system, whoever made them and died."""
    device = os.stat(folder).st_dev
    for one in (folder, *folder.absolute().parents):
        if os.stat(one).st_dev != device:
            return
        try:
            there = os.open(one, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError:  # a folder that this user may not list: it was not made by this user
            return
        try:
            os.fsync(there)
        finally:
            os.close(there)
