"""A source with some files replaced: what a repository would be after a change that is not written yet."""

from collections.abc import Mapping

from lamina.world.sources import Listing, Source


class Overlay:
    """Another source, in which `files` have new bytes (or appear)."""

    def __init__(self, below: Source, files: Mapping[str, bytes]) -> None:
        self._below = below
        self._files = files

    def list(self) -> Listing:
        """The files of both."""
        listing = self._below.list()
        return Listing(tuple(sorted({*listing.files, *self._files})), listing.obstacles)

    def read(self, file: str) -> bytes:
        """The new bytes of a replaced file, else those below."""
        return self._files[file] if file in self._files else self._below.read(file)
