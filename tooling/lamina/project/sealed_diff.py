"""What differs in sealed files between two revisions, or two files: without a key, or by what they hold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from lamina.project.keyring import Keyring
from lamina.project.sealed_sides import Sides, sides_of
from lamina.thought.sealed.comparing import Comparison, compared, compared_opened
from lamina.thought.sealed.failures import NoKey, Unsound
from lamina.thought.sealed.inspecting import looks_sealed
from lamina.thought.sealed.opening import Look, Opened, look
from lamina.words.errors import Misuse
from lamina.words.finding import Finding, Position
from lamina.words.values import dataclass

FileChange: TypeAlias = Literal["changed", "added", "removed", "sealed", "unsealed", "unreadable"]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What became of one file, and what differs in it."""

    file: str
    change: FileChange
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class SealedDiff:
    """What differs between `left` and `right`.

    `findings` are about states that cannot be read; `no_key` is the first failure where keys were given and none fitted.
    """

    left: str
    right: str
    files: tuple[FileDiff, ...] = ()
    findings: tuple[Finding, ...] = ()
    no_key: NoKey | None = None


def diff_sealed(folder: Path, words: Sequence[str], keyring: Keyring | None = None) -> SealedDiff:
    """What differs between the sides that the words mean (see `sides_of`); with a keyring the files are opened."""
    sides = sides_of(folder, words)
    teller = _Teller(sides, keyring)
    if sides.two_files:
        teller.demand_sealed()
    files = tuple(diff for old, new in sides.pairs if (diff := teller.told(old, new)) is not None)
    no_key = teller.no_key if not teller.opened else None
    return SealedDiff(sides.left.label, sides.right.label, files, tuple(teller.findings), no_key)


class _Teller:
    """Tells what differs in one file after the other, and keeps what could not be read or opened."""

    def __init__(self, sides: Sides, keyring: Keyring | None) -> None:
        self.sides = sides.left, sides.right
        self.keyring = keyring
        self.findings: list[Finding] = []
        self.opened = 0
        self.no_key: NoKey | None = None

    def demand_sealed(self) -> None:
        """Raise Misuse where no file of either side is sealed."""
        files = [(name, data) for side in self.sides for name, data in side.data.items()]
        if not any(looks_sealed(data, name) for name, data in files):
            raise Misuse("neither file is sealed", "git diff --no-index compares plain files")

    def told(self, old: str, new: str) -> FileDiff | None:
        """What differs in a file, or None where nothing does or no state is sealed."""
        states = [(name, side.data.get(name)) for name, side in zip((old, new), self.sides, strict=True)]
        sealed = [data is not None and looks_sealed(data, name) for name, data in states]
        if not any(sealed):
            return None
        looks = [self._look(number, *states[number]) if sealed[number] else None for number in (0, 1)]
        if any(is_sealed and one is None for one, is_sealed in zip(looks, sealed, strict=True)):
            return FileDiff(new, "unreadable", Comparison())
        change: FileChange = "changed"
        if not sealed[0]:
            change = "added" if states[0][1] is None else "sealed"
        elif not sealed[1]:
            change = "removed" if states[1][1] is None else "unsealed"
        comparison = self._compared(looks)
        return FileDiff(new, change, comparison) if comparison.differs or change != "changed" else None

    def _look(self, number: int, name: str, data: bytes | None) -> Look | None:
        try:
            return look(data or b"", name)
        except Unsound as failure:
            self._find(failure, name, number)
            return None

    def _compared(self, looks: Sequence[Look | None]) -> Comparison:
        if self.keyring is not None:
            opened: list[Opened | None] = []
            for number, one in enumerate(looks):
                try:
                    opened.append(self.keyring.open(one) if one else None)
                except NoKey as failure:
                    self.no_key = self.no_key or failure
                except Unsound as failure:
                    self._find(failure, failure.file, number)
            if len(opened) == len(looks):
                self.opened += 1
                return compared_opened(opened[0], opened[1])
        return compared(looks[0], looks[1])

    def _find(self, failure: Unsound, name: str, number: int) -> None:
        place, _, message = failure.message.removeprefix(name).partition(": ")
        line = place.removeprefix(":")
        position = Position(name, int(line) if line.isdigit() else 1)
        said = f"in {self.sides[number].label}: {message}"
        self.findings.append(Finding("unsound-file", said, position, fix=failure.hint))
