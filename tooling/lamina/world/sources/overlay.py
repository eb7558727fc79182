"""A source with some files replaced: what a repository would be after a change that is not written yet."""

from collections.abc import Iterable, Mapping

from lamina.world.sources import Identified, Listing, Source
from lamina.world.sources.hashed import object_id


class Overlay:
    """Another source, in which `files` have new bytes (or appear), and those of None are gone."""

    def __init__(self, below: Source, files: Mapping[str, bytes | None]) -> None:
        self._below = below
        self._files = files

    def list(self) -> Listing:
        """The files of both."""
        listing = self._below.list()
        return Listing(self._with(listing.files), listing.obstacles)

    def every(self) -> tuple[str, ...]:
        """All files of both."""
        return self._with(self._below.every())

    def _with(self, names: Iterable[str]) -> tuple[str, ...]:
        there = {name for name, data in self._files.items() if data is not None}
        return tuple(sorted({*names, *there} - (self._files.keys() - there)))

    def read(self, file: str) -> bytes:
        """The new bytes of a replaced file, else those below."""
        data = self._files.get(file)
        return self._below.read(file) if data is None else data


class IdentifiedOverlay(Overlay):
    """An overlay over a source whose contents are told apart, and that tells its own apart alike."""

    def __init__(self, below: Identified, files: Mapping[str, bytes | None]) -> None:
        super().__init__(below, files)
        self._identities = below

    def identity(self, name: str) -> str | None:
        """The id of a new file, as git would give it; of a folder with replaced files one that no other content has."""
        if name in self._files:
            data = self._files[name]
            return None if data is None else object_id(b"blob", data)
        below = self._identities.identity(name)
        inside = sorted(file for file in self._files if file.startswith(f"{name}/"))
        return "+".join((str(below), *(f"{file}={self.identity(file)}" for file in inside))) if inside else below
