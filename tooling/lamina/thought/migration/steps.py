"""Steps: what a migration does to one layer, place by place; the same steps change its value and its text."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, cast

from lamina.thought.migration.patterns import inner
from lamina.words.node import Patch, Path, Tagged
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Rename:
    """The key at `path` is called `key`, in its old place."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What stands at `path` goes to `to`, missing maps made, behind what is there."""

    path: Path
    to: Path


@dataclass(frozen=True, slots=True)
class Take:
    """What stands at `path` goes away."""

    path: Path


@dataclass(frozen=True, slots=True)
class Write:
    """`value` stands at `path`, missing maps made."""

    path: Path
    value: Patch


@dataclass(frozen=True, slots=True)
class Enclose:
    """What stands at `path` becomes a map that holds it under `key`; a `!replace` stays outside."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Disclose:
    """The map at `path` becomes what it holds under `key`; a `!replace` stays."""

    path: Path
    key: str


Step: TypeAlias = Rename | Shift | Take | Write | Enclose | Disclose


def after(patch: Patch, steps: Sequence[Step]) -> Patch:
    """A patch after steps."""
    for step in steps:
        patch = stepped(patch, step)
    return patch


def stepped(patch: Patch, step: Step) -> Patch:
    """A patch after one step."""
    match step:
        case Rename(path, key):
            old = path[-1]
            renamed = _held(lambda held: {key if name == old else name: part for name, part in held.items()})
            return _at(patch, path[:-1], renamed)
        case Shift(path, to):
            return _put(stepped(patch, Take(path)), to, get(patch, path))
        case Take(path):
            gone = path[-1]
            return _at(patch, path[:-1], _held(lambda held: {k: part for k, part in held.items() if k != gone}))
        case Write(path, value):
            return _put(patch, path, value)
        case Enclose(path, key):
            return _at(patch, path, lambda held: enclosed(held, key))
        case Disclose(path, key):
            return _at(patch, path, lambda held: disclosed(held, key))


def enclosed(value: Patch, key: str) -> Patch:
    """A value in a map under `key`."""
    if isinstance(value, Tagged) and value.tag == "replace":
        return Tagged("replace", {key: value.value})
    return {key: value}


def disclosed(value: Patch, key: str) -> Patch:
    """What a map holds under `key`."""
    held: Any = inner(value)
    if isinstance(value, Tagged) and value.tag == "replace" and held[key] != Tagged("unset", None):
        return Tagged("replace", inner(held[key]))
    return cast(Patch, held[key])


def get(patch: Patch, path: Path) -> Patch:
    """What stands at a path that is there, through tags."""
    node: Any = patch
    for step in path:
        held: Any = inner(node)
        node = held[step]
    return cast(Patch, node)


def _at(patch: Patch, path: Path, change: Callable[[Patch], Patch]) -> Patch:
    """A patch whose node at a path is changed; tags on the way stay."""
    if not path:
        return change(patch)
    if isinstance(patch, Tagged):
        return replace(patch, value=_at(patch.value, path, change))
    step, rest = path[0], path[1:]
    if isinstance(patch, list) and isinstance(step, int):
        return [*patch[:step], _at(patch[step], rest, change), *patch[step + 1 :]]
    assert isinstance(patch, dict)
    return {key: _at(part, rest, change) if key == step else part for key, part in patch.items()}


def _put(patch: Patch, path: Path, value: Patch) -> Patch:
    if not path:
        return value
    if isinstance(patch, Tagged):
        return replace(patch, value=_put(patch.value, path, value))
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return _at(patch, (step,), lambda held: _put(held, rest, value))
    held = patch if isinstance(patch, dict) else {}
    return {**held, step: _put(held.get(step, {}), rest, value)}


def _held(change: Callable[[dict[str, Patch]], Patch]) -> Callable[[Patch], Patch]:
    """A change of a map, under whatever tag it stands."""

    def changed(node: Patch) -> Patch:
        if isinstance(node, Tagged):
            return replace(node, value=changed(node.value))
        assert isinstance(node, dict)
        return change(node)

    return changed
