"""Opened files as trees that compare by type and value, and the merge of three of them."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from lamina.thought.sealed.merging.conflicts import Conflict, Deed
from lamina.thought.sealed.merging.weaving import woven
from lamina.thought.sealed.stores import Store
from lamina.thought.sealed.tree import Frame, Leaf, Parsed
from lamina.thought.sealed.values import Value, kind_of_value, plain_bytes
from lamina.words.node import Path


@dataclass(frozen=True, slots=True, repr=False)
class Atom:
    """A scalar: equal to another by what its format tells apart; shows nothing of what it is."""

    kind: str
    data: bytes
    value: Value = field(compare=False)


class _Absent:
    """What stands where a key is not."""


ABSENT: Final = _Absent()
Tree: TypeAlias = Any  # a dict or a list of trees, an Atom, or ABSENT


def atom(value: Value, store: Store) -> Atom:
    """A scalar of a format: in dotenv and INI everything is text, and JSON has one type of number."""
    if value is None:
        return Atom("null", b"", None)
    kind = kind_of_value(value)
    if store.texts_only:
        data = str(value).lower().encode() if kind == "bool" else plain_bytes(value)
        return Atom("str", data, value)
    return Atom("number" if store.name == "json" and kind in ("int", "float") else kind, plain_bytes(value), value)


def trees(parsed: Parsed, store: Store, values: Mapping[Leaf, Value] | None = None) -> list[Tree]:
    """The tree of every document, with `values` in place of what leaves say; comments are left out."""
    out: list[Tree] = []
    made: dict[int, Tree] = {}
    for entry in parsed.entries:
        if isinstance(entry, Leaf):
            if entry.note:
                continue
            node: Tree = atom((values or {}).get(entry, entry.value), store)
            parent: Frame | None = entry.frame
        else:
            node = made[id(entry)] = {} if entry.is_map else []
            parent = entry.parent
        if parent is None:
            out.append(node)
        elif parent.is_map:
            made[id(parent)][entry.step] = node
        else:
            made[id(parent)].append(node)
    return out


def merged_trees(base: list[Tree], ours: list[Tree], theirs: list[Tree]) -> tuple[list[Tree], list[Conflict]]:
    """The documents that both sides' changes make of the base, and what they cannot both have."""
    found: list[Conflict] = []
    if not len(base) == len(ours) == len(theirs):
        chosen = _chosen(base, ours, theirs)
        if chosen is None:
            found.append(Conflict(why="the number of documents changed, and both sides changed them"))
        return (ours if chosen is None else chosen), found
    out = []
    for number, sides in enumerate(zip(base, ours, theirs, strict=True), 1):
        found_here: list[Conflict] = []
        out.append(_merged(*sides, (), found_here))
        at = number if len(base) > 1 else 0
        found += (Conflict(one.path, one.ours, one.theirs, document=at) for one in found_here)
    return out, found


def _chosen(base: Tree, ours: Tree, theirs: Tree) -> Tree | None:
    """The side that counts where at most one of them changed anything; or None."""
    if ours == theirs or base == theirs:
        return ours
    return theirs if base == ours else None


def _merged(base: Tree, ours: Tree, theirs: Tree, path: Path, found: list[Conflict]) -> Tree:
    chosen = _chosen(base, ours, theirs)
    if chosen is not None:
        return chosen
    if isinstance(ours, dict) and isinstance(theirs, dict) and (base is ABSENT or isinstance(base, dict)):
        return _merged_maps({} if base is ABSENT else base, ours, theirs, path, found)
    if isinstance(base, list) and isinstance(ours, list) and isinstance(theirs, list):
        return _merged_lists(base, ours, theirs, path, found)
    found.append(Conflict(path, _deed(base, ours), _deed(base, theirs)))
    return ours


def _merged_maps(base: Tree, ours: Tree, theirs: Tree, path: Path, found: list[Conflict]) -> Tree:
    out = {}
    for key in (*ours, *(key for key in theirs if key not in ours)):
        old, mine, other = (side.get(key, ABSENT) for side in (base, ours, theirs))
        part = _merged(old, mine, other, (*path, key), found)
        if part is not ABSENT:
            out[key] = part
    return out


def _merged_lists(base: Tree, ours: Tree, theirs: Tree, path: Path, found: list[Conflict]) -> Tree:
    """Items as wholes: an item has no name, so what one side did inside it might not be meant for what the other put there."""
    if len(base) == len(ours) == len(theirs):
        inner: list[Conflict] = []
        out = []
        for index, items in enumerate(zip(base, ours, theirs, strict=True)):
            chosen = _chosen(*items)
            out.append(items[1] if chosen is None else chosen)
            if chosen is None:
                inner.append(Conflict((*path, index)))
        found += inner
        return out
    known: dict[Hashable, Tree] = {}
    old, mine, other = ([_named(item, known) for item in side] for side in (base, ours, theirs))
    together = woven(old, mine, other, loose=False)
    if together is None:
        found.append(Conflict(path))
        return ours
    return [known[name] for name in together]


def _named(item: Tree, known: dict[Hashable, Tree]) -> Hashable:
    name = frozen(item)
    known.setdefault(name, item)
    return name


def frozen(tree: Tree) -> Hashable:
    """A tree as a value that can be looked up; of maps the order does not count."""
    if isinstance(tree, dict):
        return "map", frozenset((key, frozen(part)) for key, part in tree.items())
    return ("list", *map(frozen, tree)) if isinstance(tree, list) else tree


def count(tree: Tree) -> int:
    """How many scalars are in a tree."""
    if isinstance(tree, dict):
        return sum(map(count, tree.values()))
    return sum(map(count, tree)) if isinstance(tree, list) else 1


def _deed(base: Tree, side: Tree) -> Deed:
    return "added" if base is ABSENT else "removed" if side is ABSENT else "changed"
