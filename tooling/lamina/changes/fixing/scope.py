"""Scope: the files that a person means by environments, files and folders."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from lamina.project import Project
from lamina.words.errors import Failure, near


class NothingThere(Failure):
    """What is to be mended is no environment, and no file or folder of the repository."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        hint = f"did you mean {like}?" if like else "name an environment, or a file or folder of the repository"
        super().__init__(f"{name} is no environment, and holds no file that lamina reads", hint)


def files_meant(project: Project, folder: Path, where: Sequence[str]) -> Callable[[str], bool]:
    """Which files are meant; raises NothingThere for a word that means none."""
    if not where:
        return lambda _: True
    environments = project.tree.topology.environments
    meant: set[str] = set()
    for word in where:
        if word in environments:
            found = set(project.tree.topology.files_of(word))
        else:
            name = _name(project, folder, word)
            found = {one for one in project.tree.files if name in (one, "") or one.startswith(f"{name}/")}
            if not found:
                raise NothingThere(word, [*environments, *sorted(project.tree.files)])
        meant |= found
    return meant.__contains__


def _name(project: Project, folder: Path, word: str) -> str:
    """A file or folder, as the user names it from where the command works, by its name from lamina's root."""
    assert project.home is not None
    name = os.path.relpath(os.path.abspath(folder / word), os.path.abspath(project.home))
    return "" if name == "." else name.replace(os.sep, "/")
