"""Rows: what a cache holds and what is to be put there, under keys that are made of words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

KEY_BYTES = 16
# One large batch costs less than half of many small ones.
_MOST_WAITING = 32 * 2**20


class Cache(Protocol):
    """Bytes by keys, of which any may be lost at any time."""

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """What is there of some keys."""

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep entries, as far as that can be done."""

    def close(self) -> None:
        """Let go of what it is kept in."""


class Rows:
    """A cache as one process uses it: what it adds is put there many entries at a time, and by `flush`."""

    def __init__(
        self,
        cache: Cache,
        tool: str,
        is_in_git: Callable[[str], bool] = lambda _: True,
        is_steady: Callable[[], bool] = lambda: True,
    ) -> None:
        """`tool` tells this program apart from all that may come to other results; what is not steady is of no one moment.

        What was made of a file is kept only where it `is_in_git`: what somebody wrote by mistake, such as a password in plain
        text, and takes back, is nowhere then.
        """
        self._cache = cache
        self.is_in_git = is_in_git
        self._tool = blake2b(tool.encode(), digest_size=KEY_BYTES).digest()
        self._is_steady = is_steady
        self._waiting: dict[bytes, bytes] = {}
        self._bytes = 0

    def key(self, what: str, parts: Iterable[str | None]) -> bytes:
        """The key of an entry of a sort, by all that it is made of; None is what is not there."""
        # Names and ids hold no NUL, so that no two lists are written alike.
        text = "\0".join(["\1" if part is None else part for part in parts])
        data = text.encode("utf-8", "surrogatepass")
        return blake2b(data, digest_size=KEY_BYTES, key=self._tool, person=what.encode()).digest()

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The entries that are there."""
        found = self._cache.get(keys)
        mine = {key: self._waiting[key] for key in keys if key in self._waiting} if self._waiting else {}
        return {**found, **mine} if mine else found

    def one(self, key: bytes) -> bytes | None:
        """An entry; None where it is not there."""
        waiting = self._waiting.get(key)
        return self._cache.get((key,)).get(key) if waiting is None else waiting

    def put(self, key: bytes, value: bytes) -> None:
        """Keep an entry."""
        self._waiting[key] = value
        self._bytes += len(value) + KEY_BYTES
        if self._bytes >= _MOST_WAITING:
            self.flush()

    def close(self) -> None:
        """Hand on what was kept, and let go of the cache."""
        self.flush()
        self._cache.close()

    def flush(self) -> None:
        """Hand on to the cache what was kept, unless it is of no one moment."""
        waiting, self._waiting, self._bytes = self._waiting, {}, 0
        if waiting and self._is_steady():
            self._cache.put(waiting)
