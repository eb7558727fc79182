"""Write values as YAML block text, to be put after a key's colon or an item's dash.

Every function gives the rest of the line it starts on and the lines that follow; between the two a comment may stand.
"""

from typing import TypeAlias

from lamina.thought.document.inline import flow_text, key_text, scalar_text
from lamina.thought.document.layout import Layout
from lamina.words.node import Patch, Tagged

Lines: TypeAlias = tuple[str, str]


def after_colon(value: Patch, column: int, layout: Layout, quote: str = "") -> Lines:
    """A value under a key that stands at `column` (from zero)."""
    if isinstance(value, Tagged) and value.tag == "unset" and value.value is None:
        return " !unset", ""
    if isinstance(value, Tagged):
        head, body = after_colon(value.value, column, layout, quote)
        return f" !{value.tag}{head}", body
    if isinstance(value, dict) and value:
        return "", layout.newline + map_lines(value, column + layout.step, layout)
    if isinstance(value, list) and value:
        return "", layout.newline + _list_lines(value, column + layout.dash, layout)
    return _short(value, column + layout.step, layout, quote)


def after_dash(value: Patch, column: int, layout: Layout, quote: str = "") -> Lines:
    """A value that is an item whose dash stands at `column`: a map or list in it starts on the dash's line."""
    if isinstance(value, Tagged):
        return " " + flow_text(value, quote, layout.quote), ""
    if isinstance(value, dict | list) and value:
        lines = (
            map_lines(value, column + 2, layout) if isinstance(value, dict) else _list_lines(value, column + 2, layout)
        )
        first, newline, rest = lines.partition(layout.newline)
        return " " + first.lstrip(" "), newline + rest
    return _short(value, column + 2, layout, quote)


def map_lines(value: "dict[str, Patch]", column: int, layout: Layout) -> str:
    """The lines of a map whose keys stand at `column`, without the last line end."""
    keys = ((key_text(key, False, layout.quote), part) for key, part in value.items())
    lines = (f"{' ' * column}{key}:{''.join(after_colon(part, column, layout))}" for key, part in keys)
    return layout.newline.join(lines)


def _list_lines(value: "list[Patch]", column: int, layout: Layout) -> str:
    return layout.newline.join(f"{' ' * column}-{''.join(after_dash(part, column, layout))}" for part in value)


def _short(value: Patch, indent: int, layout: Layout, quote: str) -> Lines:
    if isinstance(value, dict | list):
        return " " + flow_text(value), ""
    if isinstance(value, str) and layout.literal and _can_be_literal(value):
        return _literal(value, indent, layout)
    return " " + scalar_text(value, False, quote, layout.quote), ""


def _can_be_literal(text: str) -> bool:
    """Whether a `|` block holds the text exactly and without marks that an editor may strip."""
    lines = text.rstrip("\n").split("\n")
    if "\n" not in text or not lines[0] or lines[0][0] in " \t":
        return False
    return all(line.replace("\t", "").isprintable() and line == line.rstrip(" \t") for line in lines)


def _literal(text: str, indent: int, layout: Layout) -> Lines:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    header = " |" + ("-" if ends == 0 else "" if ends == 1 else "+")
    lines = (" " * indent + line if line else "" for line in body.split("\n"))
    return header, layout.newline + layout.newline.join(lines) + layout.newline * max(0, ends - 1)
