"""Walks that rules share: over the values of a document, over those of a layer, and over what a schema says."""

from collections.abc import Iterator
from typing import Any

from lamina.thought.rules.subjects import Shape
from lamina.words.address import path_text
from lamina.words.node import Patch, Path, Tagged


def leaves(value: Patch, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar (a sealed leaf too) with its path, through tags; not what `!unset` names."""
    if isinstance(value, Tagged):
        if value.tag == "unset":
            return
        value = value.value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*at, index))
    else:
        yield at, value


def keys(value: Patch, shape: Shape | None, at: Path = ()) -> Iterator[tuple[Path, Any, Shape | None]]:
    """Every key's path with its value and what the schema says of the value; through tags and lists."""
    if isinstance(value, Tagged):
        value = value.value
    if isinstance(value, dict):
        for key, part in value.items():
            below = shape.child(key) if shape is not None else None
            yield (*at, key), part, below
            yield from keys(part, below, (*at, key))
    elif isinstance(value, list):
        item = shape.item() if shape is not None else None
        for index, part in enumerate(value):
            yield from keys(part, item, (*at, index))


def below(shape: Shape, at: str) -> Iterator[tuple[str, Shape]]:
    """What a schema says directly below a place, with the places as texts: `a.key`, `a[*]`, `a.*`; declared keys first."""
    dot = f"{at}." if at else ""
    named = [(dot + path_text((key,)), shape.child(key)) for key in shape.keys()]  # noqa: SIM118  a shape is no map
    named.append((f"{at}[*]", shape.item()))
    found = [(name, part) for name, part in named if part is not None]
    known = {part for _, part in found}
    yield from found
    yield from ((f"{dot}*", part) for part in shape.parts() if part not in known)


def declared(root: Shape) -> Iterator[tuple[str, Shape]]:
    """Every key that a schema declares anywhere, with what it says of the value."""
    waiting, seen = [root], set[Shape]()
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen.add(shape)
            waiting += shape.parts()
            names = shape.keys()
            yield from ((key, part) for key in names if (part := shape.child(key)) is not None)


def shape_at(shape: Shape | None, path: Path) -> Shape | None:
    """What a schema says of a place, or None."""
    for step in path:
        if shape is None:
            return None
        shape = shape.child(step) if isinstance(step, str) else shape.item()
    return shape
