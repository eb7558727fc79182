"""Near misses: a document that is valid but for one fault, which is known beforehand and proved by validation."""

from collections.abc import Callable, Container, Iterator
from typing import Any, TypeAlias

from lamina.thought.schema.compile import Schema
from lamina.thought.schema.example import spoiling
from lamina.thought.schema.example.demands import Demands
from lamina.thought.schema.example.spoiling import Spoilt
from lamina.thought.schema.faults import Fault
from lamina.thought.schema.shape import Shape
from lamina.words.address import path_text
from lamina.words.node import Data, Path, Sealed, at
from lamina.words.values import dataclass

_Spoiler: TypeAlias = Callable[[Any, Demands], Iterator[Spoilt]]
_SPOILERS: tuple[_Spoiler, ...] = (
    spoiling.missing, spoiling.unknown, spoiling.type, spoiling.listed, spoiling.bound, spoiling.multiple, spoiling.length,
    spoiling.pattern, spoiling.format, spoiling.count, spoiling.repeated,
)  # fmt: skip
PLAIN_SECRET = "plain-secret"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A document, what was done to it, by which keyword that is wrong, and the one fault that it has."""

    document: Data
    change: str
    keyword: str
    fault: Fault


def near_misses(schema: Schema, document: Data, known: Container[str] = ()) -> Iterator[NearMiss]:
    """The near misses that can be made of a valid document, one a keyword and place, but for the `known` keywords."""
    for path, value, shape in _places(document, schema.shape, ()):
        if shape.secret:
            yield from _plain(schema, document, path, shape, known)
            continue
        demands, here = Demands(shape.nodes), set[str]()
        for spoilt in (one for spoil in _SPOILERS for one in spoil(value, demands)):
            if spoilt.keyword in here or spoilt.keyword in known or (spoilt.keyword == "type" and not path):
                continue
            for found in _proved(schema, _replaced(document, path, spoilt.value), path, spoilt):
                here.add(found.keyword)
                yield found


def _places(value: Data, shape: Shape | None, path: Path) -> Iterator[tuple[Path, Data, Shape]]:
    if shape is None:
        return
    yield path, value, shape
    if isinstance(value, dict) and not shape.secret:
        for key, part in value.items():
            yield from _places(part, shape.child(key), (*path, key))
    elif isinstance(value, list) and not shape.secret:
        for index, part in enumerate(value):
            yield from _places(part, shape.item(), (*path, index))


def _proved(schema: Schema, document: Data, path: Path, spoilt: Spoilt) -> Iterator[NearMiss]:
    """The near miss, if it is one: validation finds what was meant there, and nothing else."""
    found = schema.verdict(schema.fill(document)[0])
    if len(found) == 1 and found[0].rule == spoilt.rule and found[0].path == (*path, *spoilt.below):
        place = path_text(path) or "the document"
        yield NearMiss(document, spoilt.change.format(place=place), spoilt.keyword, found[0])


def _plain(schema: Schema, document: Data, path: Path, shape: Shape, known: Container[str]) -> Iterator[NearMiss]:
    """A secret that is not sealed, and is all else that it must be."""
    if "x-secret" in known or not isinstance(at(document, path), Sealed):
        return
    for value in spoiling.plain_values(Demands(shape.nodes)):
        spoilt = _replaced(document, path, value)
        if not schema.verdict(schema.fill(spoilt)[0]):
            name = path_text(path)
            fault = Fault(PLAIN_SECRET, f"{name} must be sealed (x-secret), and stands in plain text", path)
            yield NearMiss(spoilt, f"{name} is not sealed", "x-secret", fault)
            return


def _replaced(document: Any, path: Path, value: Data) -> Any:
    """The document with another value at a path."""
    if not path:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[path[0]] = _replaced(document[path[0]], path[1:], value)  # type: ignore[index]
    return changed
