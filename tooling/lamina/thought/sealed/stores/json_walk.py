"""JSON taken apart, as Go's decoder reads it: order and repeated keys kept, half characters replaced."""

import re
from typing import Any

from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Block, End, Entry, Field, Frame, Leaf, Parsed
from lamina.thought.sealed.values import HIGHEST, LOWEST, Value
from lamina.words.regex import regex

METADATA = "sops"
DEEPEST = 200
_BLANK = regex(r"[ \t\r\n]*")
_COLON = regex(r"[ \t\r\n]*:[ \t\r\n]*")
_COMMA = regex(r"[ \t\r\n]*,[ \t\r\n]*")
_CLOSE, _CLOSE_LIST = regex(r"[ \t\r\n]*\}"), regex(r"[ \t\r\n]*\]")
_PLAIN, _ESCAPE = r'[^"\\\x00-\x1f]*', r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
# No part can match what another one can, so that a string without an end is refused in linear time.
_STRING = regex(f'"({_PLAIN}(?:{_ESCAPE}{_PLAIN})*)"')
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: tuple[tuple[str, Value], ...] = (("true", True), ("false", False), ("null", None))
_HALF = regex("[\ud800-\udfff]")


def walked(text: str, sealed: bool) -> Parsed:
    """A JSON text, with its metadata when it is sealed; what follows the object is left alone. Raises Unparsable or Unfit."""
    walk = _Walk(text, sealed)
    at = walk.blank(0)
    if sealed and text[at : at + 1] != "{":
        raise Unfit("it is no JSON object, as sealed files are", "seal it: lamina secrets encrypt")
    if at == len(text):
        raise Unfit("the file is empty", "there is nothing to seal in it")
    if text[at] != "{":
        raise Unfit("the file holds no object at its top", 'write {"key": ...}')
    root = Frame(None, None, True)
    walk.entries.append(root)
    end = walk.inside_map(at + 1, root, 0)
    if not sealed and walk.blank(end) < len(text):
        raise Unfit("text follows the object", "delete it", walk.line(walk.blank(end)))
    walk.ends.append(End(end - 1, empty=walk.last_end < 0, start=at + 1 if walk.last_end < 0 else walk.last_end))
    newline = "\r\n" if "\r\n" in text else "\n"
    return Parsed(text, walk.entries, walk.raw, tuple(walk.blocks), tuple(walk.ends), (), newline)


