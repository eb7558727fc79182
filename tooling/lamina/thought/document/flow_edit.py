"""Edits in flow style, `{a: 1}` and `[a, b]`: of YAML, and of JSON, which has no other."""

from collections.abc import Callable

from lamina.thought.document.entries import Entry, entries
from lamina.thought.document.spans import Change, gap_end, line_end, line_start, next_line
from lamina.thought.document.spots import Outline
from lamina.words.node import Patch
from lamina.words.regex import regex
from lamina.words.values import dataclass

_BREAK = regex(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How values and keys are written.

    `value` gets the indentation of its line and the quote of the value that it replaces, `key` the quote of its
    neighbour; `unit` is the indentation with which `{}` is filled over several lines, if it is.
    """

    value: Callable[[Patch, str, str], str]
    key: Callable[[str, str], str]
    newline: str
    unit: str | None = None


def replace_value(text: str, entry: Entry, value: Patch, dialect: Dialect) -> list[Change]:
    """Set the value of an entry that is there."""
    first = text[entry.node.value.start : entry.node.value.start + 1]
    written = dialect.value(value, _indent(text, entry.start), first if first in ("'", '"') else "")
    if entry.own < entry.end:
        return [Change(entry.own, entry.end, written)]
    colon = "" if text[entry.after - 1] == ":" else ":"
    return [Change(entry.after, entry.after, f"{colon} {written}")]


def add_key(text: str, parent: Outline, key: str, value: Patch, dialect: Dialect) -> list[Change]:
    """Add a key after the last one of a map: on a line of its own if the last one has one."""
    there = entries(text, parent)
    if not there:
        return [_filled(text, parent, key, value, dialect)]
    last = there[-1]
    indent = _indent(text, last.start)
    quote = text[last.node.key.start] if last.node.key else ""
    added = f"{dialect.key(key, quote)}: {dialect.value(value, indent, '')}"
    if not _starts_line(text, last.start):
        return [Change(last.stop, last.stop, f"{_comma(text, last)} {added}")]
    line = f"{dialect.newline}{indent}{added}{',' if last.comma is not None else ''}"
    end = line_end(text, last.stop)
    at = end if gap_end(text, last.stop) >= end else last.stop
    return [Change(last.stop, last.stop, _comma(text, last)), Change(at, at, line)]


def drop_entry(text: str, parent: Outline, entry: Entry) -> list[Change]:
    """Take an entry away with the comma that parts it from its neighbour, and with the line that is its own."""
    there = entries(text, parent)
    opened, closed = parent.value.start + 1, parent.value.end - 1
    stop = entry.stop
    own_lines = _starts_line(text, entry.start) and gap_end(text, stop) >= line_end(text, stop)
    rest = text[opened : entry.start] + text[line_end(text, stop) if own_lines else stop : closed]
    if len(there) == 1 and not rest.strip():
        return [Change(opened, closed)]
    position = there.index(entry)
    before = there[position - 1].comma if position and entry.comma is None else None
    comma = [] if before is None else [Change(before, before + 1)]
    if own_lines:
        return [*comma, Change(line_start(text, entry.start), next_line(text, stop))]
    if before is not None and not text[before + 1 : entry.start].strip():
        return [Change(before, stop, _after_tag(text, there[position - 1], stop))]
    return [*comma, Change(entry.start, stop + len(text[stop:]) - len(text[stop:].lstrip(" \t")))]


def _filled(text: str, parent: Outline, key: str, value: Patch, dialect: Dialect) -> Change:
    start, end = parent.value.start + 1, parent.value.end - 1
    if dialect.unit is None or text[start:end].strip():
        return Change(end, end, f"{dialect.key(key, '')}: {dialect.value(value, '', '')}")
    outer = _indent(text, parent.value.start)
    inner = outer + dialect.unit
    added = f"{dialect.key(key, '')}: {dialect.value(value, inner, '')}"
    return Change(start, end, f"{dialect.newline}{inner}{added}{dialect.newline}{outer}")


def _comma(text: str, last: Entry) -> str:
    """The comma that an entry needs before another follows it."""
    if last.comma is not None:
        return ""
    return " ," if text[last.end - 1] == ":" else ","


def _after_tag(text: str, last: Entry, end: int) -> str:
    """The blank that libyaml wants between a tag without a value and a closing brace."""
    bare = text[last.node.value.start : last.node.value.start + 1] == "!"
    return " " if bare and text[end : end + 1] in ("}", "]") else ""


def _starts_line(text: str, offset: int) -> bool:
    return not text[line_start(text, offset) : offset].strip()


def _indent(text: str, offset: int) -> str:
    """The blanks that the line of `offset` starts with."""
    start = line_start(text, offset)
    line = text[start : line_end(text, start)]
    return line[: len(line) - len(line.lstrip(" \t"))]
