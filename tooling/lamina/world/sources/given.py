"""A source whose files are given in memory: a repository that stands nowhere yet."""

from collections.abc import Mapping

from lamina.world.sources import Listing


class Given:
    """Files by name, as they would stand in a repository."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def list(self) -> Listing:
        """All of them, sorted."""
        return Listing(tuple(sorted(self._files)))

    def every(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted(self._files))

    def read(self, file: str) -> bytes:
        """The bytes that were given."""
        return self._files[file]
