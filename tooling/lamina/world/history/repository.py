"""The git repository that a folder stands in: opened, or refused for a reason that helps."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.history.commits import Commit, blamed, fork_of, line_of, told
from lamina.world.history.failures import BeyondShallow, NotInGit, Unopenable, Unrelated, Untrusted
from lamina.world.history.merging import Merge, Side, merged
from lamina.world.history.naming import commit_named, ends_of
from lamina.world.history.objects import Database, read_object


class History:
    """The git repository of a folder: a work tree, one linked to another, or a bare repository; raises NotInGit and Unopenable.

    It is opened to be read: neither the work tree nor the index nor a ref is ever touched. `received` are folders of objects
    beside its own, such as that in which git keeps a push until it is accepted.
    """

    def __init__(self, folder: Path, received: Sequence[Path] = ()) -> None:
        import pygit2

        folder = folder.resolve()
        try:
            path = pygit2.discover_repository(str(folder))
        except (KeyError, ValueError, pygit2.GitError):
            path = None
        if path is None:
            raise NotInGit(folder)
        try:
            self._repository = pygit2.Repository(path)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise _refusal(path, str(error)) from None
        for objects in received:
            self._repository.odb.add_disk_alternate(str(objects))
        self.objects = Database(partial(read_object, self._repository))

    def within(self, folder: Path) -> str:
        """A folder's name in the work tree; "" for its top, in a bare repository, and for one outside of it."""
        top, folder = self.top, folder.resolve()
        return folder.relative_to(top).as_posix() if top and folder.is_relative_to(top) else ""

    def commit(self, revision: str) -> Commit:
        """The commit that a revision names: an id or its beginning, a branch, a tag, `HEAD~2`, `main@{1}`, `:/text`.

        Raises NoSuchRevision, AmbiguousRevision, NotACommit, NoCommits and BeyondShallow.
        """
        return told(commit_named(self._repository, revision))

    def fork(self, one: str, other: str) -> Commit:
        """The newest commit that two revisions both come from; raises Unrelated, BeyondShallow, and what `commit` raises."""
        found = fork_of(self._repository, self.commit(one).id, self.commit(other).id)
        if found is None:
            ends = ends_of(self._repository)
            raise BeyondShallow(f"the commit at which {one} and {other} part", ends) if ends else Unrelated(one, other)
        return found

    @property
    def top(self) -> Path | None:
        """The top of the work tree; None in a bare repository."""
        return Path(self._repository.workdir).resolve() if self._repository.workdir else None

    @property
    def is_bare(self) -> bool:
        """Whether it has no work tree."""
        return bool(self._repository.is_bare)

    def line(self, commit: str, first_parents: bool = True) -> Iterator[Commit]:
        """A commit and all before it, each after its parents; by first parents, unless all are asked for."""
        return line_of(self._repository, commit, first_parents)

    def precedes(self, older: str, newer: str) -> bool:
        """Whether one commit is among those before another, or is that commit itself."""
        import pygit2

        ids = [pygit2.Oid(hex=id) for id in (newer, older)]
        return older == newer or self._repository.descendant_of(*ids)

    def changed(self, old: str, new: str) -> frozenset[str]:
        """The files that differ between two commits, named from the top of the git repository."""
        import pygit2

        trees = [self._repository[id].peel(pygit2.Tree) for id in (old, new)]
        deltas = trees[0].diff_to_tree(trees[1]).deltas
        return frozenset(str(one.path) for delta in deltas for one in (delta.old_file, delta.new_file))

    def file(self, commit: str, name: str) -> bytes:
        """The bytes of a file in a commit; raises KeyError where it has none of that name."""
        import pygit2

        tree = self._repository[commit].peel(pygit2.Tree)
        return tree[name].peel(pygit2.Blob).data

    def merged(self, base: Side, ours: Side, theirs: Side) -> Merge:
        """What a three-way merge makes of our side; objects are written, and nothing else.

        Raises NotAFile and CannotMerge.
        """
        return merged(self._repository, base, ours, theirs)

    def ends(self) -> frozenset[str]:
        """The commits at which a shallow clone ends; none of a whole one."""
        return frozenset(ends_of(self._repository))

    def blame(self, commit: str, file: str) -> list[Commit]:
        """The commit that set each line of a file, named from the top of the git repository, as it is in a commit."""
        return blamed(self._repository, commit, file)


def _refusal(path: str, error: str) -> Failure:
    if "not owned" in error:
        return Untrusted(path.rstrip("/").removesuffix("/.git"))
    if "object format" in error:
        hint = "lamina reads revisions of repositories with SHA-1 ids, and any work tree"
        return Unopenable(path, "its ids are SHA-256, which libgit2 does not read yet", hint)
    if "refstorage" in error:
        hint = "git refs migrate --ref-format=files (git 2.46 or newer) brings it into the form that libgit2 reads"
        return Unopenable(path, "its refs are in the reftable format, which libgit2 does not read yet", hint)
    return Unopenable(path, error.removeprefix(f"{path}: "), "git -C ... status says whether git itself can read it")
