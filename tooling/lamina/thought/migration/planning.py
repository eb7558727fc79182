"""Planning: the steps that bring one layer to the next version, from what the layer says and nothing else.

A layer is a patch. Where it clears a map that something moves out of (`!replace`, `!unset`, a single value), what moved must be
cleared in its new place too: the plan writes `!unset` there. What cannot be said so is a fault of the layer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Protocol

from lamina.thought.migration.conversions import CannotConvert, converted
from lamina.thought.migration.operations import (
    Convert,
    Migration,
    Move,
    Operation,
    Remove,
    SetDefault,
    Unwrap,
    Wrap,
    forward,
)  # fmt: skip
from lamina.thought.migration.patterns import Pattern, blocked, fits, found, inner, many
from lamina.thought.migration.steps import Disclose, Enclose, Rename, Shift, Step, Take, Write, get, stepped
from lamina.words.address import path_text
from lamina.words.node import Patch, Path, Sealed, Tagged
from lamina.words.values import dataclass

UNSET = Tagged("unset", None)
_BY_HAND = "bring this layer to the newest version by hand"


class Texts(Protocol):
    """What a plan asks of references in text."""

    def refers(self, text: str) -> bool:
        """Whether a text holds a reference."""

    def target(self, text: str) -> Path | None:
        """The place in a document of this kind that a text refers to, when it is one such reference and nothing else."""

    def followed(self, text: str, lead: Callable[[Path], Path]) -> str:
        """The text with every reference to a document of this kind leading elsewhere."""


@dataclass(frozen=True, slots=True)
class LayerFault:
    """Why a layer cannot be brought to the next version: where in it, before this version's operations, and what to do."""

    message: str
    path: Path
    fix: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one layer: the steps in order, what they make of it, and what hinders.

    What is to be done at the places that it `asks` about turns on whether a lower layer has anything there.
    """

    patch: Patch
    steps: tuple[Step, ...] = ()
    faults: tuple[LayerFault, ...] = ()
    asks: frozenset[Path] = frozenset()


def plan(
    patch: Patch,
    migration: Migration,
    texts: Texts,
    needless: frozenset[Path] = frozenset(),
    literal: frozenset[Path] = frozenset(),
) -> Plan:
    """The plan for a layer of the version before; `needless` are places where no lower layer has anything.

    At `literal` places nothing is taken for a reference.
    """
    work = _Work(patch, migration, texts, needless, literal)
    for index, operation in enumerate(migration.operations):
        work.done = migration.operations[:index]
        _PLANNERS[type(operation)](work, operation)
    work.done = migration.operations
    work.follow_references()
    return Plan(work.patch, tuple(work.steps), tuple(work.faults), frozenset(work.asks))


@dataclass
class _Work:
    """A layer on its way: the patch so far, the steps made, and the operations that are done."""

    patch: Patch
    migration: Migration
    texts: Texts
    needless: frozenset[Path]
    literal: frozenset[Path]
    done: Sequence[Operation] = ()
    steps: list[Step] = field(default_factory=list)
    faults: list[LayerFault] = field(default_factory=list)
    asks: set[Path] = field(default_factory=set)

    def do(self, step: Step) -> None:
        """One more step."""
        self.steps.append(step)
        self.patch = stepped(self.patch, step)

    def fail(self, path: Path, message: str, fix: str) -> None:
        """A fault, at the place as the layer has it."""
        for operation in reversed(self.done):
            path = operation.back(path)
        self.faults.append(LayerFault(message, path, fix))

    def literal_now(self) -> frozenset[Path]:
        """The literal places, where they are by now."""
        return frozenset(forward(path, self.done) for path in self.literal)

    def prune(self, path: Path, pattern: Pattern) -> None:
        """Take away the maps above a place that are left with nothing, as far as the pattern names them."""
        for length in range(len(path) - 1, many(pattern), -1):
            if get(self.patch, path[:length]) != {}:
                return
            self.do(Take(path[:length]))

    def refuse_references(self, pattern: Pattern) -> None:
        """A reference above a place: what it brings is of the older form, and not this layer's to change."""
        for path, value in blocked(self.patch, pattern):
            if isinstance(value, str) and self.texts.refers(value) and path not in self.literal_now():
                self.fail(path, "a reference stands above what this version moves", "write the value out")

    def follow_references(self) -> None:
        """Let the references to documents of this kind lead where what they name has gone."""
        literal = self.literal_now()
        for path, text in list(_strings(self.patch)):
            if path not in literal and self.texts.refers(text):
                followed = self.texts.followed(text, lambda place: forward(place, self.migration.operations))
                if followed != text:
                    self.do(Write(path, _retagged(get(self.patch, path), followed)))


def _move(work: _Work, operation: Move) -> None:
    work.refuse_references(operation.path)
    shared = _shared(operation)
    for base, node in list(found(work.patch, operation.path[:shared])):
        if isinstance(inner(node), dict):
            _move_in(work, operation, base, node)


def _shared(operation: Move) -> int:
    """How many of the first steps the two places of a move have in common."""
    same = (left == right for left, right in zip(operation.path[:-1], operation.to[:-1], strict=False))
    return next(
        (index for index, equal in enumerate(same) if not equal), len(min(operation.path, operation.to, key=len)) - 1
    )


