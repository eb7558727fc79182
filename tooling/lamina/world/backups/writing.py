"""Writing a backup: beside its place, for its owner alone, forced to the disk, and renamed when it is whole."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from lamina.world.backups.failures import BackupThere, CannotWriteBackup
from lamina.world.backups.form import END, SEAL, header, padding


class Outgoing:
    """A backup that is being written."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file = file
        self._sum = sha256()

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> str:
        """Add a member of a size that is known; its SHA-256. Raises Malformed, and ValueError where it is of another size."""
        self._write(header(name, size))
        own, written = sha256(), 0
        for chunk in chunks:
            own.update(chunk)
            written += len(chunk)
            self._write(chunk)
        if written != size:
            raise ValueError(f"{name} changed while it was copied")
        self._write(padding(size))
        return own.hexdigest()

    def finish(self) -> None:
        """Add the seal, and force all of it to the disk."""
        seal = f"{self._sum.hexdigest()}\n".encode()
        self._write(header(SEAL, len(seal)) + seal + padding(len(seal)) + END)
        os.fsync(self._file)

    def _write(self, data: bytes) -> None:
        self._sum.update(data)
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]


@contextmanager
def new_backup(path: Path) -> Iterator[Outgoing]:
    """A backup to be filled and finished, which gets its name when all went well; raises BackupThere and CannotWriteBackup."""
    beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        if os.path.lexists(path):
            raise BackupThere(path)
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            yield Outgoing(beside, file)
        finally:
            os.close(file)
        os.rename(beside, path)
        _sync(path.parent)
    except OSError as error:
        raise CannotWriteBackup(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            os.unlink(beside)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
