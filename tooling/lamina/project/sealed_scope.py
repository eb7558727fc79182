"""Which files a question about sealed files is about: those that are named, or all of a repository or a folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lamina.project.creation_rules import RulesAbove
from lamina.project.sealed_files import FileOnDisk, file_on_disk
from lamina.thought.sealed.creation import CreationRule
from lamina.thought.topology import CREATION_RULES, ENVIRONMENTS
from lamina.words.finding import Finding, Position
from lamina.world.files import CannotRead, file_above, files_below, read_file
from lamina.world.repository import NotARepository, find_root

_UNREADABLE = "give yourself permission to read it"


class SealedScope:
    """The files in question, with the names that messages call them, and the creation rules for each.

    Where no file is named, a repository's are those under environments/ and those that a creation rule of its
    `.sops.yaml` is for; any other folder's are all that are below it. `obstacles` are files that could not be read.
    """

    def __init__(self, folder: Path, paths: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.root = root_of(folder)
        self.obstacles: list[Finding] = []
        self.named = frozenset((folder / path).resolve() for path in paths)
        self._paths = tuple(paths)
        self._above = RulesAbove()

    def files(self) -> Iterator[FileOnDisk]:
        """Every file that may have to be judged, each once; raises CannotRead for one that was named and is not there."""
        seen: set[Path] = set()
        for path, named in self._places():
            where = path.resolve()
            if where in seen:
                continue
            seen.add(where)
            if named:
                yield FileOnDisk(path, self.name(path), file_on_disk(path).data)
            elif path.name != CREATION_RULES and (data := self._data(path)) is not None:
                yield FileOnDisk(path, self.name(path), data)

    def holds(self, file: str) -> bool:
        """Whether a file of the repository, by its name there, is in question."""
        if self.root is None or not self.named:
            return self.root is not None
        path = (self.root / file).resolve()
        return any(path.is_relative_to(named) for named in self.named)

    def is_plain_layer(self, name: str) -> bool:
        """Whether a file, by the name that messages call it, is a layer of the repository that is not called sealed."""
        return self.root is not None and name.startswith(f"{ENVIRONMENTS}/") and ".sops." not in name

    def name(self, path: Path) -> str:
        """What messages call a file: from the repository's root where it is inside, else from the folder, or as it is."""
        real = path.resolve()
        inside = (base for base in (self.root, self.folder.resolve()) if base is not None and real.is_relative_to(base))
        base = next(inside, None)
        return (real.relative_to(base) if base is not None else path).as_posix()

    def rule_of(self, path: Path) -> CreationRule | None:
        """The creation rule for a file, if there is one."""
        found = self._above.of(path)
        return found[0].for_file(found[1]) if found is not None else None

    def rules_of(self, path: Path) -> tuple[Finding | None, list[Finding], Path] | None:
        """Of the `.sops.yaml` above a file: that no rule there is for it, what is wrong with it, and where it is."""
        found = self._above.of(path)
        where = file_above(path.parent.resolve(), CREATION_RULES)
        if found is None or where is None:
            return None
        rules, name = found
        missing = rules.unmatched(name) if rules.for_file(name) is None else None
        return missing, list(rules.findings), where

    def _data(self, path: Path) -> bytes | None:
        try:
            return read_file(path)
        except CannotRead as failure:
            message = failure.message.removeprefix(f"{path} ")
            self.obstacles.append(Finding("unreadable-file", message, Position(self.name(path)), fix=_UNREADABLE))
            return None

    def _places(self) -> Iterator[tuple[Path, bool]]:
        if self._paths:
            for path in (self.folder / path for path in self._paths):
                yield from ((found, False) for found in files_below(path)) if path.is_dir() else ((path, True),)
        elif self.root is None:
            yield from ((found, False) for found in files_below(self.folder))
        else:
            yield from ((found, False) for found in files_below(self.root) if self._belongs(found, self.root))

    def _belongs(self, path: Path, root: Path) -> bool:
        name = path.relative_to(root)
        if name.parts[0] == ENVIRONMENTS:
            return True
        # Only the repository's own rules say that a file elsewhere belongs to it, not those of a folder in it.
        found = self._above.of(root / "any")
        own = found is not None and found[1] == "any" and found[0].for_file(name.as_posix()) is not None
        return own and path.name != CREATION_RULES


def root_of(folder: Path) -> Path | None:
    """The root of the repository that a folder stands in, if it stands in one."""
    try:
        return find_root(folder)
    except NotARepository:
        return None
