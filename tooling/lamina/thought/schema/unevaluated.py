"""Unevaluated keys: which keys of a map a schema with `unevaluatedProperties` does not speak of, for a message.

That some key is refused the validator has already said. Keys of alternatives that do not hold do not count as spoken of;
keys of an allOf do, even where it fails, since that failure has a message of its own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.patterns import matches
from lamina.thought.schema.subschema import Subschema

if TYPE_CHECKING:
    from lamina.thought.schema.dialects import Slow


def unevaluated_keys(slow: "Slow", node: Subschema, instance: Any) -> list[str]:
    """The keys of a map that nothing at this place of the schema speaks of and `unevaluatedProperties` refuses."""
    spoken = {key for part in _applying(slow, node, instance, {node}) for key in _spoken(part, instance)}
    rest = node.one["unevaluatedProperties"]
    return [key for key in instance if key not in spoken and not _fits(slow, rest, instance[key])]


def _applying(slow: "Slow", node: Subschema, instance: Any, seen: set[Subschema]) -> Iterator[Subschema]:
    """The subschema and those in it that apply to the same map and hold there."""
    yield node
    for part in _in_place(slow, node, instance):
        if part not in seen:
            seen.add(part)
            yield from _applying(slow, part, instance, seen)


def _in_place(slow: "Slow", node: Subschema, instance: Any) -> Iterator[Subschema]:
    yield from node.same_place()
    for keyword in ("anyOf", "oneOf"):
        yield from (part for part in node.many.get(keyword, ()) if _fits(slow, part, instance))
    yield from (part for key, part in node.named.get("dependentSchemas", {}).items() if key in instance)
    if "if" in node.one:
        holds = _fits(slow, node.one["if"], instance)
        yield from (node.one[name] for name in (("if", "then") if holds else ("else",)) if name in node.one)


def _spoken(node: Subschema, instance: Any) -> Iterator[str]:
    if "additionalProperties" in node.one:
        yield from instance
    yield from node.named.get("properties", {})
    for pattern in node.named.get("patternProperties", {}):
        yield from (key for key in instance if matches(pattern, key))


def _fits(slow: "Slow", node: Subschema, instance: Any) -> bool:
    return bool(slow.at(node).validator.is_valid(instance))
