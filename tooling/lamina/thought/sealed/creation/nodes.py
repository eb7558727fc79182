"""The YAML of `.sops.yaml` as nodes that know their place: aliases followed, `<<` merged, as yaml.v3 does for sops."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

from lamina.thought.sealed.stores.texts import Unparsable
from lamina.thought.sealed.stores.yaml_events import end_of, events_of
from lamina.thought.sealed.stores.yaml_scalars import CORE, Unsayable, resolve, typed
from lamina.thought.sealed.values import Value
from lamina.words.finding import Finding, Position, Related, Severity
from lamina.words.node import Path
from lamina.words.regex import regex

_PROPERTIES = regex(r"(?:[!&][^\s,\[\]{}]*\s+)*")
_MERGE = "<<"
MOST_NODES = 50_000


@dataclass(frozen=True, slots=True, repr=False)
class Scalar:
    """A single value: what it resolves to, its own text, and its span of the file's text."""

    value: Value
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, repr=False)
class Items:
    """A list."""

    nodes: "tuple[Node, ...]"
    start: int


@dataclass(frozen=True, slots=True, repr=False)
class Map:
    """A map: its values, and where each key stands."""

    values: "dict[str, Node]"
    keys: dict[str, int]
    start: int


Node: TypeAlias = Union[Scalar, Items, Map]  # noqa: UP007  # an alias that is named before it is made


class Source:
    """A file's text, and what was found to be wrong with it so far."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> Position:
        """The line and column of a character."""
        line = bisect_right(self._lines, offset)
        return Position(self.file, line, offset - self._lines[line - 1] + 1)

    def find(
        self,
        rule: str,
        message: str,
        at: int,
        fix: str | None,
        severity: Severity = "error",
        first: int | None = None,
        path: Path | None = None,
    ) -> None:
        """Record a finding at a character; `first` is where the thing stood before, `path` the value that it is about."""
        related = (Related(self.place(first), "the first"),) if first is not None else ()
        self.findings.append(Finding(rule, message, self.place(at), severity, path=path, related=related, fix=fix))


class _Stop(Exception):
    """The text cannot be read any further; the finding that says why is recorded."""


def nodes_of(source: Source) -> Node | None:
    """The root of the first document, the only one that sops reads; None when there is none, or it cannot be read."""
    try:
        events, _ = events_of(source.text)
        starts = [event for event in events if event.__class__.__name__ == "DocumentStartEvent"]
        if len(starts) > 1:
            message = "a second document starts here, which sops passes over"
            source.find("several-documents", message, starts[1].start_mark.index, "delete it", "warning")
        return _Walk(source, events).node(2)[0] if starts else None
    except Unparsable as error:
        at = sum(map(len, source.text.splitlines(keepends=True)[: error.line - 1]))
        source.find(
            "syntax", f"not YAML: {error}", at, "compare the line with the one above: indentation, quotes, colons"
        )
    except _Stop:
        pass
    return None


class _Walk:
    """One pass over the events of a text; holds the anchors."""

    def __init__(self, source: Source, events: list[Any]) -> None:
        self.source = source
        self.events = events
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.count = 0

    def node(self, index: int) -> tuple[Node, int]:
        """The node that starts at an event, and the index of the event after it."""
        event = self.events[index]
        kind = event.__class__.__name__
        before = self.count
        self.counted(1, event)
        if kind == "AliasEvent":
            return self.alias(event), index + 1
        start: int = event.start_mark.index
        node: Node
        if kind == "ScalarEvent":
            node, index = self.scalar(event), index + 1
        elif kind == "SequenceStartEvent":
            node, index = self.items(index + 1, start)
        else:
            node, index = self.map(index + 1, start)
        if event.anchor is not None:
            self.anchors[event.anchor] = node, self.count - before
        return node, index

    def counted(self, nodes: int, event: Any) -> None:
        """Count what is read, aliases in full; stop where that is more than anybody writes."""
        self.count += nodes
        if self.count > MOST_NODES:
            message = f"more than {MOST_NODES} values, aliases counted in full"
            self.source.find("too-many-nodes", message, event.start_mark.index, "write fewer aliases")
            raise _Stop

    def alias(self, event: Any) -> Node:
        if event.anchor in self.anchors:
            node, size = self.anchors[event.anchor]
            self.counted(size, event)
            return node
        message = "no anchor before this alias has its name, or the alias stands inside what it names"
        self.source.find("unknown-alias", message, event.start_mark.index, "mend the name, or write the value out")
        raise _Stop

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, end_of(event, self.source.text)
        properties = _PROPERTIES.match(self.source.text, start, end) if event.anchor or event.tag else None
        start = properties.end() if properties else start
        return Scalar(self.value(event, start), event.value, start, end)

    def value(self, event: Any, start: int) -> Value:
        try:
            if event.tag is not None and event.tag != "!":
                return typed(event.value, event.tag, event.implicit[0])
            return resolve(event.value) if event.implicit[0] else str(event.value)
        except Unsayable as error:
            self.source.find("wrong-type", str(error), start, "write it in quotes, as text")
        return str(event.value)

    def items(self, index: int, start: int) -> tuple[Items, int]:
        nodes: list[Node] = []
        while self.events[index].__class__.__name__ != "SequenceEndEvent":
            node, index = self.node(index)
            nodes.append(node)
        return Items(tuple(nodes), start), index + 1

    def map(self, index: int, start: int) -> tuple[Map, int]:
        own = Map({}, {}, start)
        merged: list[Map] = []
        while self.events[index].__class__.__name__ != "MappingEndEvent":
            event = self.events[index]
            key, index = self.node(index)
            value, index = self.node(index)
            if _merges(event):
                merged += self.merged(value)
            elif isinstance(key, Scalar):
                self.add(own, key, value)
        for other in merged:
            for name in other.values:
                own.keys.setdefault(name, other.keys[name])
                own.values.setdefault(name, other.values[name])
        return own, index + 1

    def add(self, own: Map, key: Scalar, value: Node) -> None:
        first = own.keys.get(key.text)
        if first is not None:
            message = "this key stands twice in its map, so sops refuses the file"
            self.source.find("duplicate-key", message, key.start, "keep one", first=first)
        own.values[key.text], own.keys[key.text] = value, key.start

    def merged(self, value: Node) -> list[Map]:
        maps = value.nodes if isinstance(value, Items) else (value,)
        found = [one for one in maps if isinstance(one, Map)]
        if len(found) < len(maps):
            self.source.find("wrong-type", "<< takes a map, or a list of maps", value.start, "name the anchor of a map")
        return found


def _merges(key: Any) -> bool:
    """Whether a key is `<<`, unquoted."""
    if key.__class__.__name__ != "ScalarEvent" or key.value != _MERGE:
        return False
    return bool(key.implicit[0]) or key.tag == CORE + "merge"
