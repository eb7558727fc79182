"""Shapes: what a schema says about one place of a document, apart from what it allows there."""

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cached_property
from typing import Final, Literal, TypeAlias, cast

from lamina.thought.schema.faults import Place
from lamina.thought.schema.registers import Register, registers_of
from lamina.thought.schema.subschema import DEFAULT, DEPRECATION, DIFFERENCE, NAME, ORDER, SECRET, Subschema, gathered
from lamina.words.node import Data, Path
from lamina.words.values import dataclass


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""There is no such value (null is one)."""


@dataclass(frozen=True, slots=True)
class By:
    """`x-merge: {by: name}`: the items of a list are matched by that key."""

    name: str


Order: TypeAlias = Literal["append", "prepend", "replace"]
Freedom: TypeAlias = Literal["free", "own", "same"] | tuple[str, ...]


class Shape:
    """The annotations of one place, read lazily through properties, patterns, items, `$ref` and allOf.

    Where several subschemas speak of the place, the outermost that says something is heard.
    """

    def __init__(self, nodes: tuple[Subschema, ...], shapes: "dict[tuple[Subschema, ...], Shape]") -> None:
        self.nodes = nodes
        """The subschemas that speak of this place, the outermost first."""
        self._shapes = shapes
        self._declared: dict[str, Shape | None] = {}

    @property
    def place(self) -> Place:
        """Where the schema of this place stands."""
        return self.nodes[0].place

    @cached_property
    def default(self) -> "Data | Missing":
        """The value of an absent key, or MISSING."""
        return self._said("default")

    @cached_property
    def default_place(self) -> Place | None:
        """Where the default stands."""
        return next((node.keyword("default") for node in self.nodes if "default" in node.keywords), None)

    @cached_property
    def merge(self) -> Order | By | None:
        """How layers of a list come together, when the schema says it."""
        said = self._said("x-merge")
        if isinstance(said, dict) and isinstance(said.get("by"), str):
            return By(cast(str, said["by"]))
        return said if said in ("append", "prepend", "replace") else None

    @cached_property
    def secret(self) -> bool:
        """Whether the value must be sealed."""
        return any(node.keywords.get("x-secret") is True for node in self.nodes)

    @cached_property
    def environments(self) -> Freedom:
        """Whether environments may differ here; `free` when nothing is said at this very place."""
        said = self._said("x-environments")
        if isinstance(said, list):
            return tuple(str(name) for name in said)
        return said if said in ("own", "same") else "free"

    @cached_property
    def says_environments(self) -> bool:
        """Whether `x-environments` stands at this very place."""
        return self._said("x-environments") is not MISSING

    @cached_property
    def owner(self) -> str | None:
        """Who answers for the value."""
        return self._text("x-owner")

    @cached_property
    def unit(self) -> str | None:
        """The unit of a number."""
        return self._text("x-unit")

    @cached_property
    def refers(self) -> tuple[Register, ...]:
        """Where what the value names is to be found; nothing when it names nothing."""
        said = self._said("x-refers")
        return () if said is MISSING else registers_of(said)

    @cached_property
    def refers_place(self) -> Place | None:
        """Where `x-refers` stands."""
        return next((node.keyword("x-refers") for node in self.nodes if "x-refers" in node.keywords), None)

    @cached_property
    def description(self) -> str | None:
        """What the value means."""
        return self._text("description")

    @cached_property
    def deprecated(self) -> bool:
        """Whether the key should no longer be used."""
        return any(node.keywords.get("deprecated") is True for node in self.nodes)

    @cached_property
    def removed_in(self) -> int | None:
        """The version of the kind that no longer has a deprecated key, when the schema says it."""
        said = self._said("x-removed-in")
        return said if type(said) is int else None

    @cached_property
    def replaced_by(self) -> str | None:
        """The key of the same map that is to be used in place of a deprecated one."""
        return self._text("x-replaced-by")

    @cached_property
    def examples(self) -> tuple[Data, ...]:
        """Values that the schema shows as examples."""
        said = self._said("examples")
        return tuple(said) if isinstance(said, list) else ()

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The JSON types that are allowed, when the schema names them; through alternatives too."""
        return _types(self.nodes, set())

    @cached_property
    def enum(self) -> tuple[Data, ...] | None:
        """The only values that are allowed, when the schema lists them."""
        said = self._said("enum")
        if isinstance(said, list):
            return tuple(said)
        only = self._said("const")
        return None if only is MISSING else (only,)

    @cached_property
    def orders_lists(self) -> bool:
        """Whether any `x-merge` stands here or below."""
        return self._below(ORDER)

    @cached_property
    def has_defaults(self) -> bool:
        """Whether any default stands here or below."""
        return self._below(DEFAULT)

    @cached_property
    def has_secrets(self) -> bool:
        """Whether any secret stands here or below."""
        return self._below(SECRET)

    @cached_property
    def has_environments(self) -> bool:
        """Whether any `x-environments` stands here or below."""
        return self._below(DIFFERENCE)

    @cached_property
    def has_names(self) -> bool:
        """Whether any `x-refers` stands here or below."""
        return self._below(NAME)

    @cached_property
    def has_deprecated(self) -> bool:
        """Whether any key here or below is deprecated."""
        return self._below(DEPRECATION)

    def keys(self) -> tuple[str, ...]:
        """The keys that `properties` declares, in the schema's order."""
        return self._keys

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for node in self.nodes:
            found.update(dict.fromkeys(node.named.get("properties", ())))
        return tuple(found)

    @cached_property
    def closed(self) -> bool:
        """Whether a key that is not declared is refused."""
        ends = ("additionalProperties", "unevaluatedProperties")
        return any(node.one[end].refuses for node in self.nodes for end in ends if end in node.one)

    @cached_property
    def says_others(self) -> bool:
        """Whether the schema says what becomes of keys that it does not declare."""
        ends = ("additionalProperties", "unevaluatedProperties")
        return any(end in node.one for node in self.nodes for end in ends)

    @cached_property
    def declared_at(self) -> Place | None:
        """Where the first keys of a map are declared."""
        return next((node.keyword("properties") for node in self.nodes if "properties" in node.named), None)

    @cached_property
    def alternatives(self) -> "tuple[Shape, ...]":
        """What else the schema may say of this very place, one way or another."""
        parts = (part for node in self.nodes for keyword in ("anyOf", "oneOf") for part in node.many.get(keyword, ()))
        return tuple(shape for part in parts if (shape := self.join([part])) is not None)

    def child(self, key: str) -> "Shape | None":
        """The shape under a key of a map, or None when the schema says nothing of it."""
        if key in self._declared:
            return self._declared[key]
        shape = self.join(part for node in self.nodes for part in _under(node, key))
        if key in self._keys:
            self._declared[key] = shape
        return shape

    @cached_property
    def _items(self) -> "Shape | None":
        return self.join(node.one["items"] for node in self.nodes if "items" in node.one)

    def item(self) -> "Shape | None":
        """The shape of the items of a list."""
        return self._items

    def at(self, path: Path) -> "Shape | None":
        """The shape of a place below this one."""
        shape: Shape | None = self
        for step in path:
            if shape is None:
                return None
            shape = shape.item() if isinstance(step, int) else shape.child(step)
        return shape

    def parts(self) -> "Iterator[Shape]":
        """The shapes directly below this one, as far as the schema names them."""
        named = [part for node in self.nodes for part in node.named.get("patternProperties", {}).values()]
        named += [node.one["additionalProperties"] for node in self.nodes if "additionalProperties" in node.one]
        shapes = [*map(self.child, self._keys), *(self.join([part]) for part in named), self.item()]
        return (shape for shape in shapes if shape is not None)

    @cached_property
    def defaulted(self) -> "tuple[tuple[str, Shape], ...]":
        """The declared keys with a default at or below them."""
        shapes = ((key, self.child(key)) for key in self._keys)
        return tuple((key, shape) for key, shape in shapes if shape is not None and shape.has_defaults)

    def _said(self, keyword: str) -> "Data | Missing":
        return next((node.keywords[keyword] for node in self.nodes if keyword in node.keywords), MISSING)

    def _text(self, keyword: str) -> str | None:
        said = self._said(keyword)
        return said if isinstance(said, str) else None

    def _below(self, mark: int) -> bool:
        return any(node.below & mark for node in self.nodes)

    def join(self, parts: Iterable[Subschema]) -> "Shape | None":
        """The shape of a place below this one that these subschemas speak of, or None when all of them refuse it."""
        nodes: dict[Subschema, None] = {}
        for part in parts:
            if not part.refuses:
                nodes.update(dict.fromkeys(gathered(part)))
        if not nodes:
            return None
        together = tuple(nodes)
        return self._shapes.get(together) or self._shapes.setdefault(together, Shape(together, self._shapes))


def shape_of(root: Subschema) -> Shape:
    """The shape of a whole document."""
    return Shape(gathered(root), {})


def _under(node: Subschema, key: str) -> Iterable[Subschema]:
    named = node.named.get("properties", {})
    matched = [named[key]] if key in named else []
    for pattern, part in node.named.get("patternProperties", {}).items():
        if _matches(pattern, key):
            matched.append(part)
    if not matched and "additionalProperties" in node.one:
        return [node.one["additionalProperties"]]
    return matched


def _matches(pattern: str, key: str) -> bool:
    from lamina.thought.schema.patterns import NotPortable, matches

    try:
        return matches(pattern, key)
    except NotPortable:
        return False


def _types(nodes: Iterable[Subschema], seen: set[Subschema]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in nodes:
        if node in seen:
            continue
        seen.add(node)
        said = node.keywords.get("type")
        if isinstance(said, str | list):
            return (said,) if isinstance(said, str) else tuple(str(name) for name in said)
        for keyword in ("anyOf", "oneOf"):
            for part in node.many.get(keyword, ()):
                found.update(dict.fromkeys(_types(gathered(part), seen)))
    return tuple(found)
