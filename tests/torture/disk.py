"""A disk that forgets: what was written since a sync may be there after a power loss, or a part of it, or nothing.

What POSIX leaves open is chosen by chance: of each file a beginning of its writes is kept, the last one maybe in part, or the
length without the content; of each folder a beginning of the changes to its names, whether or not the files behind the names
were written. A rename between folders never loses the file.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

_NUMBERS = count(2)
# Of the names and of the content: none of what was not synced is there, some, or all; and of the content maybe only its length.
_NAMES, _CONTENT = ("none", "some", "all"), ("none", "some", "length", "all")

# Bytes at an offset, or the length to which a file is cut.
Write = tuple[int, bytes] | int


@dataclass(eq=False)
class File:
    """A file: what programs see, what is on the disk, and the writes between the two."""

    mode: int
    number: int = field(default_factory=lambda: next(_NUMBERS))
    links: int = 1
    data: bytearray = field(default_factory=bytearray)
    kept: bytearray = field(default_factory=bytearray)
    kept_mode: int = 0o600
    writes: list[Write] = field(default_factory=list)

    def write(self, write: Write) -> None:
        _apply(self.data, write)
        self.writes.append(write)

    def sync(self) -> None:
        for write in self.writes:
            _apply(self.kept, write)
        self.writes.clear()
        self.kept_mode = self.mode

    def forget(self) -> None:
        """A sync that failed: the system takes the writes for done, and the disk never had them."""
        self.writes.clear()

    def left(self, chance: random.Random, how: str) -> bytes:
        """What is there after a loss."""
        left = bytearray(self.kept)
        number = {"none": 0, "length": 0, "all": len(self.writes)}.get(how, chance.randint(0, len(self.writes)))
        for write in self.writes[:number]:
            _apply(left, write)
        if how == "some" and number < len(self.writes) and not isinstance(cut := self.writes[number], int):
            _apply(left, (cut[0], cut[1][: chance.randint(0, len(cut[1]))]))
        if how == "length" and len(self.data) > len(left):
            left += bytes(len(self.data) - len(left))
        return bytes(left)


@dataclass(eq=False)
class Change:
    """Names of a folder that are others from now on; `other` is the folder, and its change, that belongs to a rename."""

    names: "dict[str, File | Folder | str | None]"
    other: "tuple[Folder, Change] | None" = None


@dataclass(eq=False)
class Folder:
    """A folder: the names that programs see, those on the disk, and the changes between the two."""

    mode: int = 0o700
    number: int = field(default_factory=lambda: next(_NUMBERS))
    names: "dict[str, File | Folder | str]" = field(default_factory=dict)
    kept: "dict[str, File | Folder | str]" = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def change(self, change: Change) -> None:
        _rename(self.names, change)
        self.changes.append(change)

    def sync(self, upto: Change | None = None) -> None:
        while self.changes:
            change = self.changes.pop(0)
            _rename(self.kept, change)
            if change.other is not None and change.other[1] in change.other[0].changes:
                change.other[0].sync(change.other[1])
            if change is upto:
                return

    def below(self) -> "Iterator[Folder]":
        """It, and every folder that is or was in it."""
        seen, left = set[int](), [self]
        while left:
            one = left.pop()
            if one.number not in seen:
                seen.add(one.number)
                yield one
                every = [*one.kept.values(), *(entry for change in one.changes for entry in change.names.values())]
                left += [entry for entry in (*every, *one.names.values()) if isinstance(entry, Folder)]


def lose(root: Folder, to: Path, chance: random.Random) -> str:
    """Write what is left of a folder after a power loss into one of the real disk; says how it was chosen."""
    names, content = chance.choice(_NAMES), chance.choice(_CONTENT)
    folders = list(root.below())
    upto = {
        one.number: {"none": 0, "all": len(one.changes)}.get(names, chance.randint(0, len(one.changes)))
        for one in folders
    }
    moved = True
    while moved:
        moved = False
        for one in folders:
            for change in one.changes[: upto[one.number]]:
                other = change.other
                if other is None or None not in change.names.values() or other[1] not in other[0].changes:
                    continue
                due = other[0].changes.index(other[1]) + 1
                if upto[other[0].number] < due:
                    upto[other[0].number], moved = due, True
    _write(root, to, upto, chance, content)
    return f"{names} of the names, {content} of the content"


def _write(folder: Folder, to: Path, upto: dict[int, int], chance: random.Random, content: str) -> None:
    to.mkdir(exist_ok=True)
    names = dict(folder.kept)
    for change in folder.changes[: upto[folder.number]]:
        _rename(names, change)
    for name, entry in names.items():
        if isinstance(entry, Folder):
            _write(entry, to / name, upto, chance, content)
        elif isinstance(entry, str):
            (to / name).symlink_to(entry)
        else:
            (to / name).write_bytes(entry.left(chance, content))
            os.chmod(to / name, chance.choice((entry.mode, entry.kept_mode)))


def load(place: Path) -> Folder:
    """A folder of the real disk, all of it synced."""
    folder = Folder(place.stat().st_mode & 0o7777)
    for one in place.iterdir():
        entry: File | Folder | str
        if one.is_symlink():
            entry = str(one.readlink())
        elif one.is_dir():
            entry = load(one)
        else:
            mode = one.stat().st_mode & 0o7777
            entry = File(mode, data=bytearray(one.read_bytes()), kept=bytearray(one.read_bytes()), kept_mode=mode)
        folder.names[one.name] = folder.kept[one.name] = entry
    return folder


def _apply(data: bytearray, write: Write) -> None:
    if isinstance(write, int):
        del data[write:]
        data += bytes(write - len(data))
    else:
        offset, new = write
        data += bytes(max(0, offset - len(data)))
        data[offset : offset + len(new)] = new


def _rename(names: "dict[str, File | Folder | str]", change: Change) -> None:
    for name, entry in change.names.items():
        if entry is None:
            names.pop(name, None)
        else:
            names[name] = entry
