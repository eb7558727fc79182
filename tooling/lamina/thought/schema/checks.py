"""Checks of schemas: everything that makes a schema unfit to be asked, or that its author would want to know."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.annotations import annotation_faults, unread_annotations
from lamina.thought.schema.branches import branches_on_secrets
from lamina.thought.schema.bundle import Bundle
from lamina.thought.schema.defaults import endless, fill
from lamina.thought.schema.faults import Place, SchemaFault
from lamina.thought.schema.keywords import keyword_faults, large_patterns
from lamina.thought.schema.shape import Shape, shape_of
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import DRAFT
from lamina.words.node import Data, Path

if TYPE_CHECKING:
    from lamina.thought.schema.dialects import Fast


def faults_of_schema(bundle: Bundle, shape: Shape, fast: Callable[[], "Fast"]) -> tuple[SchemaFault, ...]:
    """What is wrong with the schema and with every file that it refers to; deeper checks wait for the plain ones."""
    nodes = bundle.nodes.values()
    faults = [*bundle.faults, *(fault for node in nodes for fault in keyword_faults(node))]
    if not any(fault.rule == "unsupported-draft" for fault in faults):
        told = {fault.place for fault in faults}
        faults += (fault for fault in _meta_faults(bundle) if fault.place not in told)
    if bundle.root is not None and not _grave(faults):
        faults += (fault for node in nodes for fault in annotation_faults(node))
        faults += unread_annotations(bundle.root)
        faults += branches_on_secrets(shape)
    if bundle.root is not None and not _grave(faults):
        faults += _default_faults(bundle, bundle.root, fast)
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.place.file, *map(str, fault.place.path))))


def _grave(faults: Iterable[SchemaFault]) -> bool:
    return any(fault.severity == "error" for fault in faults)


def _meta_faults(bundle: Bundle) -> Iterator[SchemaFault]:
    """What the meta-schema refuses, asked of the fast validator first."""
    import jsonschema_rs

    for file, raw in bundle.files.items():
        schema: Any = raw
        if not isinstance(raw, dict | bool):
            yield SchemaFault("bad-schema", "a schema is a map of keywords, or true or false", Place(file))
        elif foreign := next(_foreign(raw, ()), None):
            yield SchemaFault("bad-schema", "a schema holds no tags and nothing sealed", Place(file, foreign))
        elif not jsonschema_rs.meta.is_valid(schema):
            yield from _against_meta(file, raw)


def _foreign(value: object, path: Path) -> Iterator[Path]:
    """Where a schema file holds what only layers may hold."""
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            if not isinstance(part, str | int | float | None):
                yield from _foreign(part, (*path, step))
    else:
        yield path


def _against_meta(file: str, raw: Data) -> Iterator[SchemaFault]:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    from lamina.thought.schema.dialects import Slow
    from lamina.thought.schema.explaining import explaining_validator
    from lamina.thought.schema.verdict import faults_of

    slow = Slow(explaining_validator(Draft202012Validator.META_SCHEMA, Registry()), {}, {})
    faults = faults_of(raw, slow, None, root="the schema")
    for fault in faults:
        yield SchemaFault("bad-schema", fault.message, Place(file, fault.path), fault.fix)
    if not faults:
        yield SchemaFault("bad-schema", f"this is no schema by {DRAFT}", Place(file))


def _default_faults(bundle: Bundle, root: Subschema, fast: Callable[[], "Fast"]) -> Iterator[SchemaFault]:
    """Defaults that their own subschema refuses, all tried in one question to the fast validator."""
    filled: list[tuple[Subschema, Data]] = []
    for node in bundle.nodes.values():
        if "default" not in node.keywords:
            continue
        default, shape = node.keywords["default"], shape_of(node)
        if endless(default, shape):
            message = "this default holds itself, through the defaults of the keys below it, without end"
            yield SchemaFault("bad-default", message, node.keyword("default"))
        elif not _refers(whole := fill(default, shape)[0]):
            # The defaults of keys below may refer to other values too, which only a document can resolve.
            filled.append((node, whole))
    try:
        fine = fast().accepts_all(filled)
    except ValueError:
        # No fast validator can be made. Patterns that its engine finds too large are the only cause that is known.
        large = [fault for node in bundle.nodes.values() for fault in large_patterns(node)]
        yield from large or [SchemaFault("bad-schema", "no validator can be made of this schema", root.place)]
        return
    if not fine:
        yield from _refused_defaults(bundle, root, filled)


def _refused_defaults(bundle: Bundle, root: Subschema, defaults: list[tuple[Subschema, Data]]) -> Iterator[SchemaFault]:
    from lamina.thought.schema.dialects import slow_validator
    from lamina.thought.schema.verdict import faults_of

    slow = slow_validator(bundle, root)
    for node, default in defaults:
        for fault in faults_of(default, slow.at(node), shape_of(node), root="it")[:1]:
            message = f"the default does not fit its own schema: {fault.message}"
            yield SchemaFault("bad-default", message, node.keyword("default"), fault.fix)


def _refers(value: Data) -> bool:
    """Whether a value holds a reference, which only a document can resolve."""
    if isinstance(value, dict):
        return any(map(_refers, value.values()))
    if isinstance(value, list):
        return any(map(_refers, value))
    return isinstance(value, str) and "${" in value
