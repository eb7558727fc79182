"""Where the nodes of a JSON text stand: a walk over its tokens, since json keeps no positions."""

import json
from bisect import bisect_right
from dataclasses import dataclass, field

from lamina.thought.document.spots import Outline, Spot
from lamina.words.regex import regex

_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_BREAK = regex(r"\r\n?|\n")


@dataclass(slots=True)
class _Open:
    """An object or an array whose end has not come yet."""

    start: int
    is_map: bool
    children: dict[str | int, Outline] = field(default_factory=dict)
    key: tuple[str, Spot] | None = None


def outline_json(text: str) -> Outline:
    """The outline of a JSON text; an empty one is an empty map at its start."""
    lines = [0, *(found.end() for found in _BREAK.finditer(text))]
    stack: list[_Open] = []

    def spot(start: int, end: int) -> Spot:
        line = bisect_right(lines, start)
        return Spot(line, start - lines[line - 1] + 1, start, end)

    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in (",", ":"):
            continue
        if mark in ("{", "["):
            stack.append(_Open(token.start(), mark == "{"))
            continue
        if mark in ("}", "]"):
            done = stack.pop()
            node = Outline(spot(done.start, token.end()), "flow", None, done.children)
        elif stack and stack[-1].is_map and stack[-1].key is None:
            stack[-1].key = json.loads(mark, strict=False), spot(*token.span())
            continue
        else:
            node = Outline(spot(*token.span()), "scalar")
        if not stack:
            return node
        _add(stack[-1], node)
    return Outline(Spot(1, 1, 0, 0), "block")


def _add(parent: _Open, node: Outline) -> None:
    if parent.key is None:
        parent.children[len(parent.children)] = node
        return
    key, place = parent.key
    parent.key = None
    parent.children[key] = Outline(node.value, node.style, place, node.children)
