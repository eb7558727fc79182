"""Trees with some of their paths replaced: only the folders on the way to them are read and written."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from pygit2 import Oid, Repository, Tree

_FILE, _FOLDER = 0o100644, 0o040000

# What stands at a path from now on: bytes of a file, the id of a folder that is there already, None for nothing.
Leaf: TypeAlias = Union[bytes, "Oid", None]
_Branching: TypeAlias = "dict[str, Leaf | _Branching]"


def planted(repository: "Repository", tree: "Oid | None", leaves: Mapping[str, Leaf]) -> "Oid":
    """The tree (None: an empty one) with other files or folders at some paths; a folder that is left empty goes."""
    return _written(repository, tree, _branching(leaves)) or repository.TreeBuilder().write()


def folder_at(repository: "Repository", tree: "Oid", path: str) -> "Oid | None":
    """The id of the folder at a path below a tree, or None."""
    found = _at(repository, tree, path)
    return found.id if found is not None and found.type_str == "tree" else None


def bytes_at(repository: "Repository", tree: "Oid", path: str) -> bytes | None:
    """What the file at a path below a tree holds, or None."""
    import pygit2

    found = _at(repository, tree, path)
    return found.data if isinstance(found, pygit2.Blob) else None


def below(repository: "Repository", tree: "Oid", prefix: str = "") -> "Iterator[tuple[str, Oid]]":
    """Every file below a tree: its path and the id of its bytes, in the order of git."""
    for entry in _tree(repository, tree):
        name = f"{prefix}{entry.name}"
        if entry.type_str == "tree":
            yield from below(repository, entry.id, f"{name}/")
        else:
            yield name, entry.id


def _branching(leaves: Mapping[str, Leaf]) -> _Branching:
    root: _Branching = {}
    for path, leaf in leaves.items():
        *folders, last = path.split("/")
        at = root
        for step in folders:
            inner = at.setdefault(step, {})
            assert isinstance(inner, dict)
            at = inner
        at[last] = leaf
    return root


def _written(repository: "Repository", tree: "Oid | None", leaves: _Branching) -> "Oid | None":
    old = None if tree is None else _tree(repository, tree)
    builder = repository.TreeBuilder() if old is None else repository.TreeBuilder(old)
    for name, leaf in leaves.items():
        there = old[name] if old is not None and name in old else None
        mode = _FOLDER
        if isinstance(leaf, dict):
            inner = there.id if there is not None and there.type_str == "tree" else None
            id = _written(repository, inner, leaf)
        elif isinstance(leaf, bytes):
            id, mode = repository.create_blob(leaf), _FILE
        else:
            id = leaf
        if id is not None:
            builder.insert(name, id, mode)
        elif there is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def _at(repository: "Repository", tree: "Oid", path: str) -> "pygit2.Object | None":  # type: ignore[name-defined]  # noqa: F821
    try:
        return _tree(repository, tree)[path]
    except KeyError:
        return None


def _tree(repository: "Repository", id: "Oid") -> "Tree":
    return repository[id]  # type: ignore[return-value]
