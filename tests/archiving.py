"""A store's archive for the tests: its snapshots are numbers in a file."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from githistory import git

from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.opening import held, ready
from lamina.world.archive.remote import Patience, Pushed, Remote, pull, push
from lamina.world.archive.shelf import Shelf

BRANCH = "state-archive"


@dataclass(frozen=True, slots=True)
class Store:
    """The home of a store, and what its archiver would do."""

    home: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.home / "archive.git"

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        with held(self.home / "archive.lock") as lock:
            ready(self.folder, BRANCH)
            yield Archive(self.folder, BRANCH, f"v1/{self.name}", lock)

    def commit(self, number: int) -> str:
        with self.archive() as archive:
            files = {f"v1/{self.name}/head": b"%d" % number, f"v1/{self.name}/each/{number}": b"x"}
            return archive.commit(files, f"{self.name}@{number}", Author("Ada", "ada@example.org", number))

    def push(
        self, server: Path | str, again: bool = False, follows: Callable[[str, str], bool] = lambda old, new: False
    ) -> Pushed:
        with self.archive() as archive:
            return push(archive, Remote(str(server), follows), Patience(random.uniform), again)

    def pull(self, server: Path | str, again: bool = False) -> str | None:
        with self.archive() as archive:
            return pull(archive, Remote(str(server)), again)

    @property
    def messages(self) -> list[str]:
        shelf = Shelf.open(self.folder, BRANCH)
        return [] if shelf is None else [commit.message for commit in shelf.commits()]


def pushed(server: Path) -> list[str]:
    """The messages at a server, the oldest first."""
    return git(server, "log", "--reverse", "--format=%s", BRANCH).splitlines()