class _Walk:
    """One pass over a text; `last_end` is where the last entry of the top ends, or -1."""

    def __init__(self, text: str, sealed: bool) -> None:
        self.text = text
        self.sealed = sealed
        self.entries: list[Entry] = []
        self.blocks: list[Block] = []
        self.ends: list[End] = []
        self.raw: dict[str, Any] | None = None
        self.last_end = -1

    def inside_map(self, at: int, frame: Frame, depth: int) -> int:
        at = self.blank(at)
        if self.text[at : at + 1] == "}":
            return at + 1
        keys: set[str] = set()
        while True:
            start = at
            key, at = self.string(at)
            at = self.past(_COLON, ":", at)
            if frame.parent is None and key == METADATA:
                at = self.metadata(start, at)
            else:
                if key in keys and not self.sealed:
                    raise Unfit(f"the key {key} stands twice in an object", "keep one of them", self.line(start))
                keys.add(key)
                at = self.node(at, frame, key, depth)
                self.last_end = at if frame.parent is None else self.last_end
            found = _COMMA.match(self.text, at)
            if found is None:
                return self.past(_CLOSE, ", or }", at)
            at = found.end()

    def inside_list(self, at: int, frame: Frame, depth: int) -> int:
        at = self.blank(at)
        if self.text[at : at + 1] == "]":
            return at + 1
        count = 0
        while True:
            at = self.node(at, frame, count, depth)
            count += 1
            found = _COMMA.match(self.text, at)
            if found is None:
                return self.past(_CLOSE_LIST, ", or ]", at)
            at = found.end()

    def node(self, at: int, frame: Frame, step: str | int, depth: int) -> int:
        mark = self.text[at : at + 1]
        if mark in ("{", "["):
            if depth > DEEPEST:
                raise Unparsable("it is nested too deep to be read", self.line(at))
            inner = frame.inner(step, mark == "{")
            self.entries.append(inner)
            return (self.inside_map if mark == "{" else self.inside_list)(at + 1, inner, depth + 1)
        value, end = self.scalar(at)
        self.entries.append(Leaf(frame, step, value, at, end))
        return end

    def scalar(self, at: int) -> tuple[Value, int]:
        if self.text[at : at + 1] == '"':
            return self.string(at)
        for word, value in _WORDS:
            if self.text.startswith(word, at):
                return value, at + len(word)
        found = _NUMBER.match(self.text, at)
        if found is None:
            raise Unparsable("a value is expected here", self.line(at))
        digits = found[0]
        if found[1] is None and found[2] is None and len(digits) < 40 and LOWEST <= int(digits) <= HIGHEST:
            return (-0.0 if digits == "-0" else int(digits)), found.end()
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            raise Unparsable("a number is beyond the range of a double", self.line(at))
        return number, found.end()

    def string(self, at: int) -> tuple[str, int]:
        found = _STRING.match(self.text, at)
        if found is None:
            raise Unparsable("a string is expected here, or this one never ends", self.line(at))
        body = found[1]
        if "\\" in body:
            from json import loads

            body = loads(found[0])
        return (body if body.isascii() else _HALF.sub("\ufffd", body)), found.end()

    def metadata(self, start: int, at: int) -> int:
        if not self.sealed:
            fault = "it has a key sops at its top, as sealed files have"
            raise Unfit(fault, "rename the key, or unseal the file", self.line(start))
        if self.text[at : at + 1] != "{":
            raise Unfit("its sops metadata is no object", "restore the file from git", self.line(start))
        fields: list[Field] = []
        raw: dict[str, Any] = {}
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "}":
            begin = at
            name, at = self.string(at)
            value_start = self.past(_COLON, ":", at)
            raw[name], at = self.data(value_start, 0)
            fields.append(Field(name, begin, at, value_start, at))
            at = self.blank(at)
            if self.text[at : at + 1] == ",":
                at = self.blank(at + 1)
        self.cut(start, at + 1, fields)
        self.raw = raw
        return at + 1

    def cut(self, start: int, end: int, fields: list[Field]) -> None:
        """The metadata goes with the comma before it, or, where it stands first, with the one behind it."""
        before = len(self.text[:start].rstrip())
        column = fields[0].start - self.text.rfind("\n", 0, fields[0].start) - 1 if fields else 0
        if self.text[before - 1] == ",":
            start = before - 1
        elif self.text.startswith(",", self.blank(end)):
            end = self.blank(self.blank(end) + 1)
        else:
            start, end = before, self.blank(end)
        self.blocks.append(Block(start, end, tuple(fields), "block", column))

    def data(self, at: int, depth: int) -> tuple[Any, int]:
        """Metadata as plain data."""
        mark = self.text[at : at + 1]
        if mark not in ("{", "[") or depth > 10:
            return self.scalar(at)
        out: Any = {} if mark == "{" else []
        at = self.blank(at + 1)
        while self.text[at : at + 1] not in ("}", "]"):
            if mark == "{":
                key, at = self.string(at)
                out[key], at = self.data(self.past(_COLON, ":", at), depth + 1)
            else:
                item, at = self.data(at, depth + 1)
                out.append(item)
            at = self.blank(at)
            at = self.blank(at + 1) if self.text[at : at + 1] == "," else at
        return out, at + 1

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def past(self, mark: re.Pattern[str], what: str, at: int) -> int:
        """Behind a mark that must stand here, and the blanks around it."""
        found = mark.match(self.text, at)
        if found is None:
            raise Unparsable(f"{what} is expected here", self.line(self.blank(at)))
        return found.end()

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1
