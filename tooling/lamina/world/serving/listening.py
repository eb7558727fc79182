"""Sockets to listen on; that of a Unix path is its owner's alone, and gone when it is closed."""

import errno
import os
import socket
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.serving.address import Address, Loopback, UnixPath

_BACKLOG = 64
_USED = (errno.EADDRINUSE, errno.EEXIST)


class CannotListen(Failure):
    """An address that is in use, or not to be had."""

    def __init__(self, address: Address, why: str) -> None:
        super().__init__(f"cannot serve at {address.url.removeprefix('http://')}: {why}", "name another address")


class Listening:
    """A socket that listens, and the address that it has."""

    def __init__(self, address: Address) -> None:
        """Raises CannotListen."""
        self._file: tuple[int, int] | None = None
        try:
            if isinstance(address, Loopback):
                self.socket, self.address = _loopback(address)
            else:
                self.socket, self.address = _unix(address), address
                self._file = _identity(address.path)
        except OSError as error:
            raise CannotListen(
                address, "it is in use" if error.errno in _USED else error.strerror or str(error)
            ) from None

    def close(self) -> None:
        """Listen no more; the file of a socket goes, unless another has taken its place."""
        self.socket.close()
        if isinstance(self.address, UnixPath):
            with suppress(OSError):
                if _identity(self.address.path) == self._file:
                    self.address.path.unlink()


def _loopback(address: Loopback) -> tuple[socket.socket, Address]:
    made = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A port that the last process has just left is free.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address.host, address.port))
        made.listen(_BACKLOG)
        return made, replace(address, port=made.getsockname()[1])
    except BaseException:
        made.close()
        raise


def _unix(address: UnixPath) -> socket.socket:
    _make_way(address)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        made.bind(str(address.path))
        made.listen(_BACKLOG)
        return made
    except OSError as error:
        made.close()
        # The kernel's word for a name that is too long says nothing of its length.
        if error.errno is None:
            raise CannotListen(address, "the name of a socket may have about 100 bytes") from None
        raise
    finally:
        os.umask(before)


def _make_way(address: UnixPath) -> None:
    """Take the socket of a dead process away; raises CannotListen for one that is alive, and for what is no socket."""
    try:
        state = os.lstat(address.path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(state.st_mode):
        raise CannotListen(address, "something that is no socket stands there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(address.path))
        except ConnectionRefusedError:
            address.path.unlink(missing_ok=True)
            return
    raise CannotListen(address, "it is in use")


def _identity(path: Path) -> tuple[int, int]:
    state = os.lstat(path)
    return state.st_dev, state.st_ino
