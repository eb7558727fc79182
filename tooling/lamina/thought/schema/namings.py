"""Namings: the values of a document that name something, by `x-refers`."""

from collections.abc import Iterator

from lamina.thought.schema.faults import Place
from lamina.thought.schema.registers import Register
from lamina.thought.schema.shape import Shape
from lamina.words.node import Data, Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """A text, or the key of a map, that names something: its path, the name, where that is to be found, and who says so."""

    path: Path
    name: str
    at_key: bool
    registers: tuple[Register, ...]
    said: Place | None


def namings(data: Data, shape: Shape | None, path: Path = ()) -> Iterator[Naming]:
    """Every naming in the data, in its order; what the schema leaves untyped and is neither text nor map names nothing."""
    if shape is None or not shape.has_names:
        return
    if shape.refers and isinstance(data, str):
        yield Naming(path, data, False, shape.refers, shape.refers_place)
    elif isinstance(data, dict):
        for key, value in data.items():
            if shape.refers:
                yield Naming((*path, key), key, True, shape.refers, shape.refers_place)
            yield from namings(value, shape.child(key), (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from namings(value, shape.item(), (*path, index))


def registers(root: Shape) -> frozenset[Register]:
    """Every register that a schema names, whether or not a document has a value there."""
    found: set[Register] = set()
    seen: set[Shape] = set()
    waiting = [root]
    while waiting:
        shape = waiting.pop()
        if shape.has_names and shape not in seen:
            seen.add(shape)
            found.update(shape.refers)
            waiting += shape.parts()
    return frozenset(found)
