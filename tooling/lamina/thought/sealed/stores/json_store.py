"""JSON: values are changed where they stand, and all other text is left alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from lamina.thought.sealed.stores.json_text import tree_text, value_text
from lamina.thought.sealed.stores.json_walk import walked
from lamina.thought.sealed.stores.texts import escaped
from lamina.thought.sealed.tree import Block, Change, End, Entry, Leaf, Parsed
from lamina.thought.sealed.values import Value
from lamina.words.regex import regex

_INDENT = regex(r"\{[ \t]*\r?\n([ \t]+)\"")


class JsonStore:
    """Files that end in .json: one object."""

    name = "json"
    texts_only = False

    def parse(self, data: bytes, sealed: bool) -> Parsed:
        """The file taken apart; raises Unparsable or Unfit."""
        return walked(escaped(data), sealed)

    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str:
        """The text of an opened value."""
        return value_text(value)

    def cipher(self, parsed: Parsed, leaf: Leaf, text: str) -> str:
        """The text of a ciphertext where a value stood."""
        return f'"{text}"'

    def expanded(self, entries: Sequence[Entry], texts: Mapping[Leaf, str]) -> str:
        """JSON has no aliases."""
        raise NotImplementedError

    def without(self, parsed: Parsed, block: Block, held: bool) -> Change:
        """Take the metadata out of the text."""
        return Change(block.start, block.end, "")

    def metadata(self, parsed: Parsed, end: End, fields: Mapping[str, Any], width: int = 4) -> str:
        """New metadata as text for the end of the object."""
        step = _step(parsed)
        if step is None:
            from json import dumps

            return f'"sops": {dumps(fields)}'
        return f'"sops": {tree_text(dict(fields), step, step, parsed.newline)}'

    def field(self, parsed: Parsed, block: Block, name: str, value: Any) -> str:
        """One field of the metadata as text, in the layout of a block that is there."""
        start = block.fields[0].start
        line = parsed.text[parsed.text.rfind("\n", 0, start) + 1 : start]
        step = _step(parsed)
        if step is None or line.strip():
            from json import dumps

            return f'"{name}": {dumps(value)}'
        return f'"{name}": {tree_text(value, line, step, parsed.newline)}'

    def put(self, parsed: Parsed, end: End, block: str) -> Change:
        """Put the text of metadata at the end of the object; text cut from a file brings its own comma and blanks."""
        block = block.strip(", \t\r\n")
        step = _step(parsed)
        lead = parsed.newline + step if step is not None else "" if end.empty else " "
        tail = parsed.newline if step is not None and end.empty else ""
        return Change(end.start, end.at if end.empty else end.start, ("" if end.empty else ",") + lead + block + tail)

    def scalar(self, parsed: Parsed, block: Block, name: str, value: str) -> str:
        """The value of `mac` or `lastmodified` as text."""
        return f'"{value}"'


def _step(parsed: Parsed) -> str | None:
    """What the object's entries are indented by; None when it stands on one line, and a tab when it is empty."""
    found = _INDENT.match(parsed.text.lstrip())
    if found:
        return found[1]
    return "\t" if len(parsed.entries) == 1 else None
