"""Annotations: whether those of a schema say something, and stand where they are read."""

from collections.abc import Iterator

from lamina.thought.schema.faults import SchemaFault
from lamina.thought.schema.registers import registers_of
from lamina.thought.schema.sentences import quoted
from lamina.thought.schema.shape import shape_of
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import ANNOTATIONS, STORES
from lamina.words.node import Data


def annotation_faults(node: Subschema) -> Iterator[SchemaFault]:
    """Annotations of a subschema whose value says nothing, or which contradict what stands beside them."""
    for keyword, value in node.keywords.items():
        if keyword in _DEMANDS and not _sound(keyword, value):
            message = f"{keyword} must be {_DEMANDS[keyword]}"
            yield SchemaFault("bad-annotation", message, node.keyword(keyword))
        elif keyword in ("x-removed-in", "x-replaced-by") and node.keywords.get("deprecated") is not True:
            message = f"{keyword} is about a deprecated key, and deprecated: true does not stand beside it"
            yield SchemaFault("bad-annotation", message, node.keyword(keyword))
        elif keyword == "x-merge":
            yield from _merge_faults(node)
        elif keyword == "x-refers":
            yield from _name_faults(node)
        elif keyword == "x-secret" and value is True:
            yield from _plain_secrets(node)
    yield from _replacement_faults(node)


_DEMANDS = {
    "x-environments": "free, own, same, or a list of the environments that may differ",
    "x-merge": "append, prepend, replace, or {by: KEY}",
    "x-owner": "a text",
    "x-refers": "a kind (agents), an address whose entries have names (models:models, or :steps), or a list of such",
    "x-removed-in": "the number of a version, from 2",
    "x-replaced-by": "the name of a key of the same map",
    "x-secret": "true or false",
    "x-unit": "a text",
}


def _sound(keyword: str, value: Data) -> bool:
    match keyword:
        case "x-environments" if isinstance(value, list):
            return bool(value) and all(isinstance(name, str) for name in value)
        case "x-environments":
            return value in ("free", "own", "same")
        case "x-merge" if isinstance(value, dict):
            return value.keys() == {"by"} and isinstance(value["by"], str) and value["by"] != ""
        case "x-merge":
            return value in ("append", "prepend", "replace")
        case "x-refers":
            return bool(registers_of(value))
        case "x-secret":
            return isinstance(value, bool)
        case "x-removed-in":
            return type(value) is int and value > 1
        case "x-replaced-by":
            return isinstance(value, str) and value != ""
        case _:
            return isinstance(value, str)


def _merge_faults(node: Subschema) -> Iterator[SchemaFault]:
    shape = shape_of(node)
    if shape.types and "array" not in shape.types:
        message = "x-merge says how lists come together, but the value here is never a list"
        yield SchemaFault("bad-annotation", message, node.keyword("x-merge"), "take it away, or move it to the list")
    value, item = node.keywords["x-merge"], shape.item()
    if isinstance(value, dict) and item is not None and item.closed and item.child(str(value["by"])) is None:
        message = f"x-merge matches items by the key {quoted(str(value['by']))}, but no item has it"
        yield SchemaFault("bad-annotation", message, node.keyword("x-merge"))


def _name_faults(node: Subschema) -> Iterator[SchemaFault]:
    shape = shape_of(node)
    if shape.types and not {"string", "object"} & set(shape.types):
        message = "x-refers says what a text, or each key of a map, names, but the value here is neither"
        yield SchemaFault("bad-annotation", message, node.keyword("x-refers"), "of a list, say it in items")
    if shape.secret:
        message = "x-refers would tell others what a secret is"
        yield SchemaFault("bad-annotation", message, node.keyword("x-refers"), "what has a secret name, name otherwise")


def _plain_secrets(node: Subschema) -> Iterator[SchemaFault]:
    for keyword in ("const", "default", "enum"):
        value = node.keywords.get(keyword)
        values = value if keyword == "enum" and isinstance(value, list) else [value]
        if any(each not in ("", None) for each in values):
            message = f"{keyword} would hold the value of a secret in plain text"
            yield SchemaFault("bad-annotation", message, node.keyword(keyword), "a secret is given in a sealed layer")


def _replacement_faults(node: Subschema) -> Iterator[SchemaFault]:
    """Keys that are to be replaced by themselves, or by one that their map does not have."""
    for key, part in node.named.get("properties", {}).items():
        other = part.keywords.get("x-replaced-by")
        if not isinstance(other, str) or not other:
            continue
        shape = shape_of(node)
        if other == key or (shape.closed and shape.child(other) is None):
            why = "is the key itself" if other == key else "is no key of the same map"
            yield SchemaFault("bad-annotation", f"x-replaced-by: {quoted(other)} {why}", part.keyword("x-replaced-by"))


def unread_annotations(root: Subschema) -> Iterator[SchemaFault]:
    """Annotations where nobody reads them: in alternatives, conditions and the like."""
    read = _reached(root)
    seen: set[Subschema] = set()
    for node in read:
        heard = set(node.read())
        for part in _applied(node):
            if part not in heard:
                yield from _unread(part, part.role, seen)


def _reached(root: Subschema) -> list[Subschema]:
    found: dict[Subschema, None] = {root: None}
    waiting = [root]
    while waiting:
        for part in waiting.pop().read():
            if part not in found:
                found[part] = None
                waiting.append(part)
    return list(found)


def _applied(node: Subschema) -> Iterator[Subschema]:
    return (part for part in node.parts() if part.role not in STORES)


def _unread(top: Subschema, role: str, seen: set[Subschema]) -> Iterator[SchemaFault]:
    """The annotations in a subschema that only tests; of one that it refers to, the reference is told once."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for keyword in ANNOTATIONS & node.keywords.keys():
            message = f"{keyword} is not read below {role}"
            hint = "say it in properties, patternProperties, additionalProperties, items or allOf, directly or by $ref"
            yield SchemaFault("unread-annotation", message, node.keyword(keyword), hint)
        if node.ref is not None and (found := _annotation(node.ref)):
            message = f"{found[1]} in {_pointer(found[0])} is not read through this $ref, which stands below {role}"
            hint = "refer to a schema without annotations from here"
            yield SchemaFault("unread-annotation", message, node.keyword("$ref"), hint)
        waiting.extend(_applied(node))


def _annotation(top: Subschema) -> tuple[Subschema, str] | None:
    """The first annotation in a subschema or in what it refers to."""
    seen: set[Subschema] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            if said := sorted(ANNOTATIONS & node.keywords.keys()):
                return node, said[0]
            waiting.extend(_applied(node))
            if node.ref is not None:
                waiting.append(node.ref)
    return None


def _pointer(node: Subschema) -> str:
    return f"{node.place.file}#{''.join(f'/{step}' for step in node.place.path)}"
