"""Trees of a repository, as they are found at every look: the work tree, and that of a branch which moves."""

import os
import time
from pathlib import Path
from typing import Protocol

from lamina.project.live.ground import Refused, Unsettled
from lamina.project.revisions import NothingThere, home_of
from lamina.words.errors import Failure, Misuse
from lamina.world.gitdir import git_folder
from lamina.world.repository import find_root
from lamina.world.sources import Identified
from lamina.world.sources.hashed import HashedTree
from lamina.world.sources.memory import Look, Memory, look_of

# Seconds for which a lock of git's is taken for one that is held.
_LONGEST_CHECKOUT = 2.0


class NoSuchBranch(Failure):
    """There is nothing of that name in the repository to follow."""

    def __init__(self, reference: str) -> None:
        hint = "git branch --list shows the branches; of another repository's say refs/remotes/origin/NAME"
        branch = reference.removeprefix("refs/heads/")
        super().__init__(f"no branch {branch}" if branch != reference else f"no reference {reference}", hint)


class Trees(Protocol):
    """Where the tree of a repository is found, again at every look."""

    @property
    def name(self) -> str:
        """What people call it."""

    def tree(self) -> tuple[Identified, str | None, Path | None]:
        """The tree, the commit that it is of, and the folder on disk; raises Unsettled, and Failures."""

    def demand_still(self) -> None:
        """Raise Unsettled where what was read may be of two minds, and Refused where it is nothing."""

    def accept(self) -> None:
        """What was read is in force."""

    def places(self) -> list[Path]:
        """What changes with it."""


class WorkTrees:
    """The work tree that a folder stands in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory = Memory()
        self._lock: tuple[Look | None, float] = (None, 0.0)
        self._tree: HashedTree | None = None
        self._git: str | None = None
        self._index: Look | None = None

    @property
    def name(self) -> str:
        """Its root, as it was named."""
        return f"work tree {self._folder}"

    def tree(self) -> tuple[Identified, str | None, Path | None]:
        """The files as they are now; raises NotARepository."""
        root = find_root(self._folder)
        git = git_folder(root)
        self._git = git.own if git else None
        self._index = self._quiet()
        self._tree = HashedTree(root, self._memory)
        return self._tree, None, root

    def demand_still(self) -> None:
        """Raise Unsettled where git has begun to write since, or a file is being written; Refused where one was emptied."""
        if self._quiet() != self._index:
            raise Unsettled(f"git was at work in {self._folder}")
        files = self._tree.list().files if self._tree else ()
        if young := self._memory.young(files):
            raise Unsettled(f"{young} is being written")
        if emptied := self._memory.emptied(files):
            raise Refused(f"{emptied} is empty: delete it, or write {{}}")

    def accept(self) -> None:
        """What was read is in force."""
        self._memory.begin()

    def _quiet(self) -> Look | None:
        """How git's index looks; raises Unsettled while git writes: what it checks out is there as a whole, or not yet."""
        lock = _look(f"{self._git}/index.lock") if self._git else None
        if lock != self._lock[0]:
            self._lock = (lock, time.monotonic())
        # A lock that was left behind by a git that was killed keeps nobody waiting.
        if lock is not None and time.monotonic() - self._lock[1] < _LONGEST_CHECKOUT:
            raise Unsettled(f"git is at work in {self._folder}")
        return _look(f"{self._git}/index") if self._git else None

    def places(self) -> list[Path]:
        """All that lamina reads."""
        from lamina.world.watching import places_of_worktree

        root = find_root(self._folder)
        # A link that was named is watched too: it may be swapped.
        return places_of_worktree(self._folder if self._folder.resolve() == root else root)


class Branch:
    """A branch of a repository, with a work tree or without: what it is moved to is read out of git."""

    def __init__(self, folder: Path, branch: str) -> None:
        self._folder = folder
        self._reference = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        if any(mark in branch for mark in "~^:@{ ?*["):
            raise Misuse(f"{branch!r} is no branch", "name a branch, such as main, or a whole reference: refs/...")

    @property
    def name(self) -> str:
        """The repository and the reference."""
        return f"{self._reference} of {self._folder}"

    def tree(self) -> tuple[Identified, str | None, Path | None]:
        """The tree that the branch leads to now; raises what `History` raises, and NothingThere."""
        from lamina.world.history import History, NoSuchRevision
        from lamina.world.sources.commit import CommitTree

        home = home_of(self._folder)
        history = History(home or self._folder)
        try:
            commit = history.commit(self._reference)
        except NoSuchRevision:
            raise NoSuchBranch(self._reference) from None
        start = CommitTree(history.objects, commit.tree).root_above(history.within(self._folder))
        if start is None:
            raise NothingThere(self._reference, commit)
        return CommitTree(history.objects, commit.tree, start), commit.id, home

    def demand_still(self) -> None:
        """A commit never changes."""

    def accept(self) -> None:
        """Nothing is remembered of it."""

    def places(self) -> list[Path]:
        """What moves with the branch."""
        from lamina.world.watching import places_of_branch

        return places_of_branch(self._folder, self._reference)


def _look(path: str) -> Look | None:
    try:
        return look_of(os.lstat(path))
    except OSError:
        return None
