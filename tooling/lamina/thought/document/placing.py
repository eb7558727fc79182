"""Edits on values: what a file says after an edit, and the small steps that change the least of its text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from lamina.words.address import path_text
from lamina.words.node import Data, Patch, Path, Sealed, Tagged, kind_of, same
from lamina.words.values import dataclass


class Obstacle(Exception):
    """Why an edit cannot be made, and what to do instead."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at a path."""

    path: Path
    value: Patch


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away what stands at a path."""

    path: Path


def placed(patch: Patch, path: Path, value: Patch, at: Path = ()) -> Patch:
    """The patch with `value` at a path, missing maps made; raises Obstacle where no map or list can hold it."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(patch, Tagged) and patch.tag != "unset":
        return replace(patch, value=placed(patch.value, path, value, at))
    if isinstance(step, int):
        items = _items(patch, step, at)
        return [*items[:step], placed(items[step], rest, value, (*at, step)), *items[step + 1 :]]
    if isinstance(patch, dict) or patch is None:
        entries = patch or {}
        return {**entries, step: placed(entries.get(step), rest, value, (*at, step))}
    raise _no_map(patch, at)


def removed(patch: Patch, path: Path, at: Path = ()) -> Patch:
    """The patch without what stands at a path; raises Obstacle where nothing does."""
    step, rest = path[0], path[1:]
    if isinstance(patch, Tagged) and patch.tag != "unset":
        return replace(patch, value=removed(patch.value, path, at))
    if isinstance(step, int):
        items = _items(patch, step, at)
        kept = [removed(items[step], rest, (*at, step))] if rest else []
        return [*items[:step], *kept, *items[step + 1 :]]
    if not isinstance(patch, dict) or step not in patch:
        raise Obstacle(f"{path_text((*at, step))} is not in this file", "lamina explain says which layer sets a value")
    if rest:
        return {**patch, step: removed(patch[step], rest, (*at, step))}
    return {key: part for key, part in patch.items() if key != step}


def steps(patch: Patch, path: Path, value: Patch) -> Iterator[Put | Drop]:
    """The edits that bring `value` to a path: of a map that is there already, only the keys that differ."""
    current, whole = value_at(patch, path), value
    if isinstance(current, Tagged) and isinstance(value, Tagged) and current.tag == value.tag != "unset":
        current, value = current.value, value.value
    if not (isinstance(current, dict) and isinstance(value, dict) and current.keys() & value.keys()):
        yield Put(path, whole)
        return
    for key, part in value.items():
        if key not in current or not alike(current[key], part):
            yield from steps(patch, (*path, key), part)
    yield from (Drop((*path, key)) for key in current if key not in value)


def keeping_tags(current: Patch, value: Data) -> Patch:
    """The value under the tags of what stands in its place, as far as they say something of a value of its kind."""
    if isinstance(current, Tagged):
        if current.tag == "unset" or kind_of(value) != kind_of(current.value):
            return value
        return Tagged(current.tag, keeping_tags(current.value, value))
    if isinstance(current, dict) and isinstance(value, dict):
        return {key: keeping_tags(current.get(key), part) for key, part in value.items()}
    return value


def value_at(patch: Patch, path: Path) -> Patch:
    """What stands at a path, through tags; None where nothing does."""
    for step in path:
        if isinstance(patch, Tagged) and patch.tag != "unset":
            patch = patch.value
        if isinstance(patch, dict) and isinstance(step, str):
            patch = patch.get(step)
        elif isinstance(patch, list) and isinstance(step, int) and step < len(patch):
            patch = patch[step]
        else:
            return None
    return patch


def holds(patch: Patch, path: Path) -> bool:
    """Whether a patch says something at a path of keys, through tags."""
    for step in path:
        if isinstance(patch, Tagged):
            patch = patch.value
        if not isinstance(patch, dict) or step not in patch:
            return False
        patch = patch[str(step)]
    return True


def alike(left: Patch, right: Patch) -> bool:
    """Equality by type, tag and value; the order of keys does not matter."""
    if isinstance(left, Tagged) and isinstance(right, Tagged):
        return left.tag == right.tag and alike(left.value, right.value)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(part, right[key]) for key, part in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    untagged = not isinstance(left, Tagged) and not isinstance(right, Tagged)
    return untagged and same(cast("Data", left), cast("Data", right))


def identical(left: Patch, right: Patch) -> bool:
    """Equality by type, tag and value, and by the order of keys."""
    return alike(left, right) and _order(left) == _order(right)


def _order(patch: Patch) -> Sequence[object]:
    if isinstance(patch, Tagged):
        return _order(patch.value)
    if isinstance(patch, dict):
        return [(key, _order(part)) for key, part in patch.items()]
    return [_order(part) for part in patch] if isinstance(patch, list) else ()


def as_read(value: Patch) -> Patch:
    """The value as a file that holds it is read: sealed leaves are their ciphertext."""
    if isinstance(value, Sealed):
        return value.ciphertext
    if isinstance(value, Tagged):
        return replace(value, value=as_read(value.value))
    if isinstance(value, dict):
        return {key: as_read(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_read(part) for part in value]
    return value


def _items(patch: Patch, index: int, at: Path) -> "list[Patch]":
    name = path_text(at) or "the top"
    if not isinstance(patch, list):
        raise Obstacle(f"{name} is not a list in this file, so it has no item {index}", "set the whole list")
    if not 0 <= index < len(patch):
        why = f"{name} has {len(patch)} items in this file, counted from 0"
        raise Obstacle(f"{why}, so no item {index}", "set the whole list")
    return patch


def _no_map(patch: Patch, at: Path) -> Obstacle:
    name = path_text(at) or "the file"
    if isinstance(patch, Tagged):
        return Obstacle(f"{name} is !unset in this file, so nothing can stand below it", f"set {name} itself first")
    what = "a list" if isinstance(patch, list) else "a single value"
    return Obstacle(f"{name} is {what} in this file, not a map", f"set {name} itself")
