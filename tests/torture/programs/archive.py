"""An archiver: it commits to the private repository of a store, one number more each time."""

from collections.abc import Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.failures import CannotArchive
from lamina.world.archive.opening import held, ready
from lamina.world.archive.shelf import Shelf
from torture.children import Ack

_BRANCH = "state-archive"
_OWN = "v1/torture-1"


@dataclass(frozen=True)
class Archiver:
    """Commits a head and one file more each turn; acknowledged is the commit's id.

    Those that are not `locked` are kept apart by nothing but the branch, which moves only from where it was read.
    """

    name: str = "archiver"
    locked: bool = True

    def prepare(self, folder: Path) -> None:
        with _archive(folder):
            pass

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        for _ in range(turns):
            if self.locked:
                with _archive(folder) as archive:
                    ack(self._one_more(folder, archive))
            else:
                with suppress(CannotArchive):
                    ack(self._one_more(folder, Archive(folder / "archive.git", _BRANCH, _OWN, -1)))

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        acked = list(acked)
        repository = folder / "archive.git"
        try:
            shelf = Shelf.open(repository, _BRANCH)
            commits = [] if shelf is None else shelf.commits()
            told = {one.id for one in commits}
            faults = [f"commit {one} was acknowledged and is lost" for one in acked if one not in told]
            # Without a lock, what one has read may be old when it commits.
            for number, commit in enumerate(commits if self.locked else (), 1):
                assert shelf is not None
                names = shelf.names(commit.id, f"{_OWN}/each")
                if len(names) != number or shelf.file(commit.id, f"{_OWN}/head") != b"%d" % number:
                    faults.append(f"commit {number} of the archive holds something else")
            return faults
        except Exception as error:  # whatever is wrong with a repository that is not whole
            return [f"the archive cannot be read: {type(error).__name__}: {error}"]

    def reopen(self, folder: Path, acked: Iterable[str]) -> list[str]:
        try:
            with _archive(folder) as archive:
                new = self._one_more(folder, archive)
        except Failure as failure:
            return [f"cannot be opened and written to: {type(failure).__name__}: {failure.message}"]
        left = [str(one.relative_to(folder)) for one in (folder / "archive.git").rglob("*.lock")]
        return [*(f"the lock {one} was left" for one in left), *self.judge(folder, [*acked, new])]

    def _one_more(self, folder: Path, archive: Archive) -> str:
        shelf = Shelf.open(folder / "archive.git", _BRANCH)
        tip = None if shelf is None else shelf.tip
        number = 1 if tip is None or shelf is None else int(shelf.file(tip, f"{_OWN}/head") or b"0") + 1
        files = {f"{_OWN}/head": b"%d" % number, f"{_OWN}/each/{number}": b"%d" % (number * 7)}
        return archive.commit(files, f"torture-1@{number}", Author("Ada", "ada@example.org", number))


@contextmanager
def _archive(folder: Path):  # type: ignore[no-untyped-def]
    with held(folder / "archive.lock") as lock:
        ready(folder / "archive.git", _BRANCH)
        yield Archive(folder / "archive.git", _BRANCH, _OWN, lock)
