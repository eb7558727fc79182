"""The cache of a repository, as its user asks about it."""

from pathlib import Path

from lamina.words.errors import Failure
from lamina.words.git_folder import GitFolder
from lamina.world.cache import Info, info
from lamina.world.gitdir import git_folder
from lamina.world.repository import find_root


class NoCacheHere(Failure):
    """A repository that git does not keep, so that there is no place for a cache."""

    def __init__(self, root: Path) -> None:
        hint = "git init makes it one; all commands work without a cache too"
        super().__init__(f"{root} is in no git repository, and the cache lies in git's folder", hint)


def cache_info(folder: Path) -> Info:
    """What there is of the cache of the repository that a folder stands in; raises NoCacheHere and NotARepository."""
    return info(place_of_cache(folder))


def place_of_cache(folder: Path) -> GitFolder:
    """The git folder that the cache lies in; raises NoCacheHere and NotARepository."""
    root = find_root(folder)
    found = git_folder(root)
    if found is None:
        raise NoCacheHere(root)
    return found
