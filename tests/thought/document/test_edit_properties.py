"""Edits of whatever people lay out: exactly the asked difference, and no other line touched."""

import json
import math
from collections.abc import Iterator

from hypothesis import assume, given
from hypothesis import strategies as st
from laid_out import layer_texts

from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.thought.document.outline import find, outline
from lamina.thought.document.placing import Obstacle, alike, placed, removed, value_at
from lamina.thought.document.reading import read
from lamina.thought.document.spots import Outline
from lamina.words.node import Patch, Path, Tagged

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.text(),
    st.sampled_from(["yes", "010", "1e5", "12:30:45", "2024-01-01", "a\nb\n", "a\n\n\n", " x", "x ", "#", "a: b", "${a.b}"]),
)  # fmt: skip
_KEYS = st.one_of(st.sampled_from(["new", "yes", "1", "a b", "x: y", "a"]), st.text(max_size=5))


def _nested(leaves: st.SearchStrategy[Patch]) -> st.SearchStrategy[Patch]:
    def over(inner: st.SearchStrategy[Patch]) -> st.SearchStrategy[Patch]:
        return st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3))

    return st.recursive(leaves, over, max_leaves=6)


_VALUES = _nested(_SCALARS)
_EDITS = st.one_of(
    _VALUES, st.builds(Tagged, st.just("replace"), _VALUES), st.just(Tagged("unset", None)),
    st.builds(Tagged, st.sampled_from(["append", "prepend"]), st.lists(_VALUES, max_size=3)),
)  # fmt: skip
_JSON = _nested(_SCALARS.filter(lambda value: not isinstance(value, float) or math.isfinite(value)))


@given(data=layer_texts(), value=_EDITS, choice=st.data())
def test_put_makes_exactly_the_asked_difference(data: bytes, value: Patch, choice: st.DataObject) -> None:
    before = _sound(data, "x.yaml")
    path = choice.draw(st.sampled_from([(), *_places(before)]))
    if isinstance(value_at(before, path), dict | None):
        path += tuple(choice.draw(st.lists(_KEYS, min_size=0 if path else 1, max_size=2)))
    assume(not (isinstance(value, Tagged) and isinstance(path[-1], int)))  # most tags do not stand on items
    wanted = _wanted(before, path, value)
    after = put(data, "x.yaml", path, value)
    assert alike(read(after, "x.yaml").value, wanted)
    assert _kept(data, after, _lines_of(data, "x.yaml", path))


@given(data=layer_texts(), choice=st.data())
def test_drop_makes_exactly_the_asked_difference(data: bytes, choice: st.DataObject) -> None:
    before = _sound(data, "x.yaml")
    places = list(_places(before))
    assume(places)
    path = choice.draw(st.sampled_from(places))
    try:
        after = drop(data, "x.yaml", path)
    except CannotEdit:
        assume(b"+" not in data)  # a `|+` text before the key would gain the blank lines after it: that is refused
        raise
    assert alike(read(after, "x.yaml").value, removed(before, path))
    parent = outline_at(data, "x.yaml", path[:-1])
    lines = _lines_of(data, "x.yaml", path[:-1] if len(parent.children) == 1 and len(path) > 1 else path)
    # Beside the dash of an item, the entry below moves up to where the first one was.
    first, *others = parent.children.values()
    beside_dash = parent.style == "block" and "-" in _rows(data)[parent.value.line - 1][: parent.value.column - 1]
    if lines and others and beside_dash and parent.children[path[-1]] is first:
        lines = range(lines.start, (others[0].key or others[0].value).line + 1)
    assert _kept(data, after, lines)


@given(data=layer_texts(), value=_VALUES, choice=st.data())
def test_what_is_put_can_be_dropped_again(data: bytes, value: Patch, choice: st.DataObject) -> None:
    before = _sound(data, "x.yaml")
    maps = [path for path in [(), *_places(before)] if isinstance(value_at(before, path), dict)]
    path = (*choice.draw(st.sampled_from(maps)), "wholly new")
    there = put(data, "x.yaml", path, value)
    assert alike(read(drop(there, "x.yaml", path), "x.yaml").value, before)


