"""Causes: of what differs between two renders the line that made it so, in a file that differs itself."""

from collections.abc import Collection, Iterator
from typing import Literal

from lamina.project.comparing import DocumentChange
from lamina.project.explaining import Explanation, explain
from lamina.project.placing import Placing
from lamina.project.road import Road
from lamina.thought.topology import SETTINGS, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.finding import Position
from lamina.words.node import Path
from lamina.words.values import dataclass

Side = Literal["base", "head"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A place, and the side that it is to be looked up in: what was taken away stands only in the base."""

    position: Position
    side: Side = "head"


class Causes:
    """An environment's two roads (of which one may be missing), and the files that differ between them."""

    def __init__(self, environment: str, before: Road | None, after: Road | None, changed: Collection[str]) -> None:
        self._environment = environment
        self._sides: list[tuple[Road, Side]] = []
        self._sides += [(after, "head")] if after is not None else []
        self._sides += [(before, "base")] if before is not None else []
        self._changed = changed
        self._moved = before is None or after is None or before.environment.chain != after.environment.chain
        self._placings: dict[tuple[Side, str], Placing] = {}

    def of(self, found: DocumentChange) -> Cause:
        """The first place that speaks of a value and whose file differs, looked for in the head and then in the base."""
        return next((cause for cause in self._all(found) if cause.position.file in self._changed), self._nearest(found))

    def _all(self, found: DocumentChange) -> Iterator[Cause]:
        paths: dict[Side, Path] = {"head": found.change.path, "base": found.change.was}
        name = found.document
        yield from self._taken_away(name, found.change.path)
        for road, side in self._sides:
            yield from self._words(road, side, name, paths[side])
        for road, side in self._sides:
            yield from self._referred(road, side, Address(name, paths[side]))
        if self._moved:
            yield from self._settings()
        for road, side in self._sides:
            yield from self._words_above(road, side, name, paths[side])
        yield from self._schemas(name)
        for road, side in self._sides:
            yield from self._files(road, side, name)
        yield from self._settings()

    def _nearest(self, found: DocumentChange) -> Cause:
        """Where the value stands, when no file that speaks of it differs."""
        for road, side in self._sides:
            if road.exists(found.document):
                path = found.change.path if side == "head" else found.change.was
                return Cause(self._placing(road, side, found.document).locate(path, at_key=True)[0], side)
        return Cause(Position(SETTINGS))

    def _placing(self, road: Road, side: Side, name: str) -> Placing:
        if (side, name) not in self._placings:
            self._placings[side, name] = Placing(road.tree, self._environment, road.stage(name))
        return self._placings[side, name]

    def _taken_away(self, name: str, path: Path) -> Iterator[Cause]:
        """The layer of the head that takes the whole document away."""
        for road, side in self._sides:
            own = [of for of in road.stack(name) if not of.defaults]
            if side == "head" and not path and own and not road.exists(name):
                yield Cause(Position(own[-1].file))

    def _words(self, road: Road, side: Side, name: str, path: Path, whole: bool = True) -> Iterator[Cause]:
        """What layers, or a default, say at a path, the winner first; or only those that replace what lies below them."""
        if not road.exists(name):
            return
        placing = self._placing(road, side, name)
        node, default = placing.origins(path)
        if default is not None and whole:
            yield Cause(default, side)
        stack = road.stage(name).stack
        for origin in reversed(node.origins):
            if stack[origin.layer].file in self._changed and (whole or not isinstance(origin.patch, dict)):
                yield Cause(placing.position(origin, at_key=True), side)

    def _words_above(self, road: Road, side: Side, name: str, path: Path) -> Iterator[Cause]:
        for length in range(len(path) - 1, -1, -1):
            yield from self._words(road, side, name, path[:length], whole=False)

    def _referred(self, road: Road, side: Side, address: Address) -> Iterator[Cause]:
        """What is said of the values that the value refers to."""
        if road.exists(address.document):
            try:
                explanation = explain(road, address)
            except Failure:
                return  # the value is not there, on this side
            yield from (Cause(position, side) for position in _positions(explanation))

    def _schemas(self, name: str) -> Iterator[Cause]:
        """The schema and the migrations of the document's kind."""
        kind = kind_of_document(name)
        for road, side in self._sides:
            schema = road.tree.schema(kind)
            files = (*(schema.files if schema else ()), *road.tree.topology.migrations.get(kind, {}).values())
            yield from (Cause(Position(file), side) for file in files)

    def _settings(self) -> Iterator[Cause]:
        for road, side in self._sides:
            if SETTINGS in road.tree.files:
                yield Cause(road.tree.place(SETTINGS, ("environments", self._environment), at_key=True), side)

    def _files(self, road: Road, side: Side, name: str) -> Iterator[Cause]:
        """Any layer of the document, the highest first."""
        yield from (Cause(Position(of.file), side) for of in reversed(road.stack(name)))


def _positions(explanation: Explanation) -> Iterator[Position]:
    for referred in explanation.references:
        yield from (word.position for word in referred.words)
        yield from _positions(referred)
