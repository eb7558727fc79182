"""YAML taken apart: the tree that sops would make of it, with the spans that an edit needs."""

from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lamina.thought.sealed.cipher import ciphertext
from lamina.thought.sealed.stores.texts import Unfit
from lamina.thought.sealed.stores.yaml_comments import placed
from lamina.thought.sealed.stores.yaml_events import end_of, events_of
from lamina.thought.sealed.stores.yaml_scalars import Unsayable, resolve, typed
from lamina.thought.sealed.tree import Block, End, Entry, Field, Frame, Leaf, Parsed
from lamina.thought.sealed.values import Value
from lamina.words.regex import regex

METADATA = "sops"
MOST_EXPANDED = 100_000
_NESTED = regex(r"\n( +)[^\s#-][^\n]*:")


def _unfit(fault: str, hint: str, event: Any = None) -> Unfit:
    return Unfit(fault, hint, event.start_mark.line + 1 if event is not None else 1)


def walked(text: str, sealed: bool) -> Parsed:
    """A YAML text, with its metadata when it is sealed; raises Unparsable or Unfit."""
    walk = _Walk(text, sealed)
    walk.documents()
    entries = placed(text, walk.comments, walk.entries, walk.starts, walk.frames) if walk.comments else walk.entries
    newline = "\r\n" if "\r\n" in text else "\n"
    nested = _NESTED.search(text)
    step = min(max(len(nested[1]), 2), 8) if nested else 4
    return Parsed(text, entries, walk.raw, tuple(walk.blocks), tuple(walk.ends), walk.expansions, newline, step=step)


