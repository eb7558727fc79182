"""The manual of a repository: what its schemas say of every key, beside the value that each environment has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from lamina.project.hiding import hidden
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.manual import NOT_SET, Entry, Manual, Page, Shown, Spread
from lamina.thought.schema import Place
from lamina.thought.topology import kind_of_document
from lamina.words.address import Address, path_text
from lamina.words.finding import worst
from lamina.words.node import Data, Path, at
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.thought.schema.keys import Key

_UNKNOWN: Shown = (None, "unknown: the document has errors")


@dataclass(frozen=True, slots=True)
class _Held:
    """One document in one environment; `known` is false where it cannot be made."""

    environment: str
    document: str
    known: bool
    data: Data = None
    secrets: frozenset[Path] = frozenset()
    filled: Mapping[Path, Place] = field(default_factory=dict)


def manual_of(project: Project) -> Manual:
    """What its schemas say of every key and which value it has in each environment, by kind.

    Of a document that has errors, or draws on one, the values are unknown.
    """
    environments = tuple(one.name for one in project.environments() if not one.abstract)
    held: dict[str, list[_Held]] = {}
    for name in environments:
        for one in _held(project.road(name)):
            held.setdefault(kind_of_document(one.document), []).append(one)
    kinds = sorted(project.tree.topology.schemas)
    return Manual(tuple(_page(project, kind, held.get(kind, ())) for kind in kinds), environments)


def _held(road: Road) -> Iterator[_Held]:
    environment = road.environment.name
    for name in road.names():
        known = not road.findings and all(one.sound for one in road.drawn_on(name))
        if known:
            document, stage = road.document(name), road.stage(name)
            yield _Held(environment, name, True, document.data, document.secrets, stage.filled)
        else:
            yield _Held(environment, name, False)


def _page(project: Project, kind: str, held: Sequence[_Held]) -> Page:
    from lamina.thought.schema.keys import MOST, keys_of

    versions = project.tree.topology.schemas[kind]
    found = project.tree.schema(kind)
    documents: dict[str, tuple[str, ...]] = {}
    for one in sorted(held, key=lambda one: one.document):
        documents[one.document] = (*documents.get(one.document, ()), one.environment)
    version = max(versions)
    if found is None or found.schema is None or worst(found.findings) == "error":
        return Page(kind, versions[version], version, None, None, documents, (), broken=True)
    shape = found.schema.shape
    keys = keys_of(shape)
    title = found.schema.root.keywords.get("title")
    return Page(
        kind,
        versions[version],
        version,
        title if isinstance(title, str) else None,
        shape.description,
        documents,
        tuple(_entry(key, held) for key in keys),
        cut=len(keys) == MOST,
    )


def _entry(key: "Key", held: Sequence[_Held]) -> Entry:
    from lamina.thought.schema.key_facts import Fact, facts_of
    from lamina.thought.schema.keys import steps_text

    facts = list(facts_of(key))
    if key.again is not None:
        facts.append(Fact("below it as below", (steps_text(key.again) or "the document",)))
    rows = () if key.in_list or not (key.leaf or key.again is not None) else _spread(key, held).rows()
    return Entry(steps_text(key.steps), 2 if len(key.steps) == 1 else 3, key.shape.description, tuple(facts), rows)


def _spread(key: "Key", held: Sequence[_Held]) -> Spread:
    """The values of a key by place and environment; a place below any key is there where that key is."""
    from lamina.thought.schema.keys import AnyKey

    exact = not any(isinstance(step, AnyKey) for step in key.steps)
    values: dict[str, dict[str, Shown]] = {}
    for one in sorted(held, key=lambda one: one.document):
        for path in key.places(one.data if one.known else {}):
            values.setdefault(_place_text(one.document, path, exact), {})[one.environment] = _shown(one, path)
    return Spread(values)


def _place_text(document: str, path: Path, exact: bool) -> str:
    """What a place is called: nothing where the kind has one document and the key one place."""
    only = "/" not in document
    if exact:
        return "" if only else document
    return path_text(path) if only else str(Address(document, path))


def _shown(one: _Held, path: Path) -> Shown:
    from lamina.thought.schema.key_facts import json_line

    if not one.known:
        return _UNKNOWN
    try:
        value = at(one.data, path)
    except LookupError:
        return NOT_SET
    if any(path[:length] in one.secrets for length in range(len(path) + 1)):
        return None, "secret"
    below = frozenset(secret[len(path) :] for secret in one.secrets if secret[: len(path)] == path)
    default = any(path[:length] in one.filled for length in range(len(path) + 1))
    return json_line(hidden(value, below, "redact")), "default" if default else ""
