"""Settings as they were read and judged: by the bytes of the file."""

from collections.abc import Callable

from lamina.project.caching.codec import packed, unpacked
from lamina.project.caching.rows import Rows
from lamina.thought.topology import SETTINGS
from lamina.words.node import Patch
from lamina.world.sources import Unreadable
from lamina.world.sources.hashed import object_id


class Remembered:
    """The settings of one file, if nothing is wrong with them; `read` gives its bytes, or raises Unreadable."""

    def __init__(self, rows: Rows, read: Callable[[], bytes]) -> None:
        self._rows = rows
        self._read = read

    def find(self) -> Patch:
        """What the file says; None where that is not remembered."""
        try:
            row = self._rows.one(self._key())
        except Unreadable:
            return None
        return None if row is None else unpacked(row)

    def keep(self, said: Patch) -> None:
        """Keep what the file says, in which nothing is wrong."""
        row = packed(said)
        if row is not None and self._rows.is_in_git(SETTINGS):
            self._rows.put(self._key(), row)

    def _key(self) -> bytes:
        return self._rows.key("settings", (object_id(b"blob", self._read()),))
