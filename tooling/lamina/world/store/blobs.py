"""Content-addressed files: the states of checkpoints and the artifacts of steps, each under its own digest.

A name is `sha256:` or `sha512:` and the digest in hexadecimal. What is under a name is that content or nothing.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from lamina.words.errors import Failure
from lamina.world.store.failures import CannotStore, Damaged, StoreLink
from lamina.world.store.writing import sync_folder, told, unstage, write_all

_CHUNK = 1 << 20
_LENGTHS = {"sha256": 64, "sha512": 128}
_KINDS = {length: kind for kind, length in _LENGTHS.items()}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_LEFT_BEHIND = re.compile(r"\.new\.[0-9a-f]{12}", re.ASCII)
_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC


class BadDigest(Failure):
    """What is to be a blob's name, and is none."""

    status = 2

    def __init__(self, digest: object) -> None:
        super().__init__(f"{digest!r:.80} is no digest", "it is `sha256:` or `sha512:` and hexadecimal digits")


class BlobTooLarge(Failure):
    """Content that is larger than the bound; nothing of it was kept."""

    status = 2

    def __init__(self, most: int) -> None:
        super().__init__(f"the content is larger than {most:,} bytes", "keep it elsewhere, and record where it is")


class NoBlob(Failure):
    """Content that is not there, or no more."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"there is no content {digest:.80}", "it may have been removed by retention; the archive may have it"
        )


class Blobs:
    """The content-addressed files of a folder, which is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Folders whose names are known to last; one that is there may be another process's of a moment ago.
        self._lasting: set[Path] = set()

    def add(self, content: bytes | BinaryIO, most: int | None = None, kind: str = "sha256") -> tuple[str, int]:
        """Keep content, from a stream to its end, until it is removed; its digest and its size.

        It lasts when this returns. Raises BlobTooLarge where it has more than `most` bytes, and CannotStore.
        """
        beside = self.folder / f".new.{os.urandom(6).hex()}"
        try:
            self._demand_folder(self.folder)
            digest, size = self._copied(content, beside, most, kind)
            target = self._path(f"{kind}:{digest}")
            self._demand_folder(target.parent)
            os.replace(beside, target)
            sync_folder(target.parent)
        except BaseException as error:
            unstage(beside)
            if isinstance(error, OSError):
                raise CannotStore(self.folder, error.strerror or str(error)) from error
            raise
        return f"{kind}:{digest}", size

    def add_file(self, path: Path, most: int | None = None, kind: str = "sha256") -> tuple[str, int]:
        """Keep a file's content; a link is not followed. Raises StoreLink, BlobTooLarge and CannotStore."""
        try:
            with _opened(path) as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise CannotStore(path, "it is no file")
                return self.add(stream, most, kind)
        except OSError as error:
            raise CannotStore(path, error.strerror or str(error)) from error

    def has(self, digest: str) -> bool:
        """Whether something is under a name; raises BadDigest."""
        path = self._path(digest)
        return path.is_file() and not path.is_symlink()

    def read(self, digest: str) -> bytes:
        """The content of a name; raises BadDigest, NoBlob, StoreLink, CannotStore, and Damaged where it is something else."""
        path = self._path(digest)
        try:
            with _opened(path) as stream:
                content = stream.read()
        except FileNotFoundError:
            raise NoBlob(digest) from None
        except OSError as error:
            raise CannotStore(path, error.strerror or str(error)) from error
        if hashlib.new(digest.partition(":")[0], content).hexdigest() != path.name:
            raise Damaged(path, "its content is not what its name says", "restore it from a backup or the archive")
        return content

    def is_sound(self, digest: str) -> bool:
        """Whether the content of a name is there and what the name says; raises BadDigest."""
        path, kind = self._path(digest), digest.partition(":")[0]
        try:
            with _opened(path) as stream:
                return hashlib.file_digest(stream, kind).hexdigest() == path.name
        except (OSError, StoreLink):
            return False

    def size_of(self, digest: str) -> int:
        """How many bytes are under a name; raises BadDigest and NoBlob."""
        try:
            return self._path(digest).stat(follow_symlinks=False).st_size
        except OSError:
            raise NoBlob(digest) from None

    def every(self) -> Iterator[tuple[str, int]]:
        """All names, sorted, each with its size; raises CannotStore."""
        with told(self.folder):
            for folder in self._folders():
                for one in sorted(os.scandir(folder), key=lambda each: each.name):
                    kind = _KINDS.get(len(one.name))
                    ours = _HEX.fullmatch(one.name) and one.name.startswith(folder.name)
                    if kind and ours and one.is_file(follow_symlinks=False):
                        with suppress(FileNotFoundError):
                            yield f"{kind}:{one.name}", one.stat(follow_symlinks=False).st_size

    @property
    def size(self) -> int:
        """The bytes of all of them."""
        return sum(size for _, size in self.every())

    def remove(self, digest: str) -> bool:
        """Take one away; whether it was there. Raises BadDigest and CannotStore."""
        path = self._path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise CannotStore(path, error.strerror or str(error)) from error
        return True

    def sweep(self) -> int:
        """Remove what broken writes left; how many. Nobody may be adding meanwhile."""
        if not self.folder.is_dir():
            return 0
        left = [one.path for one in os.scandir(self.folder) if _LEFT_BEHIND.fullmatch(one.name)]
        for one in left:
            unstage(Path(one))
        return len(left)

    def _path(self, digest: str) -> Path:
        kind, _, digits = digest.partition(":")
        if _LENGTHS.get(kind) != len(digits) or not _HEX.fullmatch(digits):
            raise BadDigest(digest)
        return self.folder / digits[:2] / digits

    def _copied(self, content: bytes | BinaryIO, beside: Path, most: int | None, kind: str) -> tuple[str, int]:
        """Write content to a file beside, forced to the disk; its digest and size."""
        digest, size = hashlib.new(kind), 0
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
        try:
            for chunk in _chunks(content):
                size += len(chunk)
                if most is not None and size > most:
                    raise BlobTooLarge(most)
                digest.update(chunk)
                write_all(descriptor, chunk)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return digest.hexdigest(), size

    def _demand_folder(self, folder: Path) -> None:
        if folder.is_symlink():
            raise StoreLink(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder not in self._lasting:
            sync_folder(folder.parent)
            self._lasting.add(folder)

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir() or self.folder.is_symlink():
            return []
        found = [one for one in os.scandir(self.folder) if len(one.name) == 2 and one.is_dir(follow_symlinks=False)]
        return sorted(Path(one.path) for one in found if _HEX.fullmatch(one.name))


def _opened(path: Path) -> BufferedReader:
    if path.is_symlink():
        raise StoreLink(path)
    return open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | _FLAGS), "rb")


def _chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(_CHUNK):
        yield chunk
