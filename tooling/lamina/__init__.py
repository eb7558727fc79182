"""lamina: layered configuration in git, with the origin of every value.

`lamina.open(path)` reads a repository and answers questions about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from lamina.project import Project
    from lamina.project.keyring import Keyring

__version__ = "0.1.0"

__all__ = ["Keyring", "__version__", "open"]


def open(path: str | PathLike[str] = ".", at: str | None = None) -> Project:
    """The project that the folder `path` stands in, as it is now, or as it was `at` a revision; nothing is checked out.

    Raises NotARepository; and at a revision what `lamina.project.revisions.project_at` raises.
    """
    from pathlib import Path

    if at is not None:
        from lamina.project.revisions import project_at

        return project_at(Path(path), at, __version__)

    from lamina.project import Project
    from lamina.world.repository import find_root
    from lamina.world.sources.worktree import WorkTree

    root = find_root(Path(path))
    return Project(WorkTree(root), __version__, root)


def __getattr__(name: str) -> object:
    """`Keyring`, imported only when it is asked for."""
    if name == "Keyring":
        from lamina.project.keyring import Keyring

        return Keyring
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
