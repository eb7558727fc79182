"""The sealed files that a command is about, each taken apart without a key, and what keeps some from being."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lamina.project.sealed_files import RULES, FileOnDisk, RulesAbove, file_on_disk
from lamina.thought.sealed.failures import NotSealed
from lamina.thought.sealed.opening import Look, look
from lamina.thought.sealed.stores import store_of
from lamina.thought.topology import ENVIRONMENTS
from lamina.words.errors import Failure
from lamina.world.files import CannotRead, files_below, read_file
from lamina.world.repository import NotARepository, find_root

# How the metadata of each format begins, in files that a merge has damaged too.
_MARKS = {
    "yaml": re.compile(rb"""^\W{0,3}sops\W{0,2}:""", re.MULTILINE),
    "json": re.compile(rb'"sops"\s*:'),
    "binary": re.compile(rb'\A\s*\{[^\0]*"sops"\s*:'),
    "dotenv": re.compile(rb"^sops_", re.MULTILINE),
    "ini": re.compile(rb"^\[sops\]", re.MULTILINE),
}


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
    """The sealed files that are named, or below a folder that is; raises CannotRead.

    Without a name: those of the repository that `folder` stands in (under environments/, and where a creation rule is for
    them), or else those below `folder`.
    """
    rules = RulesAbove()
    files: list[SealedFile] = []
    failures: list[Failure] = []
    seen: set[Path] = set()
    for disk, named in _candidates(folder, paths, rules):
        where = Path(rules.folder_of(disk.path), disk.path.name)
        if where in seen:
            continue
        seen.add(where)
        try:
            files.append(SealedFile(disk, look(disk.data, disk.name)))
        except NotSealed as failure:
            failures += [failure] * named
        except Failure as failure:
            failures.append(failure)
    return SealedFiles(tuple(files), rules, tuple(failures))


def _candidates(folder: Path, paths: Sequence[Path], rules: RulesAbove) -> Iterator[tuple[FileOnDisk, bool]]:
    """Files that may be sealed, and whether each was named itself."""
    for path in paths:
        where = folder / path
        if where.is_dir():
            for found in files_below(where):
                yield from _seemingly(found, str(path / found.relative_to(where)))
        elif where.exists() and not where.is_file():
            raise CannotRead(where, "it is no plain file")
        else:
            yield file_on_disk(path, folder), True
    if not paths:
        yield from _of_repository(folder, rules)


def _of_repository(folder: Path, rules: RulesAbove) -> Iterator[tuple[FileOnDisk, bool]]:
    try:
        root = find_root(folder)
    except NotARepository:
        root = None
    for found in files_below(root or folder):
        name = found.relative_to(root or folder)
        if root is None or name.parts[0] == ENVIRONMENTS or _has_rule(rules, found):
            yield from _seemingly(found, str(name))


def _has_rule(rules: RulesAbove, path: Path) -> bool:
    found = rules.of(path)
    return found is not None and found[0].for_file(found[1]) is not None


def _seemingly(path: Path, name: str) -> Iterator[tuple[FileOnDisk, bool]]:
    """A file found below a folder, if it reads as if it were sealed: not a page about sealed files."""
    data = read_file(path)
    if b"lastmodified" in data and _MARKS[store_of(name).name].search(data) and path.name != RULES:
        yield FileOnDisk(path, name, data), False
