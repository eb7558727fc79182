"""Reading a backup from its beginning to its end, once, with bounds: nothing is unpacked but what the reader asks for."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from lamina.world.backups.failures import BadBackup, CannotReadBackup
from lamina.world.backups.form import BLOCK, END, SEAL, Malformed, padding, read_header

_CHUNK = 1 << 20


class Incoming:
    """A backup that is being read: `next_member`, then `chunks` to their end, and so on; after the last one `finish`."""

    def __init__(self, path: Path, file: int, size: int) -> None:
        self.path = path
        self._file, self._left = file, size
        self._sum = sha256()

    def next_member(self) -> tuple[str, int, str]:
        """The name and the size of the next member, and the sum of all before it; raises BadBackup."""
        before = self._sum.hexdigest()
        try:
            name, size = read_header(self._read(BLOCK))
        except Malformed as error:
            raise BadBackup(self.path, str(error)) from None
        if size > self._left:
            raise BadBackup(self.path, f"{name} should have {size:,} bytes, and {self._left:,} follow")
        return name, size, before

    def chunks(self, size: int) -> Iterator[bytes]:
        """The content of the member, in parts; raises BadBackup."""
        left = size
        while left:
            part = self._read(min(left, _CHUNK))
            left -= len(part)
            yield part
        self._demand(padding(size), "what fills a member up")

    def content(self, name: str, most: int) -> bytes:
        """The next member, which has to have that name, whole; raises BadBackup."""
        found, size, _ = self.next_member()
        if found != name:
            raise BadBackup(self.path, f"{found} stands where {name} is due")
        if size > most:
            raise BadBackup(self.path, f"{name} has {size:,} bytes, and {most:,} are the most")
        return b"".join(self.chunks(size))

    def finish(self) -> None:
        """The seal, which has to be next and last; raises BadBackup."""
        name, size, before = self.next_member()
        if name != SEAL:
            raise BadBackup(self.path, f"it holds {name}, of which its manifest does not tell")
        if size != len(before) + 1 or b"".join(self.chunks(size)) != f"{before}\n".encode():
            raise BadBackup(self.path, "it is not what was sealed")
        self._demand(END, "its end")
        if self._left:
            raise BadBackup(self.path, f"{self._left:,} bytes follow its end")

    def _demand(self, expected: bytes, what: str) -> None:
        if self._read(len(expected)) != expected:
            raise BadBackup(self.path, f"{what} is damaged")

    def _read(self, count: int) -> bytes:
        """So many bytes; raises BadBackup where there are fewer."""
        parts = []
        while count:
            try:
                part = os.read(self._file, count)
            except OSError as error:
                raise CannotReadBackup(self.path, error.strerror or str(error)) from error
            if not part:
                raise BadBackup(self.path, "it is cut off")
            parts.append(part)
            count -= len(part)
        data = b"".join(parts)
        self._left -= len(data)
        self._sum.update(data)
        return data


@contextmanager
def opened_file(path: Path) -> Iterator[Incoming]:
    """A file, to be read as a backup; raises CannotReadBackup."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise CannotReadBackup(path, error.strerror or str(error)) from error
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise CannotReadBackup(path, "it is no file")
        yield Incoming(path, file, status.st_size)
    finally:
        os.close(file)
