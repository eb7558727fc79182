"""Placing: from what thought says about a document to findings at the file, line and column of the layer that did it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from lamina.project.stages import Stage
from lamina.project.tree import Tree
from lamina.thought.merge import MergeFault, Node, Origin, follow, whole
from lamina.thought.references import ReferenceFault
from lamina.thought.schema import Fault
from lamina.thought.topology import LayerFile
from lamina.words.finding import Finding, Position, Related
from lamina.words.mend import Act, Drop, Mend, Safety
from lamina.words.node import Path, at

if TYPE_CHECKING:
    from lamina.project.mends import Layer


class Placing:
    """Where the values of one document stand."""

    def __init__(self, tree: Tree, environment: str, stage: Stage) -> None:
        self._tree = tree
        self._environment = environment
        self._stage = stage
        self._merged: dict[int, Node] = {}

    def _whole(self, layers: int) -> Node:
        """The document merged from so many of the lowest layers; kept, since many findings may ask about one list."""
        if layers not in self._merged:
            self._merged[layers] = whole(self._stage.merged.layers[:layers])
        return self._merged[layers]

    def origins(self, path: Path) -> tuple[Node, Position | None]:
        """Every layer's word on a path, and the schema's place when its default made the value."""
        node = self._whole(len(self._stage.merged.layers)).below(path)
        if node.winner is None:
            for length in range(len(path), 0, -1):
                if path[:length] in self._stage.filled:
                    return node, self._tree.schema_place(self._stage.filled[path[:length]])
        return node, None

    def layer(self, origin: Origin) -> LayerFile:
        """The layer that says a word."""
        return self._stage.stack[origin.layer]

    def position(self, origin: Origin, at_key: bool = False) -> Position:
        """Where a layer says its word."""
        return self.place(origin.layer, origin.path, at_key)

    def place(self, layer: int, path: Path, at_key: bool = False) -> Position:
        """Where a path of a layer stands in its file."""
        return self._tree.place(self._stage.stack[layer].file, self.path_in_file(layer, path), at_key)

    def path_in_file(self, layer: int, path: Path) -> Path:
        """What a path of a layer is in its file, which may be of an older version."""
        return self._stage.ways[layer](path) if self._stage.ways else path

    def locate(self, path: Path, at_key: bool = False) -> tuple[Position, tuple[Related, ...]]:
        """Where the value at a path (or the nearest above it) was set, and which other layers took part."""
        for length in range(len(path), -1, -1):
            node, default = self.origins(path[:length])
            if default is not None:
                return default, ()
            if node.winner is not None:
                exact = length == len(path)
                others = tuple(self._also(origin) for origin in node.origins[-2::-1] if exact and path)
                return self.position(node.winner, at_key and exact), others
        return Position(self._stage.stack[-1].file), ()

    def _also(self, origin: Origin) -> Related:
        return Related(self.position(origin), "also set here")

    def merge_finding(self, fault: MergeFault) -> Finding:
        """A fault of merging, at the layer that caused it; for a clash with the place it clashes with."""
        place = self.place(fault.layer, fault.path, at_key=fault.rule == "unset-of-nothing")
        related: tuple[Related, ...] = ()
        if fault.rule == "type-clash":
            node = follow(self._whole(fault.layer + 1), fault.layer, fault.path)
            related = tuple(
                Related(self.position(origin), "clashes with this")
                for origin in reversed(node.origins)
                if origin.layer < fault.layer
            )[:1]
        found = self._finding(fault.rule, fault.message, place, fault.path, related, fault.fix)
        if fault.rule != "unset-of-nothing":
            return found
        return replace(found, mend=self._layer(fault.layer).act(fault.path, Drop()))

    def repeated_item(self, path: Path, by: str) -> Finding:
        """Two items of a list by key that came to have the same key."""
        place, related = self.locate(path)
        message = f"an item with the same {by} stands in this list already"
        return self._finding("repeated-item", message, place, path, related, "let !append bring only new items")

    def reference_finding(self, fault: ReferenceFault) -> Finding:
        """A reference that leads nowhere, or the long way, at the reference."""
        from lamina.project.mends import of_reference

        place, _ = self.locate(fault.path)
        found = self._finding(fault.rule, fault.message, place, fault.path, (), fault.fix)
        return replace(
            found, severity=fault.severity, mend=self._new_value(fault.path, of_reference(self._stage, fault))
        )

    def schema_finding(self, fault: Fault) -> Finding:
        """A value that its schema refuses, at the layer that set it."""
        place, related = self.locate(fault.path, fault.at_key)
        found = self._finding(fault.rule, fault.message, place, fault.path, related, fault.fix)
        return replace(found, mend=self._mend_of(fault))

    def _mend_of(self, fault: Fault) -> Mend | None:
        """What would mend a fault: at its value or key in the layer that set it, or in the highest that has the map."""
        if fault.key is not None and fault.act is not None:
            layers = reversed(self.origins(fault.path)[0].live)
            ways = (self._layer(one.layer).missing(one.path, fault.key, fault.act) for one in layers)
            return next(filter(None, ways), None)
        if fault.rule == "unknown-key":
            winner = self.origins(fault.path)[0].winner
            return self._layer(winner.layer).new_name(winner.path, fault.act) if winner is not None else None
        # Where a reference brought the value, it is wrong where that leads.
        found = self._new_value(fault.path, fault.act, fault.safety)
        return None if found is None or self._is_reference(fault.path) else found

    def _is_reference(self, path: Path) -> bool:
        return "${" in str(at(self._stage.data, path))

    def _new_value(self, path: Path, act: Act | None, safety: Safety = "safe") -> Mend | None:
        """An act on what stands at a path, in the layer that set it."""
        winner = self.origins(path)[0].winner if act is not None else None
        if act is None or winner is None:
            return None
        try:
            refused = at(self._stage.data, path)
        except LookupError:  # a reference brought it
            return None
        return self._layer(winner.layer).new_value(winner.path, refused, act, safety)

    def _layer(self, number: int) -> "Layer":
        from lamina.project.mends import Layer

        return Layer(self._tree, self._stage, number)

    def _finding(
        self, rule: str, message: str, place: Position, path: Path, related: tuple[Related, ...], fix: str | None
    ) -> Finding:
        environment, document = self._environment, self._stage.name
        return Finding(rule, message, place, "error", environment, document, path, related, fix)
