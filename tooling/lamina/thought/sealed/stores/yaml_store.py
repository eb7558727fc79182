"""YAML: values and comments are changed where they stand, and all other text is left alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lamina.thought.sealed.stores.flow_text import flow_json
from lamina.thought.sealed.stores.texts import decoded
from lamina.thought.sealed.stores.yaml_text import string_text, value_text
from lamina.thought.sealed.stores.yaml_walk import walked
from lamina.thought.sealed.tree import Block, Change, End, Entry, Frame, Leaf, Parsed
from lamina.thought.sealed.values import Value
from lamina.words.regex import regex

_BOM = "\ufeff"
_REST = regex("[ \t]*(?:\r|\n|\\Z)")
_BLANK_LINE = regex(r"[ \t]*\r?\n[ \t]*(?:\r?\n|\Z)")


class YamlStore:
    """Files that end in .yaml or .yml; several documents, each with a copy of the metadata."""

    name = "yaml"
    texts_only = False

    def parse(self, data: bytes, sealed: bool) -> Parsed:
        """The file taken apart; raises Unparsable or Unfit."""
        text = decoded(data)
        parsed = walked(text.removeprefix(_BOM), sealed)
        parsed.has_mark = text.startswith(_BOM)
        return parsed

    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str:
        """The text of an opened value; `careful` writes a text of several lines in quotes."""
        if leaf.note:
            return _comment(leaf, value, parsed)
        has_lines = isinstance(value, str) and "\n" in value
        indent = _indent(parsed, leaf, str(value)) if has_lines and not careful else None
        return value_text(value, leaf.frame.flow, indent, parsed.newline)

    def cipher(self, parsed: Parsed, leaf: Leaf, text: str) -> str:
        """The text of a ciphertext where a value stood."""
        if leaf.note:
            return f"#{text}"
        return f'"{text}"' if leaf.frame.flow else text

    def expanded(self, entries: Sequence[Entry], texts: Mapping[Leaf, str]) -> str:
        """What an alias stood for, on one line."""
        inside: dict[int, list[Entry]] = {}
        for entry in entries[1:]:
            inside.setdefault(id(entry.parent if isinstance(entry, Frame) else entry.frame), []).append(entry)
        return _flow(entries[0], inside, texts)

    def without(self, parsed: Parsed, block: Block, held: bool) -> Change:
        """Take the metadata of one document out of the text."""
        if held or (block.style == "flow" and parsed.text[block.end : block.end + 1] == "}"):
            return Change(block.start, block.end, "")
        return Change(block.start, block.end, "{}" + parsed.newline)

    def metadata(self, parsed: Parsed, end: End, fields: Mapping[str, Any], width: int = 4) -> str:
        """New metadata as text for the end of a document, indented by `width`."""
        if end.style == "flow":
            return f"sops: {flow_json(fields)}"
        lead = " " * end.column
        lines = [f"{lead}sops:", *(f"{lead}{' ' * width}{line}" for line in _lines(fields, width))]
        return "".join(line + parsed.newline for line in lines)

    def field(self, parsed: Parsed, block: Block, name: str, value: Any) -> str:
        """One field of the metadata as text, in the layout of a block that is there."""
        if block.style == "flow":
            return f"{name}: {flow_json(value)}"
        lead = " " * block.column
        return parsed.newline.join(f"{lead}{line}" for line in _lines({name: value}, block.column)).removeprefix(lead)

    def put(self, parsed: Parsed, end: End, block: str) -> Change:
        """Put the text of metadata at the end of a document."""
        text = parsed.text
        if end.style == "flow":
            return Change(end.at, end.at, block if end.empty else f", {block}")
        if end.empty and end.start >= 0:
            return Change(end.start, max(end.at, end.start), block)
        broken = "" if end.at == 0 or text[end.at - 1] in "\r\n" else parsed.newline
        return Change(end.at, end.at, broken + block)

    def scalar(self, parsed: Parsed, block: Block, name: str, value: str) -> str:
        """The value of `mac` or `lastmodified` as text."""
        return f'"{value}"' if name == "lastmodified" or block.style == "flow" else value


def _comment(leaf: Leaf, value: Value, parsed: Parsed) -> str:
    text = str(value).replace("\r", "")
    start = parsed.text.rfind("\n", 0, leaf.start) + 1
    lead = re.sub(r"[^ ]", " ", parsed.text[start : leaf.start])
    return "#" + text.replace("\n", f"{parsed.newline}{lead}#")


def _indent(parsed: Parsed, leaf: Leaf, value: str) -> int | None:
    """How far the lines of a `|` block are indented: to the next step of the file, as sops does; None where none can be."""
    frame = leaf.frame
    if frame.flow or not _REST.match(parsed.text, leaf.end):
        return None
    if value.endswith("\n\n") and _BLANK_LINE.match(parsed.text, leaf.end):
        # A block that keeps its last line breaks would take blank lines that follow for its own.
        return None
    return parsed.step * ((frame.column + parsed.step) // parsed.step) if frame.is_map else frame.column + 2


def _lines(fields: Mapping[str, Any], step: int, in_item: bool = False) -> list[str]:
    """Metadata in the layout of sops: items by two, all else to the next multiple of the step."""
    lead = " " * (max(step - 2, 2) if in_item else step)
    lines: list[str] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            lines += [f"{name}:", *(lead + line for line in _lines(value, step))]
        elif isinstance(value, list) and value:
            lines.append(f"{name}:")
            for item in value:
                first, *rest = _lines(item, step, in_item=True)
                lines += [f"{lead}- {first}", *(f"{lead}  {line}" for line in rest)]
        elif isinstance(value, str) and "\n" in value:
            lines += [f"{name}: |", *(lead + line for line in value.splitlines())]
        else:
            lines.append(f"{name}: {_scalar(name, value)}")
    return lines


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "[]"
    if name == "lastmodified":
        return f'"{value}"'
    return value_text(value, False, None)


def _flow(head: Entry, inside: Mapping[int, Sequence[Entry]], texts: Mapping[Leaf, str]) -> str:
    """An entry in flow style, with all that is in it."""
    if isinstance(head, Leaf):
        return texts.get(head) or value_text(head.value, True, None)
    written = []
    for entry in inside.get(id(head), ()):
        key = f"{string_text(str(entry.step), True)}: " if head.is_map else ""
        written.append(key + _flow(entry, inside, texts))
    return ("{" + ", ".join(written) + "}") if head.is_map else ("[" + ", ".join(written) + "]")
