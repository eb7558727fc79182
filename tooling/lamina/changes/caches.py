"""Removing the cache of a repository."""

from pathlib import Path

from lamina.project.caches import place_of_cache
from lamina.world.cache import clear


def clear_cache(folder: Path) -> int:
    """Remove the cache of the repository that a folder stands in: how many bytes; raises NoCacheHere and CannotClear."""
    return clear(place_of_cache(folder))
