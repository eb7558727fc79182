"""Walks that rules share: over the values of a document, over those of a layer, and over what a schema says."""

from collections.abc import Iterator

from lamina.thought.rules.subjects import Shape
from lamina.words.address import path_text
from lamina.words.node import Path


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
