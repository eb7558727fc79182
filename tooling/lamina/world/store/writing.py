"""Files of state that are whole or absent: written beside, renamed, and forced to the disk where they have to last."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lamina.world.store.failures import CannotStore


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system refuses meanwhile, by name: CannotStore."""
    try:
        yield
    except shutil.Error as error:  # of a whole folder: for each file its place, the other, and why
        raise CannotStore(path, str(error.args[0][0][-1])) from error
    except OSError as error:
        raise CannotStore(path, error.strerror or str(error)) from error


def write_whole(path: Path, data: bytes, durable: bool) -> None:
    """Replace a file, or make it, for its owner alone; raises CannotStore, and then nothing was changed."""
    beside = staged(path, data, durable)
    try:
        os.replace(beside, path)
    except OSError as error:
        unstage(beside)
        raise CannotStore(path, error.strerror or str(error)) from error
    if durable:
        sync_folder(path.parent)


def staged(path: Path, data: bytes, durable: bool) -> Path:
    """A new file beside a path, that only has to be renamed; raises CannotStore."""
    beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            write_all(descriptor, data)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException as error:
        unstage(beside)
        if isinstance(error, OSError):
            raise CannotStore(path, error.strerror or str(error)) from error
        raise
    return beside


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however much the system takes at once."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def unstage(beside: Path) -> None:
    """Take away what was not renamed."""
    with suppress(OSError):
        os.unlink(beside)


def sync_folder(folder: Path) -> None:
    """Make names in a folder last; raises CannotStore."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise CannotStore(folder, error.strerror or str(error)) from error
