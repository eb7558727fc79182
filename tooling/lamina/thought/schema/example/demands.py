"""Demands: what several subschemas that hold at one place say together."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from lamina.thought.schema.patterns import NotPortable, matches
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import TYPES

_REST = "unevaluatedProperties"
# By which keywords a schema that names no type speaks of one.
_TELLING = {
    "object": ("properties", "required", "patternProperties", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "uniqueItems"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


@dataclass(frozen=True)
class Demands:
    """What holds at a place: the subschemas, all of them."""

    nodes: tuple[Subschema, ...]

    def said(self, keyword: str) -> Iterator[Any]:
        """What each subschema says under a keyword."""
        return (node.keywords[keyword] for node in self.nodes if keyword in node.keywords)

    def least(self, keyword: str) -> Any:
        """The greatest of several lower bounds, or None."""
        return max(self.said(keyword), default=None)

    def most(self, keyword: str) -> Any:
        """The least of several upper bounds, or None."""
        return min(self.said(keyword), default=None)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that a value may have, in the order of the first subschema that names some; integers are numbers."""
        allowed = list(TYPES)
        for number, named in enumerate(self.said("type")):
            names = [named] if isinstance(named, str) else list(named)
            wide = [*names, *(["integer"] if "number" in names else [])]
            allowed = wide if number == 0 else [one for one in allowed if one in wide]
        if len(allowed) == len(TYPES):
            return self._told or ("string", *TYPES)
        return tuple(allowed)

    @property
    def _told(self) -> tuple[str, ...]:
        """The types that subschemas which name none speak of."""
        keywords = {keyword for node in self.nodes for keyword in node.keywords}
        return tuple(name for name, telling in _TELLING.items() if keywords & set(telling))

    @property
    def listed(self) -> list[Any] | None:
        """The only values that the first list of them allows, or None where there is no list."""
        lists = [[value] for value in self.said("const")] + list(self.said("enum"))
        return lists[0] if lists else None

    @property
    def required(self) -> dict[str, None]:
        """The keys that must be there."""
        return dict.fromkeys(key for names in self.said("required") for key in names)

    @property
    def known(self) -> dict[str, None]:
        """The keys that have a schema of their own, in the order of the schema."""
        return dict.fromkeys(key for node in self.nodes for key in node.named.get("properties", ()))

    def needed_beside(self, key: str) -> Iterator[str]:
        """The keys that must stand beside a key."""
        for names in self.said("dependentRequired"):
            yield from names.get(key, ())

    def under(self, key: str) -> tuple[Subschema, ...]:
        """The subschemas of the value of a key."""
        spoken = tuple(part for node in self.nodes for part in _under(node, key))
        return spoken or tuple(node.one[_REST] for node in self.nodes if _REST in node.one)

    def refuses(self, key: str) -> bool:
        """Whether a key may not be there."""
        return any(part.refuses for part in self.under(key))

    def item(self, index: int) -> tuple[Subschema, ...]:
        """The subschemas of an item of a list."""
        found: list[Subschema] = []
        for node in self.nodes:
            first = node.many.get("prefixItems", [])
            if index < len(first):
                found.append(first[index])
            elif "items" in node.one:
                found.append(node.one["items"])
        return tuple(found)

    @cached_property
    def steps(self) -> list[Fraction]:
        """What a number must be a multiple of."""
        return [Fraction(repr(step)) for step in self.said("multipleOf")]


def _under(node: Subschema, key: str) -> Iterator[Subschema]:
    named, patterns = node.named.get("properties", {}), node.named.get("patternProperties", {})
    found = [named[key]] if key in named else []
    found += (part for pattern, part in patterns.items() if _fits(pattern, key))
    yield from found or (node.one[end] for end in ("additionalProperties",) if end in node.one)


def _fits(pattern: str, key: str) -> bool:
    try:
        return matches(pattern, key)
    except NotPortable:
        return False
