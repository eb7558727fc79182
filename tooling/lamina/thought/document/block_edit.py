"""Edits in block style: which lines change when a key or an item is set, added or taken away."""

import re

from lamina.thought.document.block_text import Lines, after_colon, after_dash
from lamina.thought.document.entries import Entry, entries
from lamina.thought.document.inline import flow_text, key_text
from lamina.thought.document.layout import Layout
from lamina.thought.document.spans import Change, line_end, line_start, next_line
from lamina.thought.document.spots import Outline
from lamina.words.node import Patch
from lamina.words.regex import regex

_COMMENT = regex(r"[ \t]+#[^\r\n]*")
_BREAK = regex(r"[\r\n]")
_DOCUMENT_END = regex(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)


def replace_value(text: str, parent: Outline, entry: Entry, value: Patch, layout: Layout) -> list[Change]:
    """Set the value of an entry; a comment on its line stays, comments inside the old value go with it."""
    write = after_dash if isinstance(entry.step, int) else after_colon
    node = entry.node
    if node.style == "flow" and node.children and not _BREAK.search(text, node.value.start, node.value.end):
        lines = " " + flow_text(value, "", layout.quote), ""
    else:
        lines = write(value, parent.value.column - 1, layout, _quote(text, node))
    return _replaced(text, node, entry.after, entry.own, lines)


def add_key(text: str, parent: Outline, key: str, value: Patch, layout: Layout) -> list[Change]:
    """Add a key after the last one of a map, in the map's own indentation."""
    column = parent.value.column - 1
    end = line_end(text, parent.value.end)
    head, body = after_colon(value, column, layout)
    return [Change(end, end, f"{layout.newline}{' ' * column}{key_text(key, False, layout.quote)}:{head}{body}")]


def drop_entry(text: str, parent: Outline, entry: Entry, hold: int | None) -> list[Change]:
    """Take an entry away with its lines; comment lines above it stay, since they may speak of what follows too.

    `hold` is where the parent itself hangs: a map or list that loses its last entry becomes `{}` or `[]` there, except
    at the top of the file (None), which becomes an empty file.
    """
    there = entries(text, parent)
    compact = text[line_start(text, entry.start) : entry.start].strip(" ") != ""
    if len(there) > 1:
        following = there[1] if compact else None
        return _without_first(text, entry, following) if following else [_whole_lines(text, entry)]
    empty = "{}" if isinstance(entry.step, str) else "[]"
    if compact:
        return [Change(entry.start, line_end(text, entry.end), empty)]
    if hold is not None:
        return [_whole_lines(text, entry), Change(hold, hold, f" {empty}")]
    # Before a document's end mark something has to stand.
    marked = _DOCUMENT_END.search(text, entry.end)
    return [Change(entry.start, line_end(text, entry.end), empty) if marked else _whole_lines(text, entry)]


def replace_root(text: str, root: Outline, value: Patch, layout: Layout) -> list[Change]:
    """Write the whole of a file: into one that is empty or holds comments alone, or in place of what it holds."""
    if root.value.start == root.value.end and not root.properties:
        return [_first_lines(text, value, layout)]
    # A key's children are indented by one step; the children of the top by none.
    head, body = after_colon(value, -layout.step, layout)
    own = root.properties.start if root.properties else root.value.start
    before = text[line_start(text, own) : own]
    if before.strip():
        return _replaced(text, root, own - len(before) + len(before.rstrip()), own, (head, body))
    end = root.value.end if root.style != "block" else line_end(text, root.value.end)
    return [Change(own, end, head[1:] + body if head else body.removeprefix(layout.newline))]


def _replaced(text: str, node: Outline, after: int, own: int, lines: Lines) -> list[Change]:
    """Put new lines in place of a node that hangs at `after` and begins at `own`."""
    head, body = lines
    nested = node.style == "block" and not node.alias
    if (nested or body) and _BREAK.search(text, after, own if not nested else node.value.start):
        return _replaced_below(text, node, after, lines)
    end, kept = node.value.end, ""
    if text[node.value.start : node.value.start + 1] in ("|", ">"):
        comment = _COMMENT.search(text, node.value.start, line_end(text, node.value.start))
        kept = comment[0] if comment else ""
        end = line_end(text, end)
    elif nested:
        end = line_end(text, end)
    start = after if body else own
    last = line_end(text, end)
    return [Change(start, end, (head if start == after else head[1:]) + kept), Change(last, last, body)]


def _replaced_below(text: str, node: Outline, after: int, lines: Lines) -> list[Change]:
    """Put new lines in place of a node on the lines below its key, whose comment stays."""
    head, body = lines
    first_end = line_end(text, after)
    comment = _COMMENT.search(text, after, first_end)
    return [
        Change(after, first_end, head + (comment[0] if comment else "")),
        Change(first_end, line_end(text, node.value.end), body),
    ]


def _without_first(text: str, entry: Entry, following: Entry) -> list[Change]:
    """Take away the first entry, on the line of a dash: the next moves up, unless comments stand between."""
    end = line_end(text, entry.end)
    if text[end : following.start].strip():
        start = entry.start - len(text[: entry.start]) + len(text[: entry.start].rstrip(" "))
        return [Change(start, end)]
    return [Change(entry.start, following.start)]


def _whole_lines(text: str, entry: Entry) -> Change:
    return Change(line_start(text, entry.start), next_line(text, entry.end))


def _first_lines(text: str, value: Patch, layout: Layout) -> Change:
    lines = "".join(after_colon(value, -layout.step, layout)).removeprefix(" ").removeprefix(layout.newline)
    if found := _DOCUMENT_END.search(text):
        return Change(found.start(), found.start(), lines + layout.newline)
    if text and not text.endswith(("\n", "\r")):
        return Change(len(text), len(text), layout.newline + lines)
    return Change(len(text), len(text), lines + layout.newline)


def _quote(text: str, node: Outline) -> str:
    first = text[node.value.start : node.value.start + 1]
    return first if node.style == "scalar" and first in ("'", '"') else ""
