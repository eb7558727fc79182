"""Writes that are whole or absent: a file beside and renamed, a folder beside and exchanged."""

import errno
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lamina.words.errors import Failure

_EXCHANGE = 2  # RENAME_EXCHANGE, linux/fs.h
_AT_FDCWD = -100
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
# The clocks of file systems move on every few milliseconds.
_WAIT, _MOST_WAITS = 0.002, 20


class Stamp(NamedTuple):
    """How a file stands on disk: whoever writes to it or puts another in its place gives it another stamp.

    That is so for one that was written a moment ago only once the clock of the file system has moved on.
    """

    inode: int
    size: int
    written: int
    """In nanoseconds, as whoever wrote it has it."""
    changed: int
    """In nanoseconds, as the kernel has it; another name for the file, or one less, is a change too."""

    @classmethod
    def of(cls, state: os.stat_result) -> "Stamp":
        """The stamp of a file with this state."""
        return cls(state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)

    def is_same_file(self, other: "Stamp") -> bool:
        """Whether they are of one file, as far as that can be said where it has got another name since."""
        return self[:3] == other[:3]


class CannotWrite(Failure):
    """A file or folder that cannot be written; nothing was changed."""

    def __init__(self, path: Path, error: OSError) -> None:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "make room on the disk" if is_full else "check that the folder exists and that you may write there"
        super().__init__(f"cannot write {path}: {error.strerror}", hint)


class AlreadyThere(Failure):
    """Something stands where a new file was to be made."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is already there, and is left alone", "name a new file")


class NotOurs(Failure):
    """A folder that was to be replaced, but holds what lamina did not put there."""

    def __init__(self, folder: Path, marker: str) -> None:
        hint = f"choose a new or an empty folder; lamina replaces only folders that hold its {marker}"
        super().__init__(f"{folder} is not a folder that lamina made, so it is left alone", hint)


class LinkInTheWay(Failure):
    """A link where a file or folder was to be replaced: neither it nor what it leads to is touched."""

    def __init__(self, path: Path) -> None:
        target = os.readlink(path)
        hint = f"name {os.path.realpath(path)} itself, or remove the link"
        super().__init__(f"{path} is a link to {target}, so it is left alone", hint)


class NoFile(Failure):
    """A device, a pipe or a folder where a file was to be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is no file, so it is left alone", "name a file; to print, leave the name out")