def _move_in(work: _Work, operation: Move, base: Path, node: Patch) -> None:
    source, target = (_keys(pattern[len(base) :]) for pattern in (operation.path, operation.to))
    present, emptied = _reached(node, source)
    path, to = (*base, *source), (*base, *target)
    hindrance = _hindrance(node, target)
    asks = (emptied and not present) or (_clears(node, target) and not (present and _replaces(get(work.patch, path))))
    if asks:
        work.asks.add(to)
    if present and hindrance is not None:
        work.fail(path, f"{path_text(to)} cannot take what moves there: {hindrance}", _BY_HAND)
    elif asks and to not in work.needless and (_clears(node, target) or hindrance is not None):
        message = f"what stands above {path_text(to)} would take away what lower layers have at {path_text(path)}"
        work.fail(path, message, _BY_HAND)
    elif present:
        _move_there(work, operation, path, to, emptied)
    elif emptied and to not in work.needless:
        work.do(Write(to, UNSET))


def _move_there(work: _Work, operation: Move, path: Path, to: Path, emptied: bool) -> None:
    if operation.is_rename:
        work.do(Rename(path, str(to[-1])))
        return
    value = get(work.patch, path)
    work.do(Shift(path, to))
    if emptied and not _replaces(value):
        work.do(Write(to, Tagged("replace", inner(value))))
    work.prune(path, operation.path)


def _keys(pattern: Pattern) -> tuple[str, ...]:
    return tuple(step for step in pattern if isinstance(step, str))


def _reached(node: Patch, keys: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether a place is there below a node, and whether something above it clears what lower layers have there."""
    emptied = False
    for depth, key in enumerate(keys):
        if depth and isinstance(node, Tagged):
            emptied = True
        held = inner(node)
        if not isinstance(held, dict):
            return False, True
        if key not in held:
            return False, emptied
        node = held[key]
    return True, emptied


def _clears(node: Patch, keys: tuple[str, ...]) -> bool:
    """Whether what stands above a place, but below the node, takes away what lower layers have there."""
    for depth, key in enumerate(keys):
        held = inner(node)
        if depth and (isinstance(node, Tagged) or not isinstance(held, dict)):
            return True
        if not isinstance(held, dict) or key not in held:
            return False
        node = held[key]
    return False


def _hindrance(node: Patch, keys: tuple[str, ...]) -> str | None:
    """Why nothing can be put at a place, if so."""
    for depth, key in enumerate(keys):
        held = inner(node)
        if not isinstance(held, dict):
            return f"no map stands at {keys[depth - 1]}" if depth else "no map stands above it"
        if key not in held:
            return None
        node = held[key]
    return "something stands there already"


def _replaces(value: Patch) -> bool:
    """Whether a value takes the place of what lies below whatever the schema says."""
    return (isinstance(value, Tagged) and value.tag in ("replace", "unset")) or not isinstance(
        inner(value), dict | list
    )


def _remove(work: _Work, operation: Remove) -> None:
    for path, _ in list(found(work.patch, operation.path)):
        work.do(Take(path))
        work.prune(path, operation.path)


def _convert(work: _Work, operation: Convert) -> None:
    for path, node in list(found(work.patch, operation.path)):
        value = inner(node)
        if isinstance(node, Tagged) and node.tag == "unset":
            continue
        if isinstance(value, str) and work.texts.refers(value) and path not in work.literal_now():
            if not _converted_alike(work, operation, value):
                message = "this reference leads to a value that this version does not convert in the same way"
                work.fail(path, message, "write the value out")
        elif isinstance(value, dict | list):
            work.fail(path, "this version converts a single value, and here is none", _BY_HAND)
        else:
            _convert_one(work, operation, path, node, value)


def _convert_one(work: _Work, operation: Convert, path: Path, node: Patch, value: object) -> None:
    assert value is None or isinstance(value, str | int | float | bool | Sealed)
    try:
        new = converted(value, operation.conversion)
    except CannotConvert as error:
        work.fail(path, f"this version cannot convert the value: {error}", "mend the value")
        return
    if type(new) is not type(value) or new != value or isinstance(new, Sealed):
        work.do(Write(path, _retagged(node, new)))


def _converted_alike(work: _Work, operation: Convert, text: str) -> bool:
    """Whether what a text refers to is converted by an operation of this migration in the same way."""
    target = work.texts.target(text)
    if target is None:
        return False
    for index, other in enumerate(work.migration.operations):
        alike = isinstance(other, Convert) and other.conversion == operation.conversion
        if alike and fits(other.path, forward(target, work.migration.operations[:index])):
            return True
    return False


def _wrap(work: _Work, operation: Wrap) -> None:
    work.refuse_references(operation.path)
    for path, node in list(found(work.patch, operation.path)):
        if not (isinstance(node, Tagged) and node.tag == "unset"):
            work.do(Enclose(path, operation.key))


def _unwrap(work: _Work, operation: Unwrap) -> None:
    work.refuse_references((*operation.path, operation.key))
    for path, node in reversed(list(found(work.patch, operation.path))):
        held = inner(node)
        if held is None:
            continue
        if not isinstance(held, dict) or held.keys() - {operation.key}:
            message = f"this version unwraps what stands under {operation.key}, and here is something else"
            work.fail(path, message, _BY_HAND)
        elif held:
            work.do(Disclose(path, operation.key))
        elif isinstance(path[-1], int):
            work.fail(path, f"this item has no {operation.key}", "give it one")
        else:
            work.do(Write(path, UNSET) if isinstance(node, Tagged) else Take(path))


def _set_default(work: _Work, operation: SetDefault) -> None:
    """Nothing in a layer: the value is a layer of its own."""


_PLANNERS: dict[type, Callable[..., None]] = {
    Move: _move, Remove: _remove, Convert: _convert, Wrap: _wrap, Unwrap: _unwrap, SetDefault: _set_default,
}  # fmt: skip


def _retagged(node: Patch, value: Patch) -> Patch:
    return Tagged(node.tag, value) if isinstance(node, Tagged) else value


def _strings(patch: Patch, at: Path = ()) -> Iterator[tuple[Path, str]]:
    value = inner(patch)
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _strings(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _strings(part, (*at, index))
