"""Opening a work tree, and the cache under git's folder where what processes made is kept."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.project.kept import Kept, Store
from lamina.project.questions import Project
from lamina.world.gitdir import git_folder
from lamina.world.repository import find_root
from lamina.world.sources import Identified
from lamina.world.sources.worktree import WorkTree

if TYPE_CHECKING:
    from lamina.world.index import Index


def project_here(folder: Path, version: str, cached: bool = False) -> Project:
    """The project that a folder stands in, as it is on disk; raises NotARepository.

    Where it is `cached`, what was made of the same before is not made again; outside git nothing is.
    """
    root = find_root(folder)
    git = git_folder(root) if cached else None
    if git is None:
        return Project(WorkTree(root), version, root)
    from lamina.project.caching.rows import Rows
    from lamina.world.cache import open_cache
    from lamina.world.sources.indexed import IndexedTree
    from lamina.world.tool import fingerprint

    @cache
    def index() -> "Index | None":
        # Most questions are about a few files, and need none.
        from lamina.world.index import read_index

        return read_index(root, git)

    tree = IndexedTree(
        root,
        lambda file: known.id(file) if (known := index()) else None,
        lambda file: known.staged(file) if (known := index()) else None,
    )
    rows = Rows(open_cache(git), fingerprint(version), tree.is_in_git, lambda: tree.steady)
    return Project(tree, version, root, kept=Kept(Store(), tree.identity, rows))


def kept_of_commits(folder: Path, tree: Identified, version: str) -> Kept | None:
    """What is remembered for a commit of the repository that a folder stands in."""
    git = git_folder(folder)
    if git is None:
        return None
    from lamina.project.caching.rows import Rows
    from lamina.world.cache import open_cache
    from lamina.world.tool import fingerprint

    return Kept(Store(), tree.identity, Rows(open_cache(git), fingerprint(version)))
