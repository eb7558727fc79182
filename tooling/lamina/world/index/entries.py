"""What is in the file of git's index: of each name the id, and what `lstat` said when git last looked."""

import hashlib
import os
import stat
from collections.abc import Container, Iterator
from struct import Struct

_HEAD = Struct(">4sII")
# ctime, mtime (seconds and nanoseconds each), dev, ino, mode, uid, gid, size, id, flags
_ENTRY = Struct(">10I20sH")
_CHECKSUM = 20
_VERSIONS = (2, 3, 4)
_LENGTH, _STAGE, _EXTENDED = 0x0FFF, 0x3000, 0x4000
# An entry whose file was only promised (git add -N), or is not there by intention (sparse checkout): it proves nothing.
_PROMISED_OR_AWAY = 0x6000
_EMPTY_BLOB = bytes.fromhex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
_WORD = 1 << 32
_MOST_BYTES = 1 << 30


class Entries(Container[bytes]):
    """The entries by name, and when the file was written."""

    def __init__(self, data: bytes, places: dict[bytes, int], written: int) -> None:
        self._data = data
        self._places = places
        self.written = written

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def staged(self, name: bytes) -> str | None:
        """The id of the blob that git has for a name; None where it does not track it, or it is in conflict."""
        place = self._places.get(name)
        return None if place is None else _ENTRY.unpack_from(self._data, place)[10].hex()

    def proved(self, name: bytes, path: str) -> str | None:
        """The same, of a file at a path that `lstat` proves to hold the blob; None where only its bytes can tell."""
        place = self._places.get(name)
        if place is None:
            return None
        try:
            state = os.lstat(path)
        except OSError:
            return None
        ctime, ctime_ns, mtime, mtime_ns, _, inode, mode, user, group, size, id, _ = _ENTRY.unpack_from(
            self._data, place
        )
        changed = mtime * 10**9 + mtime_ns
        if (
            state.st_mtime_ns == changed
            # In the tick of the clock in which the index was written a file may have changed without a trace.
            and changed < self.written
            and state.st_ctime_ns == ctime * 10**9 + ctime_ns
            and state.st_size == size
            # Of an entry that was too young when it was written, git sets the size to none.
            and (size or id == _EMPTY_BLOB)
            and state.st_ino % _WORD == inode
            and state.st_uid % _WORD == user
            and state.st_gid % _WORD == group
            and stat.S_ISREG(mode)
            and stat.S_ISREG(state.st_mode)
        ):
            return str(id.hex())
        return None


def read_entries(path: str) -> Entries | None:
    """The entries of an index; None where it is not there, not sound, or not whole by itself."""
    try:
        # Without waiting, should it be a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
                return None
            data = stream.read()
    except OSError:
        return None
    if len(data) < _HEAD.size + _CHECKSUM:
        return None
    magic, version, count = _HEAD.unpack_from(data)
    checked = hashlib.sha1(memoryview(data)[:-_CHECKSUM], usedforsecurity=False).digest()
    if magic != b"DIRC" or version not in _VERSIONS or checked != data[-_CHECKSUM:]:
        return None
    try:
        places, end = (_packed if version == 4 else _padded)(data, count)
        if any(name.islower() for name in _extensions(data, end)):
            # Such as `link`: most entries are in another file.
            return None
    except (IndexError, ValueError, ArithmeticError):
        return None
    # Somebody may have set the time of the file, but not when that was done.
    return Entries(data, places, min(state.st_mtime_ns, state.st_ctime_ns))


def _padded(data: bytes, count: int) -> tuple[dict[bytes, int], int]:
    """The places of the entries of versions 2 and 3, whose lengths are multiples of eight, and where they end."""
    places: dict[bytes, int] = {}
    at, size = _HEAD.size, _ENTRY.size
    for _ in range(count):
        flags = data[at + 60] << 8 | data[at + 61]
        begin = at + size
        if flags & _EXTENDED:
            begin += 2
        length = flags & _LENGTH
        end = begin + length if length < _LENGTH else data.index(0, begin)
        if not flags & (_EXTENDED | _STAGE) or _is_plain(data, at, flags):
            places[data[begin:end]] = at
        at += (end - at + 8) & ~7
    return places, at


def _packed(data: bytes, count: int) -> tuple[dict[bytes, int], int]:
    """The same of version 4, where a name is what it does not share with the one before."""
    places: dict[bytes, int] = {}
    at, name = _HEAD.size, b""
    for _ in range(count):
        flags = data[at + 60] << 8 | data[at + 61]
        begin = at + _ENTRY.size + (2 if flags & _EXTENDED else 0)
        dropped, begin = _number(data, begin)
        end = data.index(0, begin)
        name = name[: len(name) - dropped] + data[begin:end]
        if _is_plain(data, at, flags):
            places[name] = at
        at = end + 1
    return places, at


def _is_plain(data: bytes, at: int, flags: int) -> bool:
    """Whether an entry is of no conflict, and of a file that is there."""
    if flags & _STAGE:
        return False
    return not (flags & _EXTENDED and data[at + 62] << 8 & _PROMISED_OR_AWAY)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number in seven bits a byte, as in the offsets of packs, and where it ends."""
    byte = data[at]
    number = byte & 127
    while byte & 128:
        at += 1
        byte = data[at]
        number = (number + 1) << 7 | byte & 127
    return number, at + 1


def _extensions(data: bytes, at: int) -> Iterator[bytes]:
    """The names of the extensions; those that begin with a small letter may not be passed over. Raises ValueError."""
    last = len(data) - _CHECKSUM
    while at < last:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8])
        yield name[:1]
        at += 8 + length
    if at != last:
        raise ValueError
