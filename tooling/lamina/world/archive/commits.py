"""Commits of the private repository, and its references, which only move from a value that is known."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.words.values import dataclass
from lamina.world.archive.failures import CannotArchive
from lamina.world.archive.opening import opened, reference, sync_path
from lamina.world.archive.trees import Leaf, folder_at, planted

if TYPE_CHECKING:
    from pygit2 import Commit, Oid, Repository

# Signs the bytes of a commit, as git does: the armoured signature.
Sign = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Author:
    """Who commits, and when, in seconds since 1970."""

    name: str
    email: str
    time: int


@dataclass(frozen=True, slots=True)
class Archive:
    """The private repository of one store, while its lock is held: `own` is the folder of its tree that is the store's.

    `lock` is the descriptor that holds the lock. Commits are signed by `sign`, if any.
    """

    folder: Path
    branch: str
    own: str
    lock: int
    sign: Sign | None = None

    @property
    def repository(self) -> "Repository":
        """The repository, read anew: git may have packed its objects since. Raises NoArchive and Shallow."""
        return opened(self.folder)

    def at(self, name: str) -> str | None:
        """The id of the commit that a reference is at, or None."""
        repository = self.repository
        return str(repository.references[name].target) if name in repository.references else None

    @property
    def tip(self) -> str | None:
        """The newest commit here, pushed or not."""
        return self.at(reference(self.branch))

    def commit(self, leaves: Mapping[str, Leaf], message: str, author: Author) -> str:
        """Commit other files at some paths, on top of the newest, and give the commit's id; raises CannotArchive."""
        with refusals():
            repository, tip = self.repository, self.tip
            before = None if tip is None else commit_of(repository, tip)
            tree = planted(repository, None if before is None else before.tree_id, leaves)
            made = self.made(tree, message, author, [] if tip is None else [tip])
            self.move(reference(self.branch), tip, made)
            return made

    def made(self, tree: "Oid", message: str, author: Author, parents: Sequence[str]) -> str:
        """A commit that nothing refers to yet, signed if it is to be."""
        import pygit2

        repository = self.repository
        who = pygit2.Signature(author.name, author.email, author.time, 0)
        above: list[str | pygit2.Oid] = [pygit2.Oid(hex=one) for one in parents]
        if self.sign is not None:
            text = str(repository.create_commit_string(who, who, message, tree, above))
            return str(repository.create_commit_with_signature(text, self.sign(text.encode())))
        return str(repository.create_commit(None, who, who, message, tree, above))

    def move(self, name: str, old: str | None, new: str) -> None:
        """Have a reference go from one commit to another (None: from nowhere); raises CannotArchive where it is elsewhere."""
        if old == new:
            return
        repository = self.repository
        there = repository.references.get(name)
        if (None if there is None else str(there.target)) != old:
            raise CannotArchive(f"{name} was moved by somebody who does not hold the lock")
        # libgit2 forces each object and its name to the disk, but not the name of a folder that it makes for them.
        sync_path(self.folder / "objects")
        if there is None:
            # Not by force: one that is there by now stays, and that is an error.
            repository.references.create(name, new)
            for folder in (self.folder / name).parents[: name.count("/")]:
                sync_path(folder)
        else:
            # An error too, where another moved it after it was read.
            there.set_target(new)

    def drop(self, name: str) -> None:
        """Take a reference away, if it is there."""
        repository = self.repository
        if name in repository.references:
            repository.references.delete(name)

    def part(self, commit: str | None) -> "Oid | None":
        """The folder of the store in a commit's tree."""
        if commit is None:
            return None
        repository = self.repository
        return folder_at(repository, commit_of(repository, commit).tree_id, self.own)

    def since(self, hidden: str | None) -> list[str]:
        """The commits up to the newest that cannot be reached from another, the oldest first."""
        import pygit2

        repository, tip = self.repository, self.tip
        if tip is None:
            return []
        walk = repository.walk(pygit2.Oid(hex=tip), pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE)
        if hidden is not None:
            walk.hide(pygit2.Oid(hex=hidden))
        return [str(commit.id) for commit in walk]

    def replanted(self, commits: Sequence[str], onto: str) -> str:
        """Commits of the store made again on top of another, and the last of them: only the store's folder is replaced.

        What changes nothing there is left out, such as commits of other stores.
        """
        repository = self.repository
        for id in commits:
            commit = commit_of(repository, id)
            part = folder_at(repository, commit.tree_id, self.own)
            before = str(commit.parent_ids[0]) if commit.parent_ids else None
            if part == self.part(before) or part == self.part(onto):
                continue
            tree = planted(repository, commit_of(repository, onto).tree_id, {self.own: part})
            author = Author(commit.author.name, commit.author.email, commit.author.time)
            onto = self.made(tree, commit.message, author, [onto])
        return onto


class refusals:  # noqa: N801  # a context, as contextlib.suppress is
    """What libgit2 and the disk refuse meanwhile becomes CannotArchive."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import pygit2

        if isinstance(error, pygit2.GitError | OSError | ValueError | KeyError):
            raise CannotArchive(str(error)) from None


def commit_of(repository: "Repository", id: str) -> "Commit":
    """A commit by its id."""
    return repository[id]  # type: ignore[return-value]
