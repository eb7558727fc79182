"""Write a merged tree into our plain text by edits: for where the texts of both sides cannot be woven."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from lamina.thought.sealed.merging.trees import Atom, Tree, trees
from lamina.thought.sealed.stores import Store
from lamina.thought.sealed.stores.json_text import tree_text
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, raw
from lamina.thought.sealed.tree import Change, Frame, Parsed, applied
from lamina.thought.sealed.values import Time
from lamina.words.errors import Failure
from lamina.words.node import Path
from lamina.words.regex import regex

_INDENT = regex(rb"\s*\{[ \t]*\r?\n([ \t]+)\"")


class Edits(Protocol):
    """Edits of a plain text that leave all else in it alone; each raises a Failure where it cannot be made."""

    def put(self, data: bytes, file: str, path: Path, value: Any) -> bytes: ...
    def drop(self, data: bytes, file: str, path: Path) -> bytes: ...


def placed(text: bytes, old: Sequence[Tree], wanted: Sequence[Tree], store: Store, edits: Edits) -> Iterator[bytes]:
    """Our plain text with what makes another tree of it, tried in more than one way; nothing where no edit does."""
    if len(old) != len(wanted):
        return
    try:
        if len(old) == 1:
            text = _shaped(text, old[0], wanted[0], f"f.{store.name}", edits)
        for careful in (False, True):
            yield _valued(text, wanted, store, careful)
    except (Failure, Unfit, Unparsable):
        return


def _shaped(text: bytes, old: Tree, wanted: Tree, file: str, edits: Edits) -> bytes:
    """The text with the keys of the wanted tree; scalars that only differ in value stay."""
    for path, value in _steps(old, wanted, ()):
        text = edits.drop(text, file, path) if value is None else edits.put(text, file, path, _data(value))
    return text


def _steps(old: Tree, wanted: Tree, path: Path) -> Iterator[tuple[Path, Tree | None]]:
    """The paths to set, with their trees, and those to take away (None)."""
    if old == wanted or (isinstance(old, Atom) and isinstance(wanted, Atom)):
        return
    if isinstance(old, dict) and isinstance(wanted, dict):
        yield from (((*path, key), None) for key in old if key not in wanted)
        for key, part in wanted.items():
            if key in old:
                yield from _steps(old[key], part, (*path, key))
            else:
                yield (*path, key), part
    elif isinstance(old, list) and isinstance(wanted, list) and len(old) == len(wanted):
        for index, (one, other) in enumerate(zip(old, wanted, strict=True)):
            yield from _steps(one, other, (*path, index))
    else:
        yield path, wanted


def _data(tree: Tree) -> Any:
    """A tree as plain data for an edit; what the edit might write otherwise is set right afterwards, by `_valued`."""
    if isinstance(tree, dict):
        return {key: _data(part) for key, part in tree.items()}
    if isinstance(tree, list):
        return [_data(part) for part in tree]
    value = tree.value
    if isinstance(value, str) and (isinstance(value, Time) or any("\ud800" <= one <= "\udfff" for one in value)):
        return "-"
    return value


def _valued(text: bytes, wanted: Sequence[Tree], store: Store, careful: bool) -> bytes:
    """The text with every scalar as it is wanted, written as its format writes it."""
    parsed = store.parse(text, False)
    now = trees(parsed, store)
    numbers = _numbers(parsed)
    changes = []
    for leaf in parsed.leaves():
        if leaf.note or leaf.start < 0:
            continue
        number = numbers[id(_root(leaf.frame))]
        value = _at(wanted[number], leaf.path)
        if isinstance(value, Atom) and value != _at(now[number], leaf.path):
            changes.append(Change(leaf.start, leaf.end, store.plain(parsed, leaf, value.value, careful)))
    return (b"\xef\xbb\xbf" if parsed.has_mark else b"") + raw(applied(parsed.text, changes))


def _numbers(parsed: Parsed) -> dict[int, int]:
    roots = (entry for entry in parsed.entries if isinstance(entry, Frame) and entry.parent is None)
    return {id(root): number for number, root in enumerate(roots)}


def _root(frame: Frame) -> Frame:
    while frame.parent is not None:
        frame = frame.parent
    return frame


def _at(tree: Tree, path: Path) -> Tree | None:
    for step in path:
        inside = step in tree if isinstance(tree, dict) else isinstance(tree, list) and int(step) < len(tree)
        if not inside:
            return None
        tree = tree[step]
    return tree


def written(text: bytes, wanted: Sequence[Tree]) -> Iterator[bytes]:
    """A merged tree as JSON, written anew with our indentation: no comment is lost by it."""
    found = _INDENT.match(text)
    try:
        yield raw(tree_text(_values(wanted[0]), "", found[1].decode() if found else "\t") + "\n")
    except Unfit:
        return


def _values(tree: Tree) -> Any:
    if isinstance(tree, dict):
        return {key: _values(part) for key, part in tree.items()}
    return [_values(part) for part in tree] if isinstance(tree, list) else tree.value
