"""A source with some files replaced: what a repository would be after a change that is not written yet."""

from collections.abc import Mapping

from lamina.world.sources import Listing, Source


class Overlay:
    """Another source, in which `files` have new bytes (or appear), and those of None are gone."""

    def __init__(self, below: Source, files: Mapping[str, bytes | None]) -> None:
        self._below = below
        self._files = files

    def list(self) -> Listing:
        """The files of both."""
        listing = self._below.list()
        there = {name for name, data in self._files.items() if data is not None}
        return Listing(tuple(sorted({*listing.files, *there} - (self._files.keys() - there))), listing.obstacles)

    def read(self, file: str) -> bytes:
        """The new bytes of a replaced file, else those below."""
        data = self._files.get(file)
        return self._below.read(file) if data is None else data
