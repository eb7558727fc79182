"""What a change of a schema does to documents that were valid: nothing, or which of them it refuses, each with an example.

A place is narrower where it takes less than it did. An example is proved: the old schema takes it and the new one does not.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, cast

from lamina.thought.schema.compile import Schema
from lamina.thought.schema.faults import Fault
from lamina.thought.schema.shape import MISSING, Shape
from lamina.words.node import Data, Path, same
from lamina.words.regex import regex
from lamina.words.values import dataclass

Effect = Literal["compatible", "migrated", "breaking"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A place that takes less than it did: where, in what way, an example (MISSING: none was found), what becomes of it."""

    path: Path
    message: str
    example: Any
    effect: Effect


Lead = Callable[[Path], "Path | None"]
Migrate = Callable[[Data], "Data | None"]


def narrowings(old: Schema, new: Schema, lead: Lead, migrate: Migrate) -> list[Narrowing]:
    """Every way in which the new schema takes less.

    `lead` says where the new version has what was at a path, or None for what it took away on purpose; `migrate` gives a
    document as the new version has it, or None where it cannot.
    """
    found: dict[tuple[Path, str], Narrowing] = {}
    for path, message, candidates in _compared(old.shape, new.shape, (), lead, ()):
        documents = [_document(old, path, value) for value in candidates]
        sound = [document for document in documents if old.accepts(old.fill(document)[0])]
        refused = [document for document in sound if not new.accepts(new.fill(document)[0])]
        if sound and not refused and not _is_unsure(message):
            continue
        example = refused[0] if refused else MISSING
        cured = bool(refused) and all(_is_cured(new, migrate(document)) for document in refused)
        found.setdefault((path, message), Narrowing(path, message, example, "migrated" if cured else "breaking"))
    return list(found.values())


def effect_of(found: list[Narrowing]) -> Effect:
    """What the change does as a whole: the worst of what it does."""
    effects = {one.effect for one in found}
    return "breaking" if "breaking" in effects else "migrated" if effects else "compatible"


def _is_cured(new: Schema, document: "Data | None") -> bool:
    return document is not None and new.accepts(new.fill(document)[0])


def _is_unsure(message: str) -> bool:
    return message.startswith(("x-", "its conditions"))


_Found = tuple[Path, str, "list[Any]"]
GONE: Any = object()
"""A candidate that stands for the absence of a key."""


def _compared(old: Shape, new: Shape | None, path: Path, lead: Lead, above: tuple[Shape, ...]) -> Iterator[_Found]:
    if new is None or old in above:
        return
    before, after = _said(old), _said(new)
    yield from ((path, message, candidates) for message, candidates in _values(before, after, old))
    yield from _annotations(old, new, path)
    for key in after.get("required", ()):
        if key not in before.get("required", ()) and (part := new.child(key)) is not None and part.default is MISSING:
            yield (*path, key), "it is required now", [GONE]
    if new.closed and not old.closed and set(old.types) & {"object"}:
        yield path, "keys that it does not name are refused now", [{"unknown-key": 1}]
    steps: list[str | int] = [*old.keys(), 0]
    for step in steps:
        part = old.item() if isinstance(step, int) else old.child(step)
        place = (*path, step)
        if part is not None:
            yield from _below(part, new, place, step, lead, (*above, old))


def _below(
    part: Shape, parent: Shape, place: Path, step: str | int, lead: Lead, above: tuple[Shape, ...]
) -> Iterator[_Found]:
    target = lead(place)
    here = parent.item() if isinstance(step, int) else parent.child(step)
    if target != place or (here is None and parent.closed and isinstance(step, str)):
        gone = "it has moved" if target is not None and target != place else "it is not known any more"
        yield place, gone, [_sample(part, above)]
    if here is not None:
        yield from _compared(part, here, place, lead, above)


def _values(before: Mapping[str, Any], after: Mapping[str, Any], old: Shape) -> Iterator[tuple[str, list[Any]]]:
    """The keywords about a value itself that are narrower."""
    types, wanted = _types(before), _types(after)
    if wanted and (lost := types - wanted):
        yield f"it may not be {' or '.join(sorted(lost))} any more", [_SAMPLES[one] for one in sorted(lost)]
    listed, kept = before.get("enum"), after.get("enum")
    if kept is not None:
        lost_values = [one for one in listed or [] if not any(same(one, other) for other in kept)]
        if lost_values or listed is None:
            yield "some of its values are not allowed any more", lost_values or [_sample(old, ())]
    for keyword, (is_lower, words) in _BOUNDS.items():
        bound, was = after.get(keyword), before.get(keyword)
        narrower = bound is not None and (was is None or (bound > was if is_lower else bound < was))
        if narrower:
            edge: Any = was if was is not None else bound + (-1 if is_lower else 1)  # type: ignore[operator]
            yield f"its {words} is {bound} now", [_of_size(keyword, edge, old)]
    for keyword in ("pattern", "format", "multipleOf", "const"):
        if keyword in after and after[keyword] != before.get(keyword):
            yield f"its {keyword} is another now", [*old.examples, _sample(old, ())]
    if after.get("uniqueItems") and not before.get("uniqueItems"):
        yield "its items must differ now", [[1, 1], ["a", "a"]]
    if any(after.get(word) != before.get(word) for word in _CONDITIONS):
        yield "its conditions (if, oneOf, not, ...) are others, and only a reader can tell what they refuse", []


def _annotations(old: Shape, new: Shape, path: Path) -> Iterator[_Found]:
    if new.secret and not old.secret:
        yield path, "x-secret: it must be sealed now", []
    if (old.merge or "replace") != (new.merge or "replace") and "array" in (*old.types, *new.types):
        yield path, "x-merge: its layers come together otherwise now", []


