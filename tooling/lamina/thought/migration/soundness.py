"""Soundness: operations that hinder each other, and those that would not commute with merge.

A layer is migrated by itself and merged afterwards, so what an operation does must be the same before and after merging. What
the schemas say of lists decides for those.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from lamina.thought.migration.operations import Convert, Migration, Move, Operation, Remove, SetDefault, back, forward
from lamina.thought.migration.patterns import Pattern, above, example, overlap, pattern_of, pattern_text
from lamina.thought.migration.reading import MigrationFault
from lamina.words.address import path_text
from lamina.words.errors import near
from lamina.words.node import Data, Path


class Shape(Protocol):
    """What is asked of the schemas of the two versions."""

    @property
    def merge(self) -> Any: ...
    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def enum(self) -> tuple[Data, ...] | None: ...
    @property
    def closed(self) -> bool: ...
    def keys(self) -> tuple[str, ...]: ...
    def child(self, key: str) -> "Shape | None": ...
    def item(self) -> "Shape | None": ...


def faults_of(migration: Migration, old: Shape | None, new: Shape | None) -> list[MigrationFault]:
    """What is wrong with a migration whose text is right; a version without a sound schema is not asked."""
    found: list[MigrationFault] = []
    for index, operation in enumerate(migration.operations):
        earlier = migration.operations[:index]
        faults = [*_among(index, operation, migration.operations), *_against(index, operation, earlier, old)]
        found += faults[:1]
    if not found and old is not None and new is not None:
        found += _lists(migration, old, new)
    return found


def _fault(index: int, operation: Operation, message: str, fix: str, rule: str = "bad-migration") -> MigrationFault:
    name = "rename" if isinstance(operation, Move) and operation.is_rename else operation.name
    return MigrationFault(rule, message, ("operations", index, name), fix)


def _written(operation: Operation) -> Pattern | None:
    """The place that an operation writes."""
    if isinstance(operation, Move):
        return operation.to
    return operation.path if isinstance(operation, Convert | SetDefault) else None


def _gone(operation: Operation) -> Pattern | None:
    """The place that an operation leaves empty."""
    return operation.path if isinstance(operation, Move | Remove) else None


def _among(index: int, operation: Operation, operations: Sequence[Operation]) -> Iterator[MigrationFault]:
    """An operation beside those before it."""
    circle = _circle(index, operation, operations)
    if circle:
        way = " -> ".join(map(pattern_text, circle))
        yield _fault(index, operation, f"the moves lead back to where they began: {way}", "take one of them away")
    for number, other in enumerate(operations[:index]):
        written, mine, gone = _written(other), _written(operation), _gone(other)
        if mine is not None and written is not None and _same_place(written, mine, operation, other):
            message = f"operation {number} writes {pattern_text(written)} as well"
            yield _fault(index, operation, message, "let one operation write it")
        since = operations[number + 1 : index]
        if gone is not None and above(gone, operation.path) and not _refilled(gone, since):
            verb = "takes it away" if isinstance(other, Remove) else f"moves it to {pattern_text(other.to)}"  # type: ignore[attr-defined]
            message = f"nothing is left at {pattern_text(operation.path)}: operation {number} {verb}"
            yield _fault(index, operation, message, "name the place where it is by then, or change the order")


def _same_place(left: Pattern, right: Pattern, one: Operation, other: Operation) -> bool:
    if overlap(left, right):
        return type(one) is type(other) or {type(one), type(other)} != {Move, Convert}
    return isinstance(one, Move) and isinstance(other, Move) and (above(left, right) or above(right, left))


def _refilled(gone: Pattern, since: Sequence[Operation]) -> bool:
    return any((written := _written(one)) is not None and above(written, gone) for one in since)


def _circle(index: int, operation: Operation, operations: Sequence[Operation]) -> list[Pattern]:
    """The way of a value that a move brings back to where it was, or nothing."""
    if not isinstance(operation, Move):
        return []
    for start in range(index + 1):
        if not isinstance(operations[start], Move):
            continue
        way = [example(operations[start].path)]
        for one in operations[start : index + 1]:
            place = one.forward(way[-1])
            if place in way[:-1]:
                return [pattern_of(step) for step in (*way[way.index(place) :], place)]
            way += [place] if place != way[-1] else []
    return []


def _against(
    index: int, operation: Operation, earlier: Sequence[Operation], old: Shape | None
) -> Iterator[MigrationFault]:
    """An operation beside the schema of the version before."""
    if old is None:
        return
    path = back(example(operation.path), earlier)
    if not isinstance(operation, Move) and _identifies(old, path):
        items = pattern_text(pattern_of(path[:-2]))
        message = f"the items of {items} are matched by {path[-1]}, so layers would not meet again"
        yield _fault(index, operation, message, "rename the key, or leave it", "unmergeable-operation")
    if not isinstance(operation, SetDefault) and (unknown := _unknown(old, path)) is not None:
        place, like = unknown
        fix = f"did you mean {like}?" if like else "mend the path"
        message = f"the version before has no {pattern_text(pattern_of(place))}, so nothing can stand at it"
        yield _fault(index, operation, message, fix)
    if isinstance(operation, Move):
        target = example(operation.to)
        if forward(target, earlier) == target == back(target, earlier) and _declares(old, target):
            message = f"the version before has {pattern_text(operation.to)} itself, so two values would meet there"
            yield _fault(index, operation, message, "choose another place, or move that value away first")


def _identifies(shape: Shape, path: Path) -> bool:
    """Whether the key at a path is the one by which the items of its list are matched."""
    place = at(shape, path[:-2]) if len(path) > 1 and isinstance(path[-2], int) else None
    return place is not None and getattr(place.merge, "name", None) == path[-1]


def _unknown(shape: Shape, path: Path) -> tuple[Path, str | None] | None:
    """The first part of a path that a closed schema does not have, and the key that is most like it."""
    node: Shape | None = shape
    for depth, step in enumerate(path):
        if node is None:
            return None
        child = node.item() if isinstance(step, int) else node.child(step)
        if child is None and isinstance(step, str) and step != "*" and node.closed:
            return path[: depth + 1], near(step, node.keys())
        node = child
    return None


def _declares(shape: Shape, path: Path) -> bool:
    parent = at(shape, path[:-1])
    return parent is not None and parent.child(str(path[-1])) is not None and path[-1] in tuple(parent.keys())


def at(shape: Shape, path: Path) -> Shape | None:
    node: Shape | None = shape
    for step in path:
        if node is None:
            return None
        node = node.item() if isinstance(step, int) else node.child(step)
    return node


def _lists(migration: Migration, old: Shape, new: Shape) -> Iterator[MigrationFault]:
    """Lists whose layers come together otherwise in the new version than in the old one."""
    operations = migration.operations
    removed = [operation.path for operation in operations if isinstance(operation, Remove)]
    for path, shape in _listed(old, (), (old,)):
        target = at(new, place := forward(path, operations))
        if target is None or any(above(gone, pattern_of(path)) for gone in removed):
            continue
        before, after = _order(shape, (*path, 0), operations), _order(target, (), ())
        if before != after:
            name = pattern_text(pattern_of(place))
            message = f"layers of {name} come together otherwise than in the version before: {after}, not {before}"
            number = next((index for index, one in enumerate(operations) if one.forward(path) != path), None)
            fix = f"let x-merge say there what the version before said: {before}"
            where = ("operations",) if number is None else ("operations", number)
            yield MigrationFault("unmergeable-operation", message, where, fix)


def _order(shape: Shape, item: Path, operations: Sequence[Operation]) -> str:
    """How the layers of a list come together, a key by the name that it has after the operations."""
    if shape.merge is None or isinstance(shape.merge, str):
        return shape.merge or "replace"
    key = forward((*item, shape.merge.name), operations)[len(forward(item, operations)) :]
    return f"by {path_text(key)}"


def _listed(shape: Shape, path: Path, above_it: tuple[Shape, ...]) -> Iterator[tuple[Path, Shape]]:
    """The places that may hold lists, in items and under undeclared keys by example; a schema that holds itself ends there."""
    if shape.merge is not None or "array" in shape.types:
        yield path, shape
    parts = [(key, shape.child(key)) for key in (*shape.keys(), *(() if shape.closed else ("*",)))]
    for step, part in (*parts, (0, shape.item())):
        if part is not None and part not in above_it:
            yield from _listed(part, (*path, step), (*above_it, part))
