"""Wiping: a file overwritten before it is removed.

What a file system has copied elsewhere (snapshots, journals, the spare blocks of a flash disk) is out of reach.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from lamina.words.errors import Failure

_BLOCK = bytes(1 << 16)


class CannotWipe(Failure):
    """A file that could not be overwritten, or not removed."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} was not wiped: {error.strerror}", "it still holds what it held: remove it yourself")


def wipe_file(path: Path) -> None:
    """Overwrite a file with zeros, cut it to nothing and unlink it; of a link only the link goes. Raises CannotWipe."""
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            _overwrite(path)
        os.unlink(path)
    except OSError as error:
        raise CannotWipe(path, error) from error


def wipe_folder(folder: Path) -> bool:
    """Wipe every file in a folder and remove it, as far as that goes; says whether it is gone."""
    for where, folders, files in os.walk(folder, topdown=False):
        for name in files:
            with suppress(CannotWipe):
                wipe_file(Path(where, name))
        for name in folders:
            with suppress(OSError):
                inner = Path(where, name)
                inner.unlink() if inner.is_symlink() else inner.rmdir()
    with suppress(OSError):
        os.rmdir(folder)
    return not folder.exists()


def _overwrite(path: Path) -> None:
    with suppress(OSError):
        os.chmod(path, 0o600, follow_symlinks=True)
    with open(os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "wb", buffering=0) as stream:
        left = os.fstat(stream.fileno()).st_size
        while left > 0:
            left -= stream.write(_BLOCK[:left])
        os.fsync(stream.fileno())
        stream.truncate(0)
