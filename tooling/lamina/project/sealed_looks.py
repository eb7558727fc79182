"""The sealed files that a command is about, each taken apart without a key, and what keeps some from being."""

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

from lamina.project.creation_rules import RulesAbove
from lamina.project.sealed_files import FileOnDisk
from lamina.project.sealed_scope import SealedScope
from lamina.thought.sealed.failures import NotSealed
from lamina.thought.sealed.inspecting import looks_sealed
from lamina.thought.sealed.opening import Look, look
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.files import CannotRead


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file on disk, taken apart and not opened."""

    disk: FileOnDisk
    look: Look = field(repr=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.disk.name


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """The sealed files in question, the rules above them, and the failures of those that cannot be read."""

    files: tuple[SealedFile, ...]
    rules: RulesAbove
    failures: tuple[Failure, ...] = ()


def sealed_looks(folder: Path, paths: Sequence[Path] = ()) -> SealedFiles:
    """The sealed files that are named, or below a folder that is, or without a name all (see `SealedScope`).

    Raises CannotRead for what is named and is no file that can be read.
    """
    for path in paths:
        if (folder / path).exists() and not (folder / path).is_dir() and not (folder / path).is_file():
            raise CannotRead(folder / path, "it is no plain file")
    scope = SealedScope(folder, paths)
    files: list[SealedFile] = []
    failures: list[Failure] = []
    for disk in scope.files():
        if not looks_sealed(disk.data, disk.name):
            failures += [NotSealed(disk.name)] * (disk.path.resolve() in scope.named)
            continue
        try:
            files.append(SealedFile(disk, look(disk.data, disk.name)))
        except Failure as failure:
            failures.append(failure)
    unreadable = (CannotRead(Path(one.position.file), one.message) for one in scope.obstacles)
    return SealedFiles(tuple(files), RulesAbove(), (*failures, *unreadable))
