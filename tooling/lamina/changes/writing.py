"""Writing what was computed from a file, if the file is still the one that was read."""

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.words.errors import Failure, Misuse
from lamina.words.values import dataclass
from lamina.world.disk import demand_replaceable, write_file, write_files

if TYPE_CHECKING:
    from lamina.project import Project


class ChangedMeanwhile(Failure):
    """Somebody else changed the file between the reading and the writing."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} was changed by somebody else just now, so nothing was written", "run the command again"
        )


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the repository, by its name from lamina's root: its bytes before and after, None where there is no file."""

    file: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)


def write_changes(project: "Project", changes: Sequence[FileChange]) -> None:
    """Bring changes into the work tree that a project was read from: all, or none.

    Raises ChangedMeanwhile, CannotWrite and LinkInTheWay, and Misuse where there is no work tree.
    """
    if project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written", "--commit commits without one")
    there = set(project.source.list().files)
    for one in changes:
        if (project.source.read(one.file) if one.file in there else None) != one.before:
            raise ChangedMeanwhile(one.file)
    write_files(project.root, {one.file: one.after for one in changes if one.before != one.after})


def write_out(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a result into the file that the user named for it, whatever it held; raises as `demand_replaceable` does."""
    demand_replaceable(path)
    write_file(path, data, mode)


def replace_file(path: Path, name: str, before: bytes | None, after: bytes) -> bool:
    """Put new bytes in the place of those that were read (None: there was no file), and say whether they differ.

    `name` is what messages call the file. Raises ChangedMeanwhile, CannotWrite and LinkInTheWay.
    """
    if _now(path) != before:
        raise ChangedMeanwhile(name)
    if after == before:
        return False
    write_file(path, after)
    return True


def _now(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