class _Walk:
    """One pass over the events of a text; `frames` says in which map or list each event stands."""

    def __init__(self, text: str, sealed: bool) -> None:
        self.text = text
        self.sealed = sealed
        self.events, self.comments = events_of(text)
        self.entries: list[Entry] = []
        self.starts: list[int] = []
        self.frames: dict[int, Frame] = {}
        self.anchors: dict[str, int] = {}
        self.expanding: list[str] = []
        self.expansions: list[tuple[int, int, list[Entry]]] = []
        self.blocks: list[Block] = []
        self.ends: list[End] = []
        self.raw: dict[str, Any] | None = None
        self.virtual = False
        self.expanded = 0

    def documents(self) -> None:
        index, first = 1, True
        while self.events[index].__class__ is DocumentStartEvent:
            self.anchors.clear()
            index = self.document(index + 1, first)
            first = False
        if first:
            raise _unfit("the file is empty, or holds comments alone", "there is nothing to seal in it")

    def document(self, index: int, first: bool) -> int:
        root = self.events[index]
        kind = root.__class__
        frame = Frame(None, None, True)
        self.frames[index - 1] = self.frames[index] = frame
        count = len(self.entries) + 1
        self.add(frame, root.start_mark.index)
        start = root.start_mark.index
        if kind is MappingStartEvent:
            frame.flow = bool(root.flow_style)
            frame.column = self.events[index + 1].start_mark.column if not frame.flow else 0
            after = self.inside_map(index + 1, frame)
        elif kind is ScalarEvent and self.scalar(root) is None:
            after = index + 1
        else:
            raise _unfit("a document is no map", "only files of keys and values can be sealed as YAML", root)
        self.close(frame, len(self.entries) > count, start, self.events[after - 1], self.events[after])
        self.frames[after] = frame
        return after + 1

    def close(self, frame: Frame, held: bool, start: int, last: Any, end: Any) -> None:
        """Record where the metadata of a document goes, and end its comments there."""
        at = end.start_mark.index
        at = max(self.text.rfind("\n", 0, at) + 1, start) if end.explicit else at
        if frame.flow and (held or self.sealed):
            self.ends.append(End(last.start_mark.index, "flow", empty=not held, start=start))
        else:
            self.ends.append(End(at, "block", frame.column, not held, start if not held else -1))

    def add(self, entry: Entry, start: int) -> None:
        self.entries.append(entry)
        self.starts.append(start)
        self.expanded += self.virtual
        if self.expanded > MOST_EXPANDED:
            raise _unfit(f"its aliases make more than {MOST_EXPANDED:,} values", "write fewer aliases")

    def inside_map(self, index: int, frame: Frame) -> int:
        keys: set[str] = set()
        while (event := self.events[index]).__class__ is not MappingEndEvent:
            self.frames[index] = frame
            key = self.key(event)
            if key in keys:
                raise _unfit(f"the key {key} stands twice in a map", "keep one of them", event)
            keys.add(key)
            if frame.parent is None and key == METADATA and not self.virtual:
                index = self.metadata(index, frame)
            else:
                index = self.node(index + 1, frame, key, event.start_mark.index)
        self.frames[index] = frame
        return index + 1

    def inside_list(self, index: int, frame: Frame) -> int:
        count = 0
        while (event := self.events[index]).__class__ is not SequenceEndEvent:
            if self.sealed and self.note_item(index, event, frame):
                index += 1
                continue
            index = self.node(index, frame, count, event.start_mark.index)
            count += 1
        self.frames[index] = frame
        return index + 1

    def node(self, index: int, frame: Frame, step: str | int, start: int) -> int:
        event = self.events[index]
        kind = event.__class__
        if kind is AliasEvent:
            return self.alias(index, frame, step, start)
        if event.anchor is not None:
            self.anchors[event.anchor] = index
        if kind is ScalarEvent:
            self.frames[index] = frame
            value = self.scalar(event)
            span = (-1, -1) if self.virtual else (event.start_mark.index, end_of(event, self.text))
            self.add(Leaf(frame, step, value, *span), span[0])
            return index + 1
        is_map = kind is MappingStartEvent
        flow = bool(event.flow_style) or self.virtual
        inner = frame.inner(step, is_map, self.column(index, is_map), flow)
        self.frames[index] = inner
        self.add(inner, -1 if self.virtual else start)
        return self.inside_map(index + 1, inner) if is_map else self.inside_list(index + 1, inner)

    def column(self, index: int, is_map: bool) -> int:
        """The column of a block's first key or dash; an anchor or a tag before it is no part of it."""
        mark = self.events[index].start_mark
        if self.events[index].anchor is None and self.events[index].tag is None:
            return int(mark.column)
        first = self.events[index + 1].start_mark
        return (
            int(first.column)
            if is_map
            else self.text.rfind("-", 0, first.index) - self.text.rfind("\n", 0, first.index) - 1
        )

    def alias(self, index: int, frame: Frame, step: str | int, start: int) -> int:
        """What an alias stands for, as if it were written out: sops knows no aliases."""
        event = self.events[index]
        # The alias is not quoted: it may be a secret that begins with an asterisk.
        if event.anchor not in self.anchors:
            raise _unfit("an alias names nothing that stands before it", "put text that begins with * in quotes", event)
        if event.anchor in self.expanding:
            raise _unfit("an alias stands inside what it names", "write the value out", event)
        self.frames[index] = frame
        outer, begin = self.virtual, len(self.entries)
        self.virtual = True
        self.expanding.append(event.anchor)
        self.node(self.anchors[event.anchor], frame, step, -1)
        self.expanding.pop()
        self.virtual = outer
        if not outer:
            span = event.start_mark.index, event.end_mark.index
            self.starts[begin] = start
            self.expansions.append((*span, self.entries[begin:]))
        return index + 1

    def note_item(self, index: int, event: Any, frame: Frame) -> bool:
        """Whether a list item is what sops makes of a comment in a list; then it is recorded, with its dash."""
        parts = ciphertext(event.value) if event.__class__ is ScalarEvent else None
        if parts is None or parts.kind != "comment" or frame.flow:
            return False
        self.frames[index] = frame
        dash = self.text.rfind("-", 0, event.start_mark.index)
        self.add(Leaf(frame, None, event.value, dash, end_of(event, self.text), note=True), dash)
        return True

    def scalar(self, event: Any) -> Value:
        fault = ""
        try:
            if event.tag is not None and event.tag != "!":
                return typed(event.value, event.tag, event.implicit[0])
            return resolve(event.value) if event.implicit[0] else str(event.value)
        except Unsayable as error:
            fault = str(error)
        raise _unfit(fault, "write it in quotes, as text", event)

    def key(self, event: Any) -> str:
        key = self.scalar(event) if event.__class__ is ScalarEvent else None
        if type(key) is not str:
            raise _unfit("a key is not text", "write the key in quotes", event)
        return key

    def metadata(self, index: int, frame: Frame) -> int:
        """Take the metadata out of a document, with the spans of its fields."""
        key, value = self.events[index], self.events[index + 1]
        if not self.sealed:
            raise _unfit(
                "it has a key sops at its top, as sealed files have", "rename the key, or unseal the file", key
            )
        if value.__class__ is not MappingStartEvent:
            raise _unfit("its sops metadata is no map", "restore the file from git", key)
        flow = frame.flow or bool(value.flow_style)
        fields: list[Field] = []
        raw: dict[str, Any] = {}
        at, end = index + 2, key.end_mark.index
        while (name := self.events[at]).__class__ is not MappingEndEvent:
            first = self.events[at + 1]
            raw[self.key(name)], after = self.plain(at + 1)
            start, last = first.start_mark.index, self.events[after - 1]
            flat = first.__class__ is not ScalarEvent and first.flow_style
            end = last.end_mark.index if flat else self.text_end(at, after)
            fields.append(Field(name.value, name.start_mark.index, end, start, end))
            at = after
        end = max(end, self.events[at].end_mark.index) if flow else end
        column = fields[0].start - self.text.rfind("\n", 0, fields[0].start) - 1 if fields else 4
        self.blocks.append(self.block(key.start_mark.index, end, frame, fields, flow, column))
        self.raw = raw if self.raw is None else self.raw
        return at + 1

    def text_end(self, begin: int, after: int) -> int:
        """Where the last scalar among some events ends; the ends of blocks are marked further on."""
        scalars = (event for event in self.events[begin:after] if hasattr(event, "value"))
        return max(end_of(event, self.text) for event in scalars)

    def block(self, start: int, end: int, frame: Frame, fields: list[Field], flow: bool, column: int) -> Block:
        if frame.flow:
            before = self.text[:start].rstrip()
            start = len(before) - 1 if before.endswith(",") else start
            return Block(start, end, tuple(fields), "flow", column)
        start = self.text.rfind("\n", 0, start) + 1
        newline = self.text.find("\n", end)
        end = newline + 1 if newline >= 0 else len(self.text)
        return Block(start, end, tuple(fields), "block" if not flow else "flow", column)

    def plain(self, index: int) -> tuple[Any, int]:
        """Metadata as data: scalars are text, or null and booleans; and the index of the event after it."""
        event = self.events[index]
        kind = event.__class__
        if kind is ScalarEvent:
            value = self.scalar(event)
            return (value if value is None or isinstance(value, bool) else str(value)), index + 1
        if kind is SequenceStartEvent:
            items, index = [], index + 1
            while self.events[index].__class__ is not SequenceEndEvent:
                item, index = self.plain(index)
                items.append(item)
            return items, index + 1
        if kind is MappingStartEvent:
            out, index = {}, index + 1
            while self.events[index].__class__ is not MappingEndEvent:
                key = self.key(self.events[index])
                out[key], index = self.plain(index + 1)
            return out, index + 1
        raise _unfit("its sops metadata has an alias", "restore the file from git", event)
