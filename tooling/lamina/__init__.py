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


def open(path: str | PathLike[str] = ".") -> Project:
    """The project that the folder `path` stands in, as it is now; raises NotARepository."""
    from pathlib import Path

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
