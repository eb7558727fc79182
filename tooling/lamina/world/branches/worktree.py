"""The work tree and the index of a branch that is checked out: they follow a commit, or stay as they are."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.branches.failures import Busy, DirtyFiles
from lamina.world.branches.program import Git
from lamina.world.branches.trees import Entry, Replanted

Files: TypeAlias = Mapping[str, bytes | None]
# Puts new bytes into several files below a folder, all or none, and takes away those of None.
Write: TypeAlias = Callable[[Path, Files], None]

# As much as a file of one byte takes on the disk, or a folder that gets one name more.
_BLOCK = 4096


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one of us who commits to what is checked out there; whoever dies is so no longer. Raises Busy."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A work tree by its top, and how files are written there."""

    git: Git
    top: Path
    write: Write

    def demand_clean(self, tree: Replanted) -> None:
        """Raise DirtyFiles for the files to change that differ from the last commit, be it staged or not, tracked or not."""
        names = sorted(tree.before)
        status = self.git.do("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", *names)
        dirty = {entry[3:] for entry in status.split("\0")[:-1]}
        dirty |= {name for name in names if tree.before[name] is None and self._is_taken(name)}
        if dirty:
            raise DirtyFiles(sorted(dirty))

    @contextmanager
    def following(self, tree: Replanted, files: Files, place: Path) -> Iterator[None]:
        """Bring the files and the index to a new tree for as long as it takes to commit it, and back if that fails.

        In `place` room is set aside for the way back, as it may be a full disk that the commit fails for.
        """
        new = {name: files[name] for name in tree.before}
        old = {name: self._read(name) for name in new}
        room = place / "room"
        room.write_bytes(bytes(self._needed(old)))
        self.write(self.top, new)
        recorded = False
        try:
            self._record(tree.after)
            recorded = True
            yield
        except BaseException as error:
            # Whoever moved the branch, if it is at a commit of the new tree by now, then the files are right.
            if self.git.line("rev-parse", "HEAD^{tree}") != tree.new:
                room.unlink()
                with _telling(error):
                    self._put_back(error, old, new)
                # What failed has not changed the index; what was interrupted may have.
                if recorded or not isinstance(error, Failure):
                    with _telling(error):
                        self._record(tree.before)
            raise

    def _record(self, entries: Mapping[str, Entry | None]) -> None:
        """Put files into the index, and leave all others in it as they are, staged or not."""
        nothing = Entry(0, "0" * 40)
        pairs = ((name, entry or nothing) for name, entry in entries.items())
        lines = "".join(f"{entry.mode:o} {entry.id}\t{name}\0" for name, entry in pairs)
        self.git.do("update-index", "-z", "--index-info", stdin=lines.encode())
        self.git.ask("update-index", "-q", "--refresh")

    def _put_back(self, error: BaseException, old: Files, new: Files) -> None:
        """The files as they were; what somebody else, such as a hook, made of them meanwhile is kept among git's objects."""
        for name, data in new.items():
            now = self._read(name)
            if now not in (data, None):
                id = self.git.do("hash-object", "-w", "--stdin", stdin=now or b"")
                _tell(error, f"what {name} held by then is kept: git cat-file blob {id[:12]}")
        self.write(self.top, old)

    def _needed(self, old: Files) -> int:
        """The bytes that it takes on the disk to write files and the index anew, in whole blocks."""
        index = self.git.path("index")
        sizes = [len(data or b"") for data in old.values()] + [index.stat().st_size if index.exists() else 0]
        return sum(size + 2 * _BLOCK for size in sizes)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.top / name).read_bytes()
        except FileNotFoundError:
            return None

    def _is_taken(self, name: str) -> bool:
        """Whether something stands at a name that git tracks nothing at, or on the way to it what is no folder."""
        path = self.top / name
        above = (self.top / one for one in Path(name).parents)
        return os.path.lexists(path) or any(one.is_symlink() or one.is_file() for one in above if one != self.top)


@contextmanager
def _telling(error: BaseException) -> Iterator[None]:
    """Take something back on the way out of an error; what cannot be taken back is told with it."""
    try:
        yield
    except Failure as failure:
        _tell(error, f"not all could be put back: {failure.message}", *failure.details)


def _tell(error: BaseException, *lines: str) -> None:
    if isinstance(error, Failure):
        error.details = (*error.details, *lines)
