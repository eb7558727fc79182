"""Branches on secrets: conditions whose outcome would depend on a value that is not open when documents are validated."""

from collections.abc import Iterator

from lamina.thought.schema.faults import SchemaFault
from lamina.thought.schema.patterns import matches
from lamina.thought.schema.shape import Shape
from lamina.thought.schema.subschema import Subschema, gathered
from lamina.thought.schema.vocabulary import ABOUT, ANNOTATIONS, STORES

_HARMLESS = ANNOTATIONS | STORES | ABOUT | {"$ref", "allOf", "type"}
"""What a condition may say at a secret: nothing that tests more than its type, which is written beside the ciphertext."""

_CONDITIONS = ("anyOf", "oneOf", "not", "if", "contains")
_SAME_PLACE = ("anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


def branches_on_secrets(shape: Shape) -> Iterator[SchemaFault]:
    """Conditions that test a secret value, at any place of a document."""
    seen: set[Shape] = set()
    waiting = [shape]
    while waiting:
        place = waiting.pop()
        if place in seen or not place.has_secrets:
            continue
        seen.add(place)
        for keyword, condition in _conditions(place.nodes):
            for tested in _tested(condition, place.item() if keyword == "contains" else place, set()):
                message = f"this test below {keyword} reads a secret, but none is open when documents are validated"
                yield SchemaFault("branch-on-secret", message, tested.place, "test another key, or only the type")
        waiting.extend(place.parts())


def _conditions(nodes: tuple[Subschema, ...]) -> Iterator[tuple[str, Subschema]]:
    """The conditions at a place, also those in the outcomes of others."""
    for node in nodes:
        for keyword in _CONDITIONS:
            for part in _held(node, keyword):
                yield keyword, part
        for keyword in ("then", "else", "dependentSchemas"):
            for part in _held(node, keyword):
                yield from _conditions(gathered(part))


def _held(node: Subschema, keyword: str) -> list[Subschema]:
    if keyword in node.one:
        return [node.one[keyword]]
    return node.many.get(keyword) or list(node.named.get(keyword, {}).values())


def _tested(condition: Subschema, shape: Shape | None, seen: set[tuple[Subschema, Shape]]) -> Iterator[Subschema]:
    """The subschemas of a condition that test a secret."""
    if shape is None or not shape.has_secrets or (condition, shape) in seen:
        return
    seen.add((condition, shape))
    for node in gathered(condition):
        compared = {"const", "enum"} & node.keywords.keys()
        if compared or (shape.secret and node.keywords.keys() - _HARMLESS):
            yield node
        elif not shape.secret:
            for part, below in _below(node, shape):
                yield from _tested(part, below, seen)


def _below(node: Subschema, shape: Shape) -> Iterator[tuple[Subschema, Shape | None]]:
    named, patterns = node.named.get("properties", {}), node.named.get("patternProperties", {})
    for key in dict.fromkeys((*shape.keys(), *named)):
        matched = [part for pattern, part in patterns.items() if matches(pattern, key)]
        matched += [named[key]] if key in named else []
        rest = [node.one[name] for name in ("additionalProperties", "unevaluatedProperties") if name in node.one]
        for part in matched or rest:
            yield part, shape.child(key)
    for keyword in ("items", "prefixItems", "contains", "unevaluatedItems"):
        for part in _held(node, keyword):
            yield part, shape.item()
    for keyword in _SAME_PLACE:
        for part in _held(node, keyword):
            yield part, shape
