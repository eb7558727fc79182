"""The token that a client must bring: in a file of its owner's, never on a command line or in a URL."""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from lamina.words.errors import Failure

_TOKEN = re.compile(rb"[A-Za-z0-9._~+/=-]{16,4096}")
_BYTES = 32
_MOST = 8192


class CannotMake(Failure):
    """A token that cannot be written."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(f"no token can be made in {file}: {error.strerror}", "name a file in a folder of yours")


class BadToken(Failure):
    """A file that holds no token that could be trusted."""

    def __init__(self, file: Path, why: str, hint: str) -> None:
        super().__init__(f"the token in {file} cannot be used: {why}", hint)


def token_in(file: Path) -> bytes:
    """The token in a file; one is made, for its owner alone, where there is no file. Raises BadToken and CannotMake."""
    if not os.path.lexists(file):
        _make(file)
    try:
        said = _read(file)
    except OSError as error:
        raise BadToken(
            file, error.strerror or str(error), "name a file that you may read, or none that is there yet"
        ) from None
    token = said.strip()
    if not _TOKEN.fullmatch(token):
        why = "it is not one word of at least 16 letters, digits or ._~+/=-"
        raise BadToken(file, why, "remove the file, and a new one is made")
    return token


def _make(file: Path) -> None:
    """Write a new token; whoever was quicker has made it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.{os.urandom(6).hex()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(os.urandom(_BYTES).hex().encode() + b"\n")
            with suppress(FileExistsError):
                os.link(beside, file)
        finally:
            beside.unlink()
    except OSError as error:
        raise CannotMake(file, error) from None


def _read(file: Path) -> bytes:
    """What stands in the file, after a look at who else could have put it there, or could read it."""
    # Not to wait for ever at a pipe.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as stream:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise BadToken(file, "it is no file", "name a file, or none that is there yet")
        if state.st_uid not in (0, os.geteuid()):
            raise BadToken(file, "another user owns it", "name a file of your own, or none that is there yet")
        # That a group may read it is how orchestrators of containers hand out secrets.
        if state.st_mode & 0o027:
            why = f"others may read or change it (mode {stat.S_IMODE(state.st_mode):04o})"
            raise BadToken(file, why, f"chmod 600 {file}, and if they may have read it, remove it: a new one is made")
        return stream.read(_MOST)
