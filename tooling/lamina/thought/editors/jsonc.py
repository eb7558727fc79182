"""JSON with comments, as editors keep their settings: read with the place of every value, and edited by spans of text.

Comments, trailing commas and all bytes that an edit does not mean stay as they are.
"""

import json
import re
from dataclasses import field
from typing import Any

from lamina.words.values import dataclass

_SPACE = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null")
_MOST_DEEP = 100


class NotJson(ValueError):
    """A text that is no JSON, even with comments; `line` and `column` are where it stops being."""

    def __init__(self, text: str, at: int) -> None:
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)
        super().__init__(f"line {self.line}, column {self.column}")


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it stands; `start` of a member is that of its key, `comma` the place after its comma, if any."""

    start: int
    end: int
    data: Any
    begin: int
    comma: int | None = None
    members: "dict[str, Value]" = field(default_factory=dict)
    items: "tuple[Value, ...]" = ()

    @property
    def parts(self) -> "tuple[Value, ...]":
        """The members of a map or the items of a list, in their order."""
        return tuple(sorted(self.members.values(), key=lambda one: one.start)) or self.items


def parse(text: str) -> Value:
    """The value that a text holds; of a key that stands twice the last. Raises NotJson."""
    reader = _Reader(text)
    at = reader.space(1 if text.startswith("\ufeff") else 0)
    value = reader.value(at, at, 0)
    if reader.space(value.end) != len(text):
        raise NotJson(text, reader.space(value.end))
    return value


def put(text: str, key: str, data: Any, under: str | None = None) -> str:
    """The text with a member of its top map, or of the map `under` a key of it, that holds this data.

    What holds it already is not touched. The maps must be there.
    """
    holder = _holder(text, under)
    old = holder.members.get(key)
    if old is None:
        return _inserted(text, holder, f"{_dumped(key)}: ", data)
    if old.data == data:
        return text
    return text[: old.begin] + _written(data, _indent_at(text, old.start), text) + text[old.end :]


def append(text: str, data: Any, under: str) -> str:
    """The text with one more item at the end of the list under a key of its top map."""
    return _inserted(text, _holder(text, under), "", data)


def drop(text: str, key: str, under: str) -> str:
    """The text without a member of the map under a key of its top map, and without the line that it leaves empty."""
    parts = _holder(text, under).parts
    old = _holder(text, under).members[key]
    before = [one for one in parts if one.start < old.start]
    start, end = old.start, old.comma or old.end
    line, rest = text.rfind("\n", 0, start) + 1, re.compile(r"[ \t]*\r?\n").match(text, end)
    if rest and not text[line:start].strip():
        start, end = line, rest.end()
    if old.comma is None and before and (comma := before[-1].comma):
        return text[: comma - 1] + text[comma:start] + text[end:]
    return text[:start] + text[end:]


def _holder(text: str, under: str | None) -> Value:
    top = parse(text)
    return top if under is None else top.members[under]


def _inserted(text: str, holder: Value, key: str, data: Any) -> str:
    """The text with one more part at the end of a map or a list, on a line of its own unless all stands on one line."""
    parts, close = holder.parts, holder.end - 1
    inside = text[holder.begin + 1 : close]
    if parts and "\n" not in inside:
        last = parts[-1]
        lead = " " if last.comma else ", "
        at = last.comma or last.end
        return text[:at] + lead + key + _dumped(data) + text[at:]
    line_end = "\r\n" if "\r\n" in text else "\n"
    outer = _indent_at(text, holder.start)
    indent = _indent_at(text, parts[0].start) if parts else outer + _unit(text)
    new = f"{line_end}{indent}{key}{_written(data, indent, text)}"
    content = holder.begin + 1 + len(inside.rstrip())
    tail = text[content:] if "\n" in text[content:close] else line_end + outer + text[close:]
    if not parts or parts[-1].comma:
        return text[:content] + new + ("," if parts else "") + tail
    at = parts[-1].end
    return f"{text[:at]},{text[at:content]}{new}{tail}"


def _written(data: Any, indent: str, text: str) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    return json.dumps(data, indent=_unit(text), ensure_ascii=False).replace("\n", line_end + indent)


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _unit(text: str) -> str:
    """What one level of indentation is in a text."""
    found = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return found[1] if found else "  "


def _indent_at(text: str, at: int) -> str:
    """The white space that the line of a place begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str

    def space(self, at: int) -> int:
        """The next place that is no space and no comment."""
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # it matches nothing at least

    def value(self, start: int, begin: int, depth: int) -> Value:
        sign = self.text[begin : begin + 1]
        if depth > _MOST_DEEP:
            raise NotJson(self.text, begin)
        if sign in ("{", "["):
            return self.parts(start, begin, depth, "}" if sign == "{" else "]")
        found = (_STRING if sign == '"' else _WORD).match(self.text, begin)
        if found is None:
            raise NotJson(self.text, begin)
        return Value(start, found.end(), self.loaded(found), begin)

    def parts(self, start: int, begin: int, depth: int, close: str) -> Value:
        found: list[Value] = []
        members: dict[str, Value] = {}
        at, open_for_more = self.space(begin + 1), True
        while self.text[at : at + 1] != close:
            if not open_for_more:
                raise NotJson(self.text, at)
            key, value = self.member(at, depth) if close == "}" else ("", self.value(at, at, depth + 1))
            after = self.space(value.end)
            open_for_more = self.text[after : after + 1] == ","
            part = Value(
                value.start, value.end, value.data, value.begin, after + 1 if open_for_more else None,
                value.members, value.items,
            )  # fmt: skip
            members[key] = part
            found.append(part)
            at = self.space(part.comma or part.end)
        if close == "]":
            return Value(start, at + 1, [one.data for one in found], begin, items=tuple(found))
        return Value(start, at + 1, {key: one.data for key, one in members.items()}, begin, members=members)

    def member(self, at: int, depth: int) -> tuple[str, Value]:
        found = _STRING.match(self.text, at)
        colon = self.space(found.end()) if found else at
        if found is None or self.text[colon : colon + 1] != ":":
            raise NotJson(self.text, colon)
        return self.loaded(found), self.value(at, self.space(colon + 1), depth + 1)

    def loaded(self, found: re.Match[str]) -> Any:
        try:
            return json.loads(found[0])
        except ValueError:
            raise NotJson(self.text, found.start()) from None
