"""Where the nodes of a YAML text stand: a walk over libyaml's events that keeps their marks.

libyaml's marks count code points, which is what we want. They need care in three places: a node's start is that of its
tag or anchor, a block collection ends where the next token starts (after blank lines and comments), and so does a block
scalar.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not export it
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from lamina.thought.document.spans import gap_end
from lamina.thought.document.spots import Outline, Spot, Style
from lamina.words.regex import regex

_PROPERTY = regex(r"[!&]\S*")
_COLON = regex(r"[ \t\r\n]*:")
_BREAK = regex(r"\r\n?|\n")
_BLOCKS = ("|", ">")
_NOTHING = Outline(Spot(1, 1, 0, 0), "block")


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    event: Any
    children: dict[str | int, Outline] = field(default_factory=dict)
    key: tuple[str, Spot] | None = None
    end: int = 0


def outline_yaml(text: str) -> Outline:
    """The outline of the one document of a YAML text."""
    return _Walk(text).document()


class _Walk:
    """One pass over the events; holds the collections that are open and the anchors that were met."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parser = CParser(text)
        self.anchors: dict[str, tuple[Outline, str]] = {}
        self.stack: list[_Open] = []

    def document(self) -> Outline:
        """Walk to the end of the first document."""
        following = self.parser.get_event
        while True:
            event: Any = following()
            if isinstance(event, CollectionStartEvent):
                self.stack.append(_Open(event))
                continue
            if event.__class__ is ScalarEvent and _is_simple(event) and self.stack:
                _add_simple(self.stack[-1], event)
                continue
            if isinstance(event, NodeEvent):
                node, name = self.leaf(event)
            elif isinstance(event, CollectionEndEvent):
                node, name = self.collection(self.stack.pop(), event), ""
            elif event is None or isinstance(event, StreamEndEvent):
                return _NOTHING
            else:
                continue
            if not self.stack:
                return node
            _add(self.stack[-1], node, name)

    def leaf(self, event: Any) -> tuple[Outline, str]:
        """A scalar or an alias, with the text that it has as a key."""
        if isinstance(event, AliasEvent):
            return self.alias(event)
        start, end = event.start_mark, event.end_mark.index
        if event.style in _BLOCKS:
            end = self.end_of_block_scalar(start.index, end)
        elif start.index == end:
            end = self.end_of_nothing(end)
        properties = None
        value = _spot(start, end) if start.index <= end else self.spot(start, end, end)
        if event.tag is not None or event.anchor is not None:
            value, properties = self.after_properties(event, end)
        node = Outline(value, "scalar", None, {}, properties)
        return self.anchored(event, node, event.value), event.value

    def alias(self, event: Any) -> tuple[Outline, str]:
        named, name = self.anchors.get(event.anchor, (_NOTHING, ""))
        spot = _spot(event.start_mark, event.end_mark.index)
        return Outline(spot, named.style, None, named.children, None, True), name

    def collection(self, opened: _Open, end_event: Any) -> Outline:
        """A map or a list whose end has come."""
        event = opened.event
        start, mark = event.start_mark, event.end_mark
        style: Style = "flow" if event.flow_style else "block"
        # The event that starts a list or map holds its `{` or `[`, or the dash of a list that is not indented; other
        # starts in block style are empty.
        width = 1 if self.text[mark.index - 1 : mark.index] in ("{", "[", "-") and mark.index > start.index else 0
        end = end_event.end_mark.index if event.flow_style else max(opened.end, mark.index)
        value = Spot(mark.line + 1, mark.column + 1 - width, mark.index - width, end)
        properties = None
        if start.index < value.start:
            properties = _spot(start, _end_of_properties(self.text, event, value.start))
        return self.anchored(event, Outline(value, style, None, opened.children, properties), "")

    def anchored(self, event: Any, node: Outline, name: str) -> Outline:
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, name)
        return node

    def after_properties(self, event: Any, end: int) -> tuple[Spot, Spot | None]:
        """The spots of a scalar and of the tag and anchor before it; without a scalar, theirs is the value's."""
        mark = event.start_mark
        stop = _end_of_properties(self.text, event, end)
        start = gap_end(self.text, stop)
        if start >= end:
            return _spot(mark, stop), None
        return self.spot(mark, start, end), _spot(mark, stop)

    def spot(self, mark: Any, start: int, end: int) -> Spot:
        """A spot whose start is some way after, or before, a mark whose line and column are known."""
        low, high = sorted((mark.index, start))
        breaks = len(_BREAK.findall(self.text, low, high))
        line = mark.line + 1 + (breaks if start >= mark.index else -breaks)
        head = max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) + 1
        return Spot(line, start - head + 1, start, end)

    def end_of_block_scalar(self, start: int, end: int) -> int:
        """Without the last line break; and without trailing blank lines, unless `+` makes them part of the value."""
        span = self.text[start:end]
        head = _BREAK.split(span, maxsplit=1)[0]
        if "+" in head.split("#")[0]:
            return start + len(re.sub(r"(?:\r\n?|\n)\Z", "", span))
        return start + len(span.rstrip())

    def end_of_nothing(self, end: int) -> int:
        """An empty value ends after its key's colon, or after the key (`{a, b}`); libyaml may say: where the next token is."""
        key = self.stack[-1].key if self.stack else None
        if key is None:
            return end
        colon = _COLON.match(self.text, key[1].end, end)
        return colon.end() if colon else key[1].end


def _add(parent: _Open, node: Outline, name: str) -> None:
    """Put a finished node under its parent, as the next key, that key's value, or the next item."""
    parent.end = max(parent.end, node.value.end)
    if not isinstance(parent.event, MappingStartEvent):
        parent.children[len(parent.children)] = node
    elif parent.key is None:
        parent.key = name, node.value
    else:
        key, spot = parent.key
        parent.key = None
        # As `replace` does it, at a tenth of the time.
        parent.children[key] = Outline(node.value, node.style, spot, node.children, node.properties, node.alias)


def _is_simple(event: Any) -> bool:
    """Whether a scalar is what nearly all are: neither tagged nor anchored nor empty, and no block of lines."""
    return event.tag is None and event.anchor is None and event.value and event.style not in _BLOCKS


def _add_simple(parent: _Open, event: Any) -> None:
    """As `_add`, for a simple scalar: of keys no more is made than is kept."""
    mark, end = event.start_mark, event.end_mark.index
    spot = Spot(mark.line + 1, mark.column + 1, mark.index, end)
    parent.end = max(parent.end, end)
    if parent.event.__class__ is not MappingStartEvent:
        parent.children[len(parent.children)] = Outline(spot, "scalar")
    elif parent.key is None:
        parent.key = event.value, spot
    else:
        key, own = parent.key
        parent.key = None
        parent.children[key] = Outline(spot, "scalar", own)


def _end_of_properties(text: str, event: Any, limit: int) -> int:
    """Where the tag and the anchor of an event end, at most at `limit`."""
    end: int = event.start_mark.index
    for present in (event.tag, event.anchor):
        if present is not None:
            found = _PROPERTY.match(text, gap_end(text, end), limit)
            end = found.end() if found else end
    return end


def _spot(mark: Any, end: int) -> Spot:
    return Spot(mark.line + 1, mark.column + 1, mark.index, end)
