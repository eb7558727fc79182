"""Generations: a link that leads to one folder and then to another beside it, so that readers see the old or the new.

out -> .out.generations/1a2b3c4d5e6f.0f1e2d     what `out` leads to, and the one before it, are kept
.out.generations/.lock                         held by whoever keeps the link
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.disk import CannotWrite, NotOurs, exchange

_LOCK = ".lock"
# What begins the name of a folder that is being filled.
_NEW = ".new."


class KeptByAnother(Failure):
    """A link that another process swaps already."""

    def __init__(self, link: Path) -> None:
        super().__init__(f"another lamina watch writes to {link}", "end it first, or name another folder: -o DIR")


class Generations:
    """The keeper of a link; to be closed. `marker` is a file that a folder must hold for it to be replaced by the link."""

    def __init__(self, link: Path, marker: str) -> None:
        """Raises NotOurs for what lamina did not make, KeptByAnother and CannotWrite; nothing is changed yet."""
        self._link = Path(os.path.abspath(link))
        self._shelf = self._link.with_name(f".{self._link.name}.generations")
        self._marker = marker
        self._demand_ours()
        try:
            self._lock = self._locked()
        except OSError as error:
            raise CannotWrite(self._link, error) from error

    def put(self, name: str, fill: Callable[[Path], None], private: bool, used: Collection[str] = ()) -> Path:
        """Have the link lead to a new folder that `fill` has filled, and remove those before the last but the `used` ones.

        It has the permissions of the last one; the first is its owner's alone where it is `private`. Raises what `fill` does,
        NotOurs, KeptByAnother and CannotWrite: then the link leads where it did.
        """
        new = self._shelf / f"{_NEW}{os.urandom(6).hex()}"
        try:
            self._demand_ours()
            self._lock_again()
            self._sweep()
            new.mkdir(mode=0o700)
            fill(new)
            before = self._target()
            os.chmod(new, self._mode(private))
            made = self._shelf / f"{name}.{os.urandom(3).hex()}"
            os.rename(new, made)
            self._lead_to(made)
            self._sweep(made.name, before, *used)
            return made
        except OSError as error:
            raise CannotWrite(self._link, error) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def close(self) -> None:
        """Let another keep the link; of one that never led anywhere nothing is left."""
        if self._is_held(self._lock) and os.listdir(self._shelf) == [_LOCK]:
            with suppress(OSError):
                (self._shelf / _LOCK).unlink()
                self._shelf.rmdir()
        os.close(self._lock)

    def _demand_ours(self) -> None:
        """Raise NotOurs for a link that leads elsewhere, and a folder that holds what lamina did not make."""
        if self._link.is_symlink():
            if Path(os.readlink(self._link)).parent.name != self._shelf.name:
                raise NotOurs(self._link, self._marker)
        elif self._link.exists():
            is_ours = self._link.is_dir() and (not any(self._link.iterdir()) or (self._link / self._marker).is_file())
            if not is_ours:
                raise NotOurs(self._link, self._marker)
        foreign = self._shelf.is_symlink() or (self._shelf.exists() and not self._shelf.is_dir())
        if foreign or (self._shelf.is_dir() and any(self._shelf.iterdir()) and not (self._shelf / _LOCK).is_file()):
            raise NotOurs(self._shelf, _LOCK)

    def _locked(self) -> int:
        self._shelf.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._shelf / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise KeptByAnother(self._link) from None
        except OSError:
            os.close(lock)
            raise
        if self._is_held(lock):
            return lock
        # Whoever held it has just removed it: it keeps nobody out.
        os.close(lock)
        return self._locked()

    def _is_held(self, lock: int) -> bool:
        """Whether it is the lock that stands on disk: no longer when somebody has removed the folder."""
        try:
            return os.path.samestat(os.fstat(lock), os.lstat(self._shelf / _LOCK))
        except OSError:
            return False

    def _lock_again(self) -> None:
        """Make the folder anew that somebody removed, and lock it, unless another has done so."""
        if not self._is_held(self._lock):
            lost, self._lock = self._lock, self._locked()
            os.close(lost)

    def _target(self) -> str | None:
        """The name of the folder that the link leads to."""
        return os.path.basename(os.readlink(self._link)) if self._link.is_symlink() else None

    def _mode(self, private: bool) -> int:
        try:
            return self._link.stat().st_mode & 0o7777
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                raise
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o700 if private else 0o777 & ~mask

    def _lead_to(self, folder: Path) -> None:
        """Swap what stands at the link's name for a link to a folder, in one step."""
        beside = self._link.with_name(f".{self._link.name}.{os.urandom(6).hex()}")
        os.symlink(os.path.join(self._shelf.name, folder.name), beside)
        try:
            if self._link.is_dir() and not self._link.is_symlink():
                exchange(beside, self._link)
                shutil.rmtree(beside)
            else:
                os.replace(beside, self._link)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
        _sync(self._link.parent)

    def _sweep(self, *kept: str | None) -> None:
        """Remove the generations that are not to be kept: at first those that were left behind half-filled."""
        for folder in os.scandir(self._shelf):
            is_over = folder.name.startswith(_NEW) or (kept and folder.name not in kept)
            if is_over and folder.name != _LOCK and folder.is_dir(follow_symlinks=False):
                shutil.rmtree(folder.path, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
