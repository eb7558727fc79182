"""The tree of a commit with some files changed: only the folders on the way to them are read and written."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from lamina.words.values import dataclass
from lamina.world.branches.failures import CannotCommit, InTheWay

if TYPE_CHECKING:
    from pygit2 import Oid, Repository, Tree

_PLAIN, _FOLDER = 0o100644, 0o040000
_PLAIN_MODES = (_PLAIN, 0o100755)
_WHAT = {_FOLDER: "folder", 0o120000: "link", 0o160000: "submodule"}

# A part of a tree: files and folders by name; bytes of a file, None for one that goes.
_Branching: TypeAlias = "dict[str, bytes | _Branching | None]"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree says of a file: its mode and the id of its bytes."""

    mode: int
    id: str


@dataclass(frozen=True, slots=True)
class Replanted:
    """A tree and what it became, by their ids; and what each says of the files that differ, None for nothing."""

    old: str
    new: str
    before: Mapping[str, Entry | None]
    after: Mapping[str, Entry | None]


def replanted(repository: "Repository", commit: str, files: Mapping[str, bytes | None]) -> Replanted:
    """The tree of a commit with new bytes in some files, and without those of None; raises InTheWay and CannotCommit.

    A file keeps its mode, and a new one is not executable. Nothing is written but objects that nothing refers to yet.
    """
    import pygit2

    pygit2.settings.enable_fsync_gitdir(True)
    try:
        old = repository[commit].peel(pygit2.Tree)
        made = _written(repository, old, _branching(files), "")
        new = repository[made or repository.TreeBuilder().write()].peel(pygit2.Tree)
    except (pygit2.GitError, OSError) as error:
        raise CannotCommit(str(error)) from None
    sides = [{name: _entry(tree, name) for name in files} for tree in (old, new)]
    differing = [name for name in files if sides[0][name] != sides[1][name]]
    before, after = ({name: side[name] for name in differing} for side in sides)
    return Replanted(str(old.id), str(new.id), before, after)


def _branching(files: Mapping[str, bytes | None]) -> _Branching:
    root: _Branching = {}
    for name, data in sorted(files.items()):
        *folders, last = name.split("/")
        folder = root
        for step in folders:
            below = folder.setdefault(step, {})
            if not isinstance(below, dict):
                raise CannotCommit(f"{name} would lie in a file")
            folder = below
        folder[last] = data
    return root


def _written(repository: "Repository", tree: "Tree | None", files: _Branching, place: str) -> "Oid | None":
    """The tree with its part of the files replaced; None where nothing is left in it."""
    builder = repository.TreeBuilder() if tree is None else repository.TreeBuilder(tree)
    for name, wanted in files.items():
        found = None if tree is None or name not in tree else tree[name]
        mode = None if found is None else int(found.filemode)
        if isinstance(wanted, dict):
            _demand((None, _FOLDER), mode, place + name)
            below = None if found is None else found
            id = _written(repository, below, wanted, f"{place}{name}/")  # type: ignore[arg-type]
            mode = _FOLDER
        else:
            _demand((None, *_PLAIN_MODES), mode, place + name)
            id = None if wanted is None else repository.create_blob(wanted)
        if id is not None:
            builder.insert(name, id, mode or _PLAIN)
        elif found is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def _demand(modes: tuple[int | None, ...], mode: int | None, file: str) -> None:
    """Raise InTheWay where something else stands than may."""
    if mode not in modes:
        raise InTheWay(file, _WHAT.get(mode or 0, "file"))


def _entry(tree: "Tree", name: str) -> Entry | None:
    try:
        found = tree[name]
    except KeyError:
        return None
    return Entry(int(found.filemode), str(found.id))
