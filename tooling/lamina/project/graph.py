"""The graph of an environment: which document refers to which, by name or by reference, and where it says so."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from lamina.project.explaining import value_at
from lamina.project.placing import Placing
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.graph import Answer, Graph, Link, State, leading_to
from lamina.thought.references import references_in
from lamina.thought.schema.names import Named
from lamina.thought.schema.namings import registers
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.node import Data, Path, at


def graphs(project: Project, environments: Sequence[str] = ()) -> list[Answer]:
    """The graphs of some environments, or of all that are rendered; raises NoSuchEnvironment."""
    return [Answer(graph_of(project.road(name))) for name in environments or project.concrete()]


def why(project: Project, address: Address, environments: Sequence[str] = ()) -> list[Answer]:
    """Who refers to an address in some environments, or in all that have it or refer to it.

    Raises NoSuchEnvironment; and NoSuchDocument and NoSuchValue where no environment has it, nor refers to it.
    """
    answers: list[Answer] = []
    failures: list[Failure] = []
    for name in environments or project.concrete():
        road = project.road(name)
        answer = leading_to(graph_of(road), address)
        try:
            if not answer.steps:
                value_at(road, address)
        except Failure as failure:
            failures.append(failure)
        else:
            answers.append(answer)
    if failures and not answers:
        raise failures[0]
    return answers


def graph_of(road: Road) -> Graph:
    """The graph of one environment; of what has errors as much as can be read."""
    names = road.names()
    weaver = _Weaver(road)
    links = tuple(link for name in names for link in weaver.links(name))
    return Graph(road.environment.name, tuple(names), links, _offered(road))


def _offered(road: Road) -> dict[Address, str]:
    """What other documents may name, by the schemas: the documents of kinds, and the entries at addresses."""
    tree = road.tree
    kinds = (tree.schema(kind) for kind in sorted(tree.topology.schemas))
    said = {one for kind in kinds if kind and kind.schema for one in registers(kind.schema.shape)}
    offers = (road.offered(one) for one in said if one.document)
    found = {address: name for offer in offers for name, address in offer.items()}
    return {address: found[address] for address in sorted(found, key=str)}


class _Weaver:
    """Makes the links of an environment's documents."""

    def __init__(self, road: Road) -> None:
        self._road = road
        self._values: dict[str, Data] = {}

    def links(self, name: str) -> Iterator[Link]:
        """The links of a document, its references first, each in the document's order."""
        stage, secrets = self._road.stage(name), self._road.resolved(name).secrets
        placing = Placing(self._road.tree, self._road.environment.name, stage)
        for path, text in _texts(stage.data):
            for one in references_in(text):
                yield self._reference(Address(name, path), Address(one.document or name, one.path), secrets, placing)
        for named in self._road.named(name):
            if not named.unsure:
                yield _naming(name, named, secrets, placing)

    def _reference(self, source: Address, written: Address, secrets: frozenset[Path], placing: Placing) -> Link:
        target = self._led(written)
        position, _ = placing.locate(source.path)
        if target is not None:
            return Link(source, (target,), "reference", "found", position)
        # What looks like a reference in a secret may be a piece of it.
        targets = () if _is_within(source.path, secrets) else (written,)
        return Link(source, targets, "reference", "missing", position)

    def _led(self, address: Address) -> Address | None:
        """Where a reference leads: to what it says, or to where migrations took that; None when nothing is there."""
        name = address.document
        if not self._road.exists(name):
            return None
        if not self._road.stage(name).whole:
            return address
        if name not in self._values:
            self._values[name] = self._road.resolved(name).value
        for path in (address.path, *self._road.moved(name, address.path)):
            with suppress(LookupError):
                at(self._values[name], path)
                return Address(name, path)
        return None


def _naming(document: str, named: Named, secrets: frozenset[Path], placing: Placing) -> Link:
    naming = named.naming
    position, _ = placing.locate(naming.path, naming.at_key)
    state: State = "missing" if not named.targets else "found" if len(named.targets) == 1 else "ambiguous"
    hidden = state != "found" and _is_within(naming.path, secrets)
    targets = () if hidden else named.targets or named.candidates
    return Link(Address(document, naming.path), targets, "name", state, position, None if hidden else naming.name)


def _is_within(path: Path, secrets: frozenset[Path]) -> bool:
    return any(path[: len(secret)] == secret for secret in secrets)


def _texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts of a document that may hold references, in its order."""
    if isinstance(value, str):
        if "${" in value:
            yield path, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(part, (*path, key))
