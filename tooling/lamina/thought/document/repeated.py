"""Take away an entry whose key stands again later in its map, by another name that it has for a moment."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from lamina.thought.document.edit import CannotEdit, drop
from lamina.thought.document.outline import Outline, outline
from lamina.thought.document.placing import alike
from lamina.thought.document.reading import read
from lamina.thought.document.spans import Change, applied
from lamina.words.node import Path
from lamina.words.regex import regex

_BOM = b"\xef\xbb\xbf"


def without_earlier(data: bytes, file: str, line: int, column: int) -> bytes:
    """The bytes without the entry whose key stands at a line and column, which a later one hides; raises CannotEdit."""
    text, mark = data.decode("utf-8-sig"), _BOM if data.startswith(_BOM) else b""
    before = read(data, file)
    hidden = [one.related[0].position for one in before.findings if one.rule == "duplicate-key"]
    names: dict[str, str] = {}
    changes: list[Change] = []
    wanted = ""
    for place in dict.fromkeys((one.line, one.column) for one in hidden):
        start, end = _token(text, file, *place)
        name = next(one for one in map("lamina {}".format, count()) if one not in text and one not in names)
        wanted = name if place == (line, column) else wanted
        names[name] = text[start:end]
        changes.append(Change(start, end, f'"{name}"'))
    if not wanted:
        raise CannotEdit(file, line, "no key stands here that a later one hides", _BY_HAND)
    named = mark + applied(text, changes).encode()
    after = drop(named, file, _path_of(named, file, wanted)).decode()
    for name, written in names.items():
        after = after.replace(f'"{name}"', written)
    if not alike(read(after.encode(), file).value, before.value):
        raise CannotEdit(file, line, "the layout of this file does not allow this edit to be made exactly", _BY_HAND)
    return after.encode()


def _token(text: str, file: str, line: int, column: int) -> tuple[int, int]:
    """Where the key at a line and column starts and ends."""
    if file.endswith(".json"):
        starts = [0, *(found.end() for found in re.finditer("\n", text))]
        found = _JSON_KEY.match(text, starts[line - 1] + column - 1)
        return found.span() if found else (0, 0)
    return next((span for place, span in _scalars(text) if place == (line, column)), (0, 0))


def _scalars(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The line and column of every scalar of a YAML text, and where it starts and ends."""
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not export it
    from yaml.events import ScalarEvent

    parser = CParser(text)
    while (event := parser.get_event()) is not None:
        if isinstance(event, ScalarEvent):
            start: Any = event.start_mark
            end: Any = event.end_mark
            yield (start.line + 1, start.column + 1), (start.index, end.index)


def _path_of(data: bytes, file: str, name: str) -> Path:
    """The path of the only key of a name."""
    waiting: list[tuple[Path, Outline]] = [((), outline(data, file))]
    while waiting:
        path, node = waiting.pop()
        if name in node.children:
            return (*path, name)
        waiting += [((*path, step), child) for step, child in node.children.items() if not child.alias]
    raise CannotEdit(file, 1, "this key is written in a way that an edit cannot follow", _BY_HAND)


_JSON_KEY = regex(r'"(?:[^"\\]|\\.)*"')
_BY_HAND = "keep one of them by hand"