@given(value=st.dictionaries(_KEYS, _JSON, max_size=3), new=_JSON, choice=st.data())
def test_json_is_edited_alike(value: dict[str, Patch], new: Patch, choice: st.DataObject) -> None:
    indent = choice.draw(st.sampled_from([None, None, 2, 4, "\t"]))
    separators = choice.draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
    newline = choice.draw(st.sampled_from(["\n", "\r\n"]))
    data = (json.dumps(value, indent=indent, separators=separators) + "\n").replace("\n", newline).encode()
    before = _sound(data, "x.json")
    path = choice.draw(st.sampled_from([(), *_places(before)]))
    if isinstance(value_at(before, path), dict):
        path += tuple(choice.draw(st.lists(_KEYS, min_size=0 if path else 1, max_size=2)))
    wanted = _wanted(before, path, new)
    after = put(data, "x.json", path, new)
    assert alike(json.loads(after), wanted)
    assert _kept(data, after, _lines_of(data, "x.json", path))
    gone = drop(after, "x.json", path)
    assert alike(json.loads(gone), removed(wanted, path))


def _sound(data: bytes, file: str) -> Patch:
    reading = read(data, file)
    assume(not reading.findings)
    # A text block that the file ends in without a line end cannot be followed by anything: it would gain one.
    assume(data.endswith(b"\n") or alike(read(data + b"\n", file).value, reading.value))
    return reading.value


def _wanted(before: Patch, path: Path, value: Patch) -> Patch:
    try:
        return placed(before, path, value)
    except Obstacle:
        assume(False)
        raise


def _places(patch: Patch, path: Path = ()) -> Iterator[Path]:
    """The paths of all that stands in a patch."""
    if isinstance(patch, Tagged):
        patch = patch.value if patch.tag != "unset" else None
    for step, part in patch.items() if isinstance(patch, dict) else enumerate(patch) if isinstance(patch, list) else ():
        yield (*path, step)
        yield from _places(part, (*path, step))


def outline_at(data: bytes, file: str, path: Path) -> Outline:
    node = find(outline(data, file), path)
    assert node is not None
    return node


def _rows(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").splitlines()


def _kept(before: bytes, after: bytes, lines: range | None) -> bool:
    """Whether all lines but those (counted from one) are kept in their order; with None, whether lines were only added."""
    old, new = _rows(before), _rows(after)
    if lines is None:
        return any(
            new[:row] == old[:row] and new[row + len(new) - len(old) :] == old[row:] for row in range(len(old) + 1)
        )
    head, tail = old[: lines.start - 1], old[lines.stop - 1 :]
    return len(head) + len(tail) <= len(new) and new[: len(head)] == head and new[len(new) - len(tail) :] == tail


def _lines_of(data: bytes, file: str, path: Path) -> range | None:
    """The lines that an edit at a path may change: those of the deepest node that is there, none if it gains a key."""
    text = data.decode("utf-8-sig")
    depth = next(depth for depth in range(len(path), -1, -1) if find(outline(data, file), path[:depth]))
    node = outline_at(data, file, path[:depth])
    last = text.count("\n", 0, node.value.end) + 1
    if depth == 0:
        return range(node.value.line, last + 1) if node.style == "flow" else None
    parent = outline_at(data, file, path[: depth - 1])
    if parent.style == "flow":
        return range(parent.value.line, text.count("\n", 0, parent.value.end) + 2)
    if depth < len(path) and node.children and node.style == "block":
        return None
    earlier = [other.value.end for other in parent.children.values() if other.value.start < node.value.start]
    first = text.count("\n", 0, max(earlier)) + 2 if earlier else parent.value.line
    return range(node.key.line if node.key else first, last + 1)