def write_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Replace a file by new bytes in one step; a file that is there keeps its permissions, a new one gets `mode`.

    Until it is in place nobody else may read it. Raises CannotWrite, and LinkInTheWay for a link.
    """
    try:
        if path.is_symlink():
            raise LinkInTheWay(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = _staged(path, data, mode)
        try:
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        raise CannotWrite(path, error) from error


def demand_replaceable(path: Path) -> None:
    """Raise what writing to a path would: LinkInTheWay, NoFile, or CannotWrite where this user may not."""
    if path.is_symlink():
        raise LinkInTheWay(path)
    if path.exists() and not path.is_file():
        raise NoFile(path)
    above = next(one for one in (path.absolute()).parents if one.exists())
    if not os.access(above, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise CannotWrite(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def add_private_file(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read, and so the folders that it needs; raises CannotWrite.

    What is there already, be it a link to nowhere, is left alone.
    """
    try:
        for folder in reversed([one for one in path.parents if not one.exists()]):
            folder.mkdir(mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except FileExistsError as error:
        raise AlreadyThere(path) from error
    except OSError as error:
        raise CannotWrite(path, error) from error


def write_files(top: Path, files: Mapping[str, bytes | None]) -> None:
    """Give several files below a folder new bytes, and remove those of None: all, or none.

    All are written beside before the first is touched, and what was done is taken back if one fails. Folders that are needed
    are made, and those that a removal leaves empty go. Raises CannotWrite, and LinkInTheWay for a link.
    """
    staged: dict[Path, Path] = {}
    made: list[Path] = []
    done: list[tuple[Path, bytes | None, int | None]] = []
    path = top
    try:
        for path, data in ((top / name, data) for name, data in files.items()):
            if path.is_symlink():
                raise LinkInTheWay(path)
            if data is not None:
                _make_above(path, made)
                staged[path] = _staged(path, data)
        for path in map(top.joinpath, files):
            before = _present(path)
            if path in staged:
                os.replace(staged[path], path)
            else:
                path.unlink(missing_ok=True)
            done.append((path, *before))
        for folder in {path.parent for path, *_ in done}:
            _sync(folder)
    except BaseException as error:
        for beside in staged.values():
            beside.unlink(missing_ok=True)
        for changed, data, mode in reversed(done):
            _put_back(changed, data, mode)
        for folder in reversed(made):
            folder.rmdir()
        if isinstance(error, OSError):
            raise CannotWrite(path, error) from error
        raise
    for path in (top / name for name, data in files.items() if data is None):
        _prune(path.parent, top)


def _present(path: Path) -> tuple[bytes, int] | tuple[None, None]:
    """The bytes of a file and its permissions."""
    try:
        return path.read_bytes(), path.stat().st_mode & 0o7777
    except FileNotFoundError:
        return None, None


def _put_back(path: Path, data: bytes | None, mode: int | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        write_file(path, data, mode)


def _make_above(path: Path, made: list[Path]) -> None:
    """Make the folders that a file needs, the outermost first, and add them to those that were made."""
    for folder in [folder for folder in reversed(path.parents) if not folder.exists()]:
        folder.mkdir()
        made.append(folder)


def _prune(folder: Path, top: Path) -> None:
    """Remove a folder that is empty, and so those above it, up to the top, which stays."""
    while folder != top and folder.is_relative_to(top):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _staged(path: Path, data: bytes, mode: int | None = None) -> Path:
    """New bytes for a file, on the disk beside it, with its permissions."""
    beside = _beside(path)
    try:
        with open(beside, "xb", opener=_for_us_alone) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(beside, _mode(path, mode))
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


@contextmanager
def replacing_folder(folder: Path, marker: str, private: bool = False) -> Iterator[Path]:
    """Give an empty folder beside `folder` to fill, and exchange the two whole if all goes well.

    A folder that is not empty is replaced only when it holds the file `marker`, and a link never; one that is there keeps
    its permissions, and a new `private` one is its owner's alone. Raises NotOurs, LinkInTheWay and CannotWrite.
    """
    folder = Path(os.path.abspath(folder))
    try:
        if folder.is_symlink():
            raise LinkInTheWay(folder)
        present = folder.exists()
        if present and not _may_be_replaced(folder, marker):
            raise NotOurs(folder, marker)
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = _beside(folder)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    try:
        # Here, so that an interruption at any moment after it takes the folder away.
        beside.mkdir(mode=0o700)
        yield beside
        new = 0o700 if private else 0o777 & ~_umask()
        os.chmod(beside, (folder.stat().st_mode & 0o7777) if present else new)
        if present:
            exchange(beside, folder)
        else:
            os.rename(beside, folder)
        _sync(folder.parent)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _may_be_replaced(folder: Path, marker: str) -> bool:
    if not folder.is_dir():
        return False
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        # Its parent's permissions would allow the exchange, but not its owner, nor the removal of what it holds.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return not any(folder.iterdir()) or (folder / marker).is_file()


def add_file(path: str | Path, data: bytes) -> Stamp:
    """Write a new file into a folder that is being filled; its parents are made when they are not there yet."""
    try:
        descriptor = os.open(path, _NEW, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, _NEW, 0o666)
    try:
        rest = data
        while (written := os.write(descriptor, rest)) < len(rest):
            rest = rest[written:]
        return Stamp.of(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def add_last_file(path: Path, data: bytes, others: int) -> Stamp:
    """Write a new file into a folder that is being filled, if it can be later than all of the `others`, by the last of them."""
    stamp = add_file(path, data)
    for _ in range(_MOST_WAITS):
        if stamp.written > others:
            break
        time.sleep(_WAIT)
        os.utime(path)
        stamp = Stamp.of(path.stat())
    return stamp


def add_link(path: str, there: str, stamp: Stamp) -> bool:
    """Take a file over into a folder that is being filled, by a second name for it; whether it had this stamp and could be."""
    try:
        os.link(there, path, follow_symlinks=False)
    except FileNotFoundError:
        if not os.path.lexists(there):
            return False
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return add_link(path, there, stamp)
    except OSError:
        return False  # a file system without second names
    state = os.lstat(path)
    if stat.S_ISREG(state.st_mode) and stamp.is_same_file(Stamp.of(state)):
        return True
    os.unlink(path)
    return False


def stamps(folder: Path) -> dict[str, Stamp | None]:
    """All that lies below a folder but for folders, by its name in it: the stamp of a plain file, None of anything else.

    Nothing, where it or a folder in it cannot be listed.
    """
    found: dict[str, Stamp | None] = {}
    waiting = [""]
    try:
        while waiting:
            below = waiting.pop()
            with os.scandir(f"{folder}/{below}") as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{below}{entry.name}/")
                    else:
                        plain = entry.is_file(follow_symlinks=False)
                        state = entry.stat(follow_symlinks=False)
                        found[f"{below}{entry.name}"] = Stamp.of(state) if plain else None
    except OSError:
        return {}
    return found


def _beside(path: Path) -> Path:
    """A name in the same folder, hidden and new."""
    return path.with_name(f".{path.name}.{os.urandom(6).hex()}")


def exchange(left: Path, right: Path) -> None:
    """Swap two folders in one step; where the kernel or file system cannot, by three renames."""
    import ctypes

    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if swap is not None and swap(_AT_FDCWD, bytes(left), _AT_FDCWD, bytes(right), _EXCHANGE) == 0:
        return
    aside = left.with_name(left.name + ".old")
    os.rename(right, aside)
    try:
        os.rename(left, right)
    except OSError:
        os.rename(aside, right)
        raise
    os.rename(aside, left)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode(path: Path, new: int | None) -> int:
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        return 0o666 & ~_umask() if new is None else new


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    """Make what was renamed in a folder last; one that may be written but not read is left to the kernel."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