def _said(shape: Shape) -> dict[str, Any]:
    """The keywords that speak of a place; of two that limit it, the narrower."""
    said: dict[str, Any] = {}
    for node in shape.nodes:
        for keyword, value in node.keywords.items():
            if keyword == "required":
                said[keyword] = [*said.get(keyword, []), *cast(Any, value)]
            elif keyword in _BOUNDS and keyword in said:
                said[keyword] = (max if _BOUNDS[keyword][0] else min)(said[keyword], value)
            else:
                said.setdefault(keyword, value)
    return said


def _types(said: Mapping[str, Any]) -> set[str]:
    """The types that a place allows, those of a number counted twice; of one that says none, all."""
    types = said.get("type")
    named = set(_SAMPLES) if types is None else {types} if isinstance(types, str) else set(types)
    return named | ({"integer"} if "number" in named else set())


def _document(schema: Schema, path: Path, value: Any) -> Data:
    """A small document that the old schema should take, with a value at a path.

    What its conditions demand or refuse is not known beforehand: the schema is asked, and what it says is mended.
    """
    document: Data = _filled(schema.shape, path, value)
    for _ in range(_ROUNDS):
        full = schema.fill(document)[0]
        if schema.accepts(full):
            break
        for fault in schema.faults_of(full):
            document = _mended(schema, document, full, fault, path)
    return document


def _mended(schema: Schema, document: Data, full: Data, fault: Fault, path: Path) -> Data:
    """The document with a key that it lacks, or another text where a pattern refuses one; not at the path in question."""
    shape = schema.shape.at(fault.path)
    if fault.rule == "missing-key" and shape is not None:
        said = fault.message.partition(" (because")[0]
        named = sorted((said.index(f'"{key}"'), key) for key in (*shape.keys(),) if f'"{key}"' in said)
        for key in [key for _, key in named if (*fault.path, key) != path][:1]:
            place = (*fault.path, key)
            document = _with(document, full, place, _sample(schema.shape.at(place), ()))
    elif fault.rule == "pattern-mismatch" and fault.path != path[: len(fault.path)]:
        document = _with(document, full, fault.path, _sample(shape, (), plain=True))
    return document


def _with(document: Any, full: Any, path: Path, value: Any) -> Any:
    """The document with another value at a path; maps that only its defaults make are written out, from the `full` one."""
    if not path:
        return value
    if isinstance(path[0], int):
        items = document if isinstance(document, list) else full if isinstance(full, list) else []
        return [_with(one, one, path[1:], value) if index == path[0] else one for index, one in enumerate(items)]
    whole = full if isinstance(full, dict) else {}
    held = document if isinstance(document, dict) else whole
    return {**held, path[0]: _with(held.get(path[0]), whole.get(path[0]), path[1:], value)}


def _filled(shape: Shape | None, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    part = None if shape is None else shape.item() if isinstance(step, int) else shape.child(step)
    if isinstance(step, int):
        return [] if value is GONE and not rest else [_filled(part, rest, value)]
    held = dict(_sample(shape, ())) if shape is not None and isinstance(_sample(shape, ()), dict) else {}
    if value is GONE and not rest:
        held.pop(step, None)
        return held
    return {**held, step: _filled(part, rest, value)}


def _sample(shape: Shape | None, above: tuple[Shape, ...], plain: bool = False) -> Any:
    """A value that a place should allow, as small as can be; a `plain` one is no reference."""
    if shape is None or shape in above:
        return "a"
    if shape.enum:
        return shape.enum[0]
    said_so = [*([] if shape.default is MISSING else [shape.default]), *shape.examples]
    for value in said_so:
        if not (plain and isinstance(value, str) and "${" in value):
            return value
    if plain and said_so:
        return _REFERENCE.sub("abc", str(said_so[0]))
    said = _said(shape)
    kind = (shape.types or ("object" if shape.keys() else "string",))[0]
    if kind == "object":
        return {key: _sample(shape.child(key), (*above, shape)) for key in said.get("required", ())}
    if kind == "array":
        return [_sample(shape.item(), (*above, shape)) for _ in range(said.get("minItems", 0))]
    if kind in ("integer", "number"):
        return said.get("minimum", said.get("maximum", 1))
    return "a" * max(1, said.get("minLength", 1)) if kind == "string" else _SAMPLES.get(kind)


def _of_size(keyword: str, size: Any, shape: Shape) -> Any:
    """A value at the edge of a bound."""
    if keyword.endswith("Length"):
        return "a" * min(max(int(size), 0), 10_000)
    if keyword.endswith("Items"):
        return [_sample(shape.item(), ())] * min(max(int(size), 0), 1000)
    if keyword.endswith("Properties"):
        return {f"k{number}": 1 for number in range(min(max(int(size), 0), 1000))}
    return size


_ROUNDS = 4
_REFERENCE = regex(r"\$\{[^}]*\}")
_SAMPLES: dict[str, Any] = {
    "null": None, "boolean": True, "integer": 1, "number": 1.5, "string": "a", "array": [], "object": {},
}  # fmt: skip
_BOUNDS = {
    "minimum": (True, "least value"), "exclusiveMinimum": (True, "least value"), "minLength": (True, "least length"),
    "minItems": (True, "least number of items"), "minProperties": (True, "least number of keys"),
    "maximum": (False, "greatest value"), "exclusiveMaximum": (False, "greatest value"),
    "maxLength": (False, "greatest length"), "maxItems": (False, "greatest number of items"),
    "maxProperties": (False, "greatest number of keys"),
}  # fmt: skip
_CONDITIONS = ("if", "then", "else", "oneOf", "anyOf", "not", "dependentRequired", "dependentSchemas", "contains")
