"""Facts: what a schema says of one key beside its description, in words and values."""

from collections.abc import Callable, Iterator
from json import dumps
from typing import Any

from lamina.thought.schema.keys import AnyKey, Key
from lamina.thought.schema.sentences import shown
from lamina.thought.schema.shape import MISSING, By, Shape
from lamina.words.address import Address
from lamina.words.node import Data
from lamina.words.values import dataclass

_NAMES = {"array": "list", "object": "map"}

# Of several bounds that hold at once the narrowest is told.
_BOUNDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "minimum": ("at least {}", max),
    "exclusiveMinimum": ("more than {}", max),
    "maximum": ("at most {}", min),
    "exclusiveMaximum": ("less than {}", min),
    "multipleOf": ("a multiple of {}", max),
    "minLength": ("at least {} long", max),
    "maxLength": ("at most {} long", min),
    "minItems": ("at least {} item{}", max),
    "maxItems": ("at most {} item{}", min),
    "minProperties": ("at least {} key{}", max),
    "maxProperties": ("at most {} key{}", min),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said of a key: in words that stand for themselves, or values under a label."""

    label: str
    values: tuple[str, ...] = ()


def facts_of(key: Key) -> Iterator[Fact]:
    """What a schema says of a key, its type first."""
    shape = key.shape
    yield Fact(" or ".join(_NAMES.get(name, name) for name in shape.types) or "any type")
    yield from (Fact(words) for words, holds in _marks(key) if holds)
    if shape.default is not MISSING:
        yield Fact("default", (json_line(shape.default),))
    if shape.enum is not None:
        yield Fact("one of" if len(shape.enum) > 1 else "always", tuple(map(json_line, shape.enum)))
    yield from _bounds(shape)
    for label in ("format", "pattern"):
        if said := _said(shape, label):
            yield Fact(label, said)
    if isinstance(step := key.steps[-1], AnyKey) and step.like is not None:
        yield Fact("key", (step.like,))
    if shape.unit is not None:
        yield Fact("unit", (shape.unit,))
    if shape.examples:
        yield Fact("for example", tuple(map(json_line, shape.examples)))
    yield from _rules(key)


def _marks(key: Key) -> Iterator[tuple[str, bool]]:
    yield "required", key.required
    yield "only in some forms", key.partial
    yield "secret", key.shape.secret
    yield "deprecated", key.shape.deprecated


def _bounds(shape: Shape) -> Iterator[Fact]:
    for keyword, (words, narrowest) in _BOUNDS.items():
        said = [node.keywords[keyword] for node in shape.nodes if keyword in node.keywords]
        if said:
            most = narrowest(said)
            yield Fact(words.format(shown(most), "" if most == 1 else "s"))
    if any(node.keywords.get("uniqueItems") is True for node in shape.nodes):
        yield Fact("no item twice")


def _rules(key: Key) -> Iterator[Fact]:
    merge = key.shape.merge
    if merge is not None:
        yield Fact("merges by", (merge.name,)) if isinstance(merge, By) else Fact("layers", (merge,))
    if key.shape.refers:
        yield Fact("names one of", tuple(str(Address(one.document, one.path)) for one in key.shape.refers))
    if key.owner is not None:
        yield Fact("owner", (key.owner,))
    if isinstance(key.environments, tuple):
        yield Fact("may differ in", key.environments)
    elif key.environments != "free":
        words = {"own": "each environment has its own", "same": "the same in every environment"}
        yield Fact(words[key.environments])


def _said(shape: Shape, keyword: str) -> tuple[str, ...]:
    found = (node.keywords.get(keyword) for node in shape.nodes)
    return tuple(dict.fromkeys(one for one in found if isinstance(one, str)))


def json_line(value: Data) -> str:
    """A value on one line, as JSON has it."""
    return dumps(value, ensure_ascii=False)
