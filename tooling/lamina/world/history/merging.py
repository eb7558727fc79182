"""Three trees made into one, as git merges them; only objects are written, neither the work tree nor the index nor a ref."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from lamina.words.errors import Failure
from lamina.words.values import dataclass

if TYPE_CHECKING:
    import pygit2

_FILE_MODES = (0o100644, 0o100755)


class NotAFile(Failure):
    """A link or a submodule that would change, which only git itself can do."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is a link or a submodule, which lamina does not change", "git revert does")


class CannotMerge(Failure):
    """What a merge makes cannot be kept among git's objects, such as on a full disk."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"git's objects cannot be written: {reason}", "nothing was changed; make room and run it again"
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file in which both sides changed the same lines, or which one changed and the other took away.

    `text` is the file with git's marks around the lines in question; None where a side has no file.
    """

    file: str
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of our side: the files that change, None for those that go; nothing of it where there are conflicts."""

    files: Mapping[str, bytes | None] = field(repr=False)
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """The tree of a commit, in which some files have other bytes."""

    commit: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def merged(repository: "pygit2.Repository", base: Side, ours: Side, theirs: Side) -> Merge:
    """What a three-way merge makes of our side; raises NotAFile and CannotMerge."""
    import pygit2

    try:
        return _merged(repository, base, ours, theirs)
    except (OSError, pygit2.GitError) as error:
        raise CannotMerge(str(error)) from None


def _merged(repository: "pygit2.Repository", base: Side, ours: Side, theirs: Side) -> Merge:
    before = _tree(repository, ours)
    index = repository.merge_trees(_tree(repository, base), before, _tree(repository, theirs))
    if index.conflicts is not None:
        conflicts = (_conflict(repository, *entries) for entries in index.conflicts)
        return Merge({}, tuple(sorted(conflicts, key=lambda one: one.file)))
    return Merge(dict(_changes(repository, before, index.write_tree(repository))))


def _tree(repository: "pygit2.Repository", side: Side) -> "pygit2.Oid":
    import pygit2

    tree = repository[side.commit].peel(pygit2.Tree)
    if not side.files:
        return tree.id
    index = pygit2.Index()
    index.read_tree(tree)
    for name, data in side.files.items():
        mode = index[name].mode
        index.add(pygit2.IndexEntry(name, repository.create_blob(data), mode))
    return index.write_tree(repository)


def _changes(
    repository: "pygit2.Repository", before: "pygit2.Oid", after: "pygit2.Oid"
) -> Iterator[tuple[str, bytes | None]]:
    import pygit2
    from pygit2.enums import DeltaStatus

    old = repository[before].peel(pygit2.Tree)
    for delta in old.diff_to_tree(repository[after].peel(pygit2.Tree)).deltas:
        gone = delta.status == DeltaStatus.DELETED
        mode = delta.old_file.mode if gone else delta.new_file.mode
        if mode not in _FILE_MODES:
            raise NotAFile(delta.new_file.path)
        yield delta.new_file.path, None if gone else repository[delta.new_file.id].peel(pygit2.Blob).data


def _conflict(
    repository: "pygit2.Repository",
    base: "pygit2.IndexEntry | None",
    ours: "pygit2.IndexEntry | None",
    theirs: "pygit2.IndexEntry | None",
) -> Conflict:
    name = str(next(entry.path for entry in (ours, theirs, base) if entry is not None))
    if base is None or ours is None or theirs is None:
        return Conflict(name, None)
    return Conflict(name, repository.merge_file_from_index(base, ours, theirs).contents)
