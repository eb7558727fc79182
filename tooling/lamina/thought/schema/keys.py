"""Keys: every place of a document that a schema speaks of, for people who look one up."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from lamina.thought.schema.patterns import NotPortable, matches
from lamina.thought.schema.shape import Freedom, Shape
from lamina.thought.schema.subschema import Subschema, gathered
from lamina.words.address import path_text
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

MOST = 5_000
"""How many keys of one schema are listed: schemas that refer to each other in many ways have more than anybody reads."""

_FORMS_ONE = ("then", "else")
_FORMS_MANY = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Items:
    """The step to every item of a list."""

    def __str__(self) -> str:
        return "[]"


@dataclass(frozen=True, slots=True)
class AnyKey:
    """The step to the keys of a map that are not `named`: those of a pattern, or all that fit none of the `patterns`.

    `like` is the pattern that they must have.
    """

    pattern: str | None
    named: tuple[str, ...]
    patterns: tuple[str, ...]
    like: str | None

    def __str__(self) -> str:
        return "<key>" if self.pattern is None or len(self.patterns) == 1 else f"<{self.pattern}>"

    def fits(self, key: str) -> bool:
        """Whether it is the step to a key."""
        if self.pattern is not None:
            return _matches(self.pattern, key)
        return key not in self.named and not any(_matches(pattern, key) for pattern in self.patterns)


Step: TypeAlias = str | Items | AnyKey
Steps: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One place that a schema speaks of, and what stands around it.

    `partial` says that only some forms of the map above have it; `again` that what stands below is what stands below the
    place of those steps already; `leaf` that no key of a map stands below. Owner and environments are those of the nearest
    place above that says something.
    """

    steps: Steps
    shape: Shape
    owner: str | None
    environments: Freedom
    required: bool = False
    partial: bool = False
    again: Steps | None = None
    leaf: bool = False

    @property
    def in_list(self) -> bool:
        """Whether it is at or below an item of a list."""
        return any(isinstance(step, Items) for step in self.steps)

    def places(self, data: Data) -> Iterator[Path]:
        """The paths in a document's data that it speaks of; one whose last key has a name may be absent."""
        found: list[tuple[Path, Data]] = [((), data)]
        for step in self.steps:
            found = [below for path, value in found for below in _below(path, value, step)]
        return (path for path, _ in found)


def steps_text(steps: Steps) -> str:
    """Steps as people write a path, with `[]` for any item and `<key>` for any key."""
    text = ""
    for step in steps:
        dot = "." if text and not isinstance(step, Items) else ""
        text += dot + (path_text((step,)) if isinstance(step, str) else str(step))
    return text


def keys_of(top: Shape) -> list[Key]:
    """Every key of a schema in its own order, a map before what is in it; no more than MOST."""
    return list(islice(_walked(top), MOST))


def _walked(top: Shape) -> Iterator[Key]:
    waiting: list[tuple[Key, Mapping[Shape, Steps]]] = [(Key((), top, top.owner, top.environments), {})]
    while waiting:
        key, above = waiting.pop()
        again = above.get(key.shape)
        parts = [] if again is not None else list(_parts(key))
        if key.steps:
            yield replace(key, again=again, leaf=all(isinstance(part.steps[-1], Items) for part in parts))
        within = {**above, key.shape: key.steps}
        waiting += ((part, within) for part in reversed(parts))


def _parts(key: Key) -> Iterator[Key]:
    """The keys directly below one: those that all forms of it have, and then those that only some have."""
    told: set[tuple[type, str]] = set()
    for nodes in (key.shape.nodes, _forms(key.shape.nodes)):
        partial = nodes is not key.shape.nodes
        required = {name for node in nodes for name in _names(node.keywords.get("required")) if not partial}
        for step, subschemas in _steps(nodes):
            shape = key.shape.join(subschemas)
            if shape is not None and (type(step), str(step)) not in told:
                told.add((type(step), str(step)))
                freedom = shape.environments if shape.says_environments else key.environments
                steps = (*key.steps, step)
                yield Key(steps, shape, shape.owner or key.owner, freedom, step in required, partial)


def _steps(nodes: tuple[Subschema, ...]) -> Iterator[tuple[Step, list[Subschema]]]:
    """The steps that some subschemas name, with what each of them says there."""
    names = _gathered_names(nodes, "properties")
    patterns = _gathered_names(nodes, "patternProperties")
    for name in names:
        yield name, _named(nodes, "properties", name)
    for pattern in patterns:
        yield AnyKey(pattern, names, patterns, pattern), _named(nodes, "patternProperties", pattern)
    likes = [node.one["propertyNames"].keywords.get("pattern") for node in nodes if "propertyNames" in node.one]
    like = next((one for one in likes if isinstance(one, str)), None)
    yield AnyKey(None, names, patterns, like), _held(nodes, "additionalProperties")
    yield Items(), _held(nodes, "items")


def _named(nodes: tuple[Subschema, ...], keyword: str, name: str) -> list[Subschema]:
    return [node.named[keyword][name] for node in nodes if name in node.named.get(keyword, ())]


def _held(nodes: tuple[Subschema, ...], keyword: str) -> list[Subschema]:
    """What subschemas hold under a keyword; nothing where it only says that all is allowed."""
    return [node.one[keyword] for node in nodes if keyword in node.one and node.one[keyword].keywords]


def _forms(nodes: tuple[Subschema, ...]) -> tuple[Subschema, ...]:
    """The subschemas that speak of the same place in some cases only."""
    found: dict[Subschema, None] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        cases = [node.one[keyword] for keyword in _FORMS_ONE if keyword in node.one]
        cases += (part for keyword in _FORMS_MANY for part in node.many.get(keyword, ()))
        for part in (part for case in cases for part in gathered(case)):
            if part not in found:
                found[part] = None
                waiting.append(part)
    return tuple(found)


def _gathered_names(nodes: tuple[Subschema, ...], keyword: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for node in nodes for name in node.named.get(keyword, ())))


def _names(required: object) -> list[str]:
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []


def _below(path: Path, value: Data, step: Step) -> Iterator[tuple[Path, Data]]:
    if isinstance(step, Items):
        items = value if isinstance(value, list) else []
        yield from (((*path, index), item) for index, item in enumerate(items))
    elif isinstance(step, AnyKey):
        entries = value if isinstance(value, dict) else {}
        yield from (((*path, key), part) for key, part in entries.items() if step.fits(key))
    else:
        yield (*path, step), value.get(step) if isinstance(value, dict) else None


def _matches(pattern: str, key: str) -> bool:
    try:
        return matches(pattern, key)
    except NotPortable:
        return False
