"""Which processes are at work: each holds the lock of a file of its own as long as it lives, and the kernel lets go of it.

A process is known by host, boot, number and start, but whether it lives is asked of the lock, and of nothing else. After a
fork the child is nobody until it begins as an owner itself.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from lamina.words.event_line import name
from lamina.words.values import dataclass
from lamina.world.store.failures import CannotStore, StoreLink
from lamina.world.store.forking import tell_of_forks

_SUFFIX = ".lock"
_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC
_PLAIN = re.compile(r"[^A-Za-z0-9-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Process:
    """What a process says of itself: the machine, its boot, the process's number, and when it began (ticks since boot)."""

    host: str
    boot: str
    pid: int
    start: int


class Owner:
    """This process as an owner; `close` ends it, as does the end of the process."""

    def __init__(self, id: str, process: Process, path: Path, descriptor: int) -> None:
        self.id = id
        self.process = process
        self._path = path
        self._descriptor = descriptor
        tell_of_forks(self)

    def __del__(self) -> None:
        self.close()

    @property
    def is_live(self) -> bool:
        """Whether this process is that owner still: false once it was closed, and in a child."""
        return self._descriptor >= 0

    def close(self) -> None:
        """Be it no more; the file goes too."""
        if self._descriptor >= 0:
            with suppress(OSError):
                self._path.unlink()
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1

    def before_fork(self) -> None:
        """Nothing has to rest."""

    def after_fork(self, in_child: bool) -> None:
        """A child shares the lock by its copy of the descriptor, and would keep a dead parent alive."""
        if in_child and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Owners:
    """The owners of a store, by the folder of their locks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, process: Process | None = None) -> Owner:
        """This process as a new owner, whose id is a name in run state; raises CannotStore and StoreLink."""
        process = process or this_process()
        host = _PLAIN.sub("-", process.host).strip("-")[:40] or "host"
        try:
            if self.folder.is_symlink():
                raise StoreLink(self.folder)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            while True:
                id = name(f"{host}-{process.pid}-{os.urandom(6).hex()}")
                path = self.folder / (id + _SUFFIX)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                    said = {"host": process.host, "boot": process.boot, "pid": process.pid, "start": process.start}
                    os.write(descriptor, orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))
                    # Somebody may have taken it for one that was left, before it was locked.
                    if path.exists():
                        return Owner(id, process, path, descriptor)
                except BaseException:
                    path.unlink(missing_ok=True)
                    os.close(descriptor)
                    raise
                os.close(descriptor)
        except OSError as error:
            raise CannotStore(self.folder, error.strerror or str(error)) from error

    def alive(self, id: str) -> bool:
        """Whether an owner lives; raises CannotStore where that cannot be told."""
        path = self._path(id)
        descriptor = _opened(path)
        if descriptor is None:
            return False
        try:
            return not _free(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def of(self, id: str) -> Process | None:
        """What an owner said of itself, as long as its file is there."""
        descriptor = _opened(self._path(id))
        if descriptor is None:
            return None
        with open(descriptor, "rb") as stream:
            try:
                said = orjson.loads(stream.read(1 << 16))
                return Process(str(said["host"]), str(said["boot"]), int(said["pid"]), int(said["start"]))
            except (ValueError, KeyError, TypeError):
                return None

    def live(self) -> list[str]:
        """The ids of all that live, sorted."""
        return [id for id in self._ids() if self.alive(id)]

    def sweep(self) -> list[str]:
        """Remove the files of the dead; their ids. One whose lock is held stays, whoever holds it."""
        gone = []
        for id in self._ids():
            path = self._path(id)
            descriptor = _opened(path)
            if descriptor is None:
                continue
            try:
                # Under its lock, so that nobody begins with it meanwhile.
                if _free(descriptor, fcntl.LOCK_EX):
                    path.unlink(missing_ok=True)
                    gone.append(id)
            except OSError as error:
                raise CannotStore(path, error.strerror or str(error)) from error
            finally:
                os.close(descriptor)
        return gone

    def _ids(self) -> Iterator[str]:
        try:
            found = sorted(one.name for one in os.scandir(self.folder) if one.is_file(follow_symlinks=False))
        except FileNotFoundError:
            return
        yield from (one.removesuffix(_SUFFIX) for one in found if one.endswith(_SUFFIX))

    def _path(self, id: str) -> Path:
        return self.folder / (name(id) + _SUFFIX)


def this_process(read: Callable[[Path], bytes] = Path.read_bytes) -> Process:
    """What this process says of itself; where the system does not tell its boot and start, those are empty and zero."""
    boot, start = "", 0
    with suppress(OSError, ValueError, IndexError):
        boot = read(Path("/proc/sys/kernel/random/boot_id")).decode("ascii").strip()
        # The program's name stands in parentheses and may hold any; the start is the 20th after it.
        start = int(read(Path("/proc/self/stat")).rpartition(b")")[2].split()[19])
    return Process(os.uname().nodename, boot, os.getpid(), start)


def _opened(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | _FLAGS)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise StoreLink(path) from None
        raise CannotStore(path, error.strerror or str(error)) from error


def _free(descriptor: int, how: int) -> bool:
    """Whether nobody else holds a lock; if so, this descriptor does, alone or shared with others who ask."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
