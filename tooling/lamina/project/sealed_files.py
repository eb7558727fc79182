"""Sealed files on disk, in a repository or not."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from lamina.words.values import dataclass
from lamina.world.files import files_below, read_file

_RULES = ".sops.yaml"
# Every sealed file holds this word, whatever its format.
_MARK = b"sops"


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file that a command works on: where it is, what messages call it, and its bytes."""

    path: Path
    name: str
    data: bytes = field(repr=False)


def file_on_disk(path: Path, below: Path = Path()) -> FileOnDisk:
    """A file as a command names it, from the folder that the command works in; raises CannotRead."""
    where = below / path
    return FileOnDisk(where, str(path), read_file(where))


def sealed_files(paths: Sequence[Path], below: Path = Path()) -> Iterator[FileOnDisk]:
    """The files that are named, and of folders those below them that may be sealed; raises CannotRead.

    `below` is the folder that the command works in. What a file holds decides, not its name; it is not looked into here.
    """
    for path in paths:
        where = below / path
        if not where.is_dir():
            yield file_on_disk(path, below)
            continue
        for found in files_below(where):
            data = read_file(found)
            if _MARK in data and found.name != _RULES:
                yield FileOnDisk(found, str(path / found.relative_to(where)), data)
