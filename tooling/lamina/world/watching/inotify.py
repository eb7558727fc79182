"""The kernel's notices of changed files on Linux (inotify(7)): one descriptor, watches on folders, events read off it."""

import ctypes
import os
import struct
from collections.abc import Iterator

# linux/inotify.h
MODIFY, ATTRIB, CLOSE_WRITE, MOVED_FROM, MOVED_TO = 0x2, 0x4, 0x8, 0x40, 0x80
CREATE, DELETE, DELETE_SELF, MOVE_SELF = 0x100, 0x200, 0x400, 0x800
OVERFLOW, IS_FOLDER = 0x4000, 0x40000000
_ONLY_FOLDERS, _NOT_WHAT_IS_UNLINKED = 0x01000000, 0x04000000
_WANTED = MODIFY | ATTRIB | CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF
_HEAD = struct.Struct("iIII")  # watch, mask, cookie, length of the name
_MOST_BYTES = 1 << 16

Event = tuple[int, int, str]  # the watch (-1: all of them), what happened, and to which name in the folder ("": itself)


class Inotify:
    """A queue of the kernel's notices. Raises OSError where the kernel has none to give."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):
            raise OSError("this system has no inotify")
        self._libc = libc
        self._descriptor = self._done(libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))

    def fileno(self) -> int:
        """The descriptor, which is ready to read when there are events."""
        return self._descriptor

    def add(self, folder: str) -> int:
        """Watch what lies in a folder; the same folder has the same watch. Raises OSError."""
        mask = _WANTED | _ONLY_FOLDERS | _NOT_WHAT_IS_UNLINKED
        return self._done(self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), mask))

    def remove(self, watch: int) -> None:
        """Watch a folder no more; one that is gone has taken its watch along."""
        self._libc.inotify_rm_watch(self._descriptor, watch)

    def read(self) -> Iterator[Event]:
        """The oldest events that wait, up to a buffer of them; none where there are none."""
        try:
            data = os.read(self._descriptor, _MOST_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at < len(data):
            watch, mask, _, length = _HEAD.unpack_from(data, at)
            name = data[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0")
            at += _HEAD.size + length
            yield watch, mask, os.fsdecode(name)

    def close(self) -> None:
        """Give the descriptor back, and all watches with it."""
        os.close(self._descriptor)

    def _done(self, result: int) -> int:
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return result
