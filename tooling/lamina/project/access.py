"""Who can open what, as the metadata of the sealed files says it; no key is needed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lamina.project.sealed_scope import SealedScope
from lamina.thought.sealed.creation.private import holds_private_key
from lamina.thought.sealed.inspecting import inspected, looks_sealed
from lamina.thought.sealed.metadata import Group
from lamina.words.finding import Finding
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class FileAccess:
    """Who can open a file: groups of recipients and of other keys, of which `needed` must come together."""

    file: str
    groups: tuple[tuple[str, ...], ...]
    needed: int

    @property
    def shared(self) -> bool:
        """Whether nobody opens it alone."""
        return len(self.groups) > 1


@dataclass(frozen=True, slots=True)
class Access:
    """Who can open what, by file, and the files that cannot tell, with what is wrong with them."""

    files: tuple[FileAccess, ...]
    findings: tuple[Finding, ...] = ()

    def by_recipient(self) -> dict[str, list[FileAccess]]:
        """The files that each recipient can open, or help to open, in the order of their first mention."""
        found: dict[str, list[FileAccess]] = {}
        for file in self.files:
            for name in dict.fromkeys(name for group in file.groups for name in group):
                found.setdefault(name, []).append(file)
        return found


def who_opens(folder: Path, paths: Sequence[Path], now: datetime) -> Access:
    """Who can open the sealed files that are named, or all; raises CannotRead where one cannot be read."""
    scope = SealedScope(folder, paths)
    files: list[FileAccess] = []
    findings: list[Finding] = []
    for file in scope.files():
        if not looks_sealed(file.data, file.name):
            continue
        seen = inspected(file.data, file.name, now)
        if seen.look is None:
            findings += (finding for finding in seen.findings if finding.severity == "error")
            continue
        metadata = seen.look.metadata
        files.append(FileAccess(file.name, tuple(map(_names, metadata.groups)), metadata.needed))
    return Access(tuple(files), (*findings, *scope.obstacles))


def _names(group: Group) -> tuple[str, ...]:
    names = (*group.recipients, *group.others)
    return tuple("a private key" if holds_private_key(name) else name or "nobody" for name in names)
