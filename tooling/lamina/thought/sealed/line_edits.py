"""Edits of dotenv and INI: a key is a line, or a few."""

import re
from typing import Any

from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.stores import Store
from lamina.thought.sealed.stores.ini_walk import DEFAULT
from lamina.thought.sealed.stores.texts import raw
from lamina.thought.sealed.tree import Change, Frame, Leaf, Parsed, applied
from lamina.words.node import Path


class LineEdits:
    """Edits of a text of one key a line, in sections or not; what comes of them is for the caller to read again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, data: bytes, file: str, path: Path, value: Any) -> bytes:
        """The text with another value for a key, or with a key, or a section of keys, that was not there."""
        if isinstance(value, dict) and path:
            parsed = self._store.parse(data, False)
            if not any(isinstance(entry, Frame) and entry.path == path for entry in parsed.entries):
                data = raw(_ended(parsed) + f"{parsed.newline * bool(parsed.text)}[{path[-1]}]{parsed.newline}")
            for key, part in value.items():
                data = self.put(data, file, (*path, key), part)
            return data
        parsed = self._store.parse(data, False)
        frame = next((one for one in parsed.entries if isinstance(one, Frame) and one.path == path[:-1]), None)
        if frame is None or isinstance(value, list) or len(path) != (2 if self._store.name == "ini" else 1):
            raise _misplaced(file, path)
        there = next((leaf for leaf in parsed.leaves() if leaf.path == path and not leaf.note), None)
        if there is not None:
            text = self._store.plain(parsed, there, value, True)
            return raw(applied(parsed.text, [Change(there.start, there.end, text)]))
        glue = " = " if self._store.name == "ini" else "="
        said = self._store.plain(parsed, Leaf(frame, path[-1], value), value, True)
        return _inserted(parsed, frame, f"{path[-1]}{glue}{said}")

    def drop(self, data: bytes, file: str, path: Path) -> bytes:
        """The text without a key, or without a section and its keys."""
        parsed = self._store.parse(data, False)
        text = parsed.text
        leaves = [one for one in parsed.leaves() if not one.note and one.path[: len(path)] == path]
        changes = [_lines(text, leaf.start, leaf.end) for leaf in leaves]
        if self._store.name == "ini" and len(path) == 1:
            header = re.search(rf"^[ \t]*\[{re.escape(str(path[0]))}\]", text, re.MULTILINE)
            changes += [_lines(text, header.start(), header.end())] if header else []
        return raw(applied(text, changes))


def _misplaced(file: str, path: Path) -> CannotSeal:
    hint = "in dotenv a path is a key, in INI a section and a key: server.port"
    return CannotSeal(file, "no value of this format can stand there", hint, path)


def _inserted(parsed: Parsed, frame: Frame, line: str) -> bytes:
    """The text with a line behind the last key of a map, or behind the head of a section without one."""
    last = [leaf for leaf in parsed.leaves() if leaf.frame is frame and not leaf.note]
    if last:
        at = _lines(parsed.text, last[-1].start, last[-1].end).end
    elif frame.step == DEFAULT or frame.parent is None:
        at = 0 if frame.parent is not None else len(parsed.text)
    else:
        header = re.search(rf"^[ \t]*\[{re.escape(str(frame.step))}\][^\n]*(?:\n|\Z)", parsed.text, re.MULTILINE)
        at = header.end() if header else len(parsed.text)
    broken = "" if at == 0 or parsed.text[at - 1] == "\n" else parsed.newline
    return raw(applied(parsed.text, [Change(at, at, f"{broken}{line}{parsed.newline}")]))


def _ended(parsed: Parsed) -> str:
    return parsed.text + ("" if not parsed.text or parsed.text[-1] == "\n" else parsed.newline)


def _lines(text: str, start: int, end: int) -> Change:
    """The whole lines that a span stands on, taken away."""
    stop = text.find("\n", end)
    return Change(text.rfind("\n", 0, start) + 1, stop + 1 if stop >= 0 else len(text), "")
