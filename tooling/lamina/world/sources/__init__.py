"""Sources: where a repository's files are read from; a work tree today, any tree of bytes by the same contract."""

from typing import Protocol, runtime_checkable

from lamina.words.errors import Failure
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A name in the tree that cannot be read as a file, and why."""

    file: str
    rule: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files under environments/ and schemas/, lamina.yaml and policies, sorted, and the obstacles met."""

    files: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()


class Unreadable(Failure):
    """A file that is listed but cannot be read; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(f"{obstacle.file}: {obstacle.message}", obstacle.fix)
        self.obstacle = obstacle


class Source(Protocol):
    """One reading of a repository's files; names are relative to its root, with slashes."""

    def list(self) -> Listing:
        """All files of the repository that lamina reads."""

    def every(self) -> tuple[str, ...]:
        """All plain files of the repository, those that lamina reads or not, sorted; very large ones may be missing."""

    def read(self, file: str) -> bytes:
        """A file's bytes; raises Unreadable."""


@runtime_checkable
class Identified(Source, Protocol):
    """A source that tells the content at a name, of a file or a folder, apart from others without reading it."""

    def identity(self, name: str) -> str | None:
        """The same for the same content; None where nothing stands."""
