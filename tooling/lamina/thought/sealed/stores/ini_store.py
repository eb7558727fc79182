"""INI: values are changed where they stand, and all other text is left alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from lamina.thought.sealed.metadata import flat
from lamina.thought.sealed.stores.ini_walk import walked
from lamina.thought.sealed.stores.texts import Unfit, escaped
from lamina.thought.sealed.tree import Block, Change, End, Entry, Leaf, Parsed
from lamina.thought.sealed.values import Value, plain_bytes


class IniStore:
    """Files that end in .ini: sections of keys and texts; the keys before the first are in the section DEFAULT."""

    name = "ini"
    texts_only = True

    def parse(self, data: bytes, sealed: bool) -> Parsed:
        """The file taken apart; raises Unparsable or Unfit."""
        return walked(escaped(data), sealed)

    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str:
        """The text of an opened value, in quotes where go-ini would otherwise read another one."""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = plain_bytes(value).decode("utf-8", "surrogateescape")
        if leaf.note:
            mark = parsed.text[leaf.start]
            return "\n".join(line if line[:1] in ("#", ";") else f"{mark} {line}" for line in text.split("\n"))
        return quoted(text)

    def cipher(self, parsed: Parsed, leaf: Leaf, text: str) -> str:
        """The text of a ciphertext where a value stood."""
        return f"{parsed.text[leaf.start]} {text}" if leaf.note else text

    def expanded(self, entries: Sequence[Entry], texts: Mapping[Leaf, str]) -> str:
        """INI has no aliases."""
        raise NotImplementedError

    def without(self, parsed: Parsed, block: Block, held: bool) -> Change:
        """Take the section of the metadata out of the text."""
        return Change(block.start, block.end, "")

    def metadata(self, parsed: Parsed, end: End, fields: Mapping[str, Any], width: int = 4) -> str:
        """New metadata as a section, for the end of the file."""
        texts = flat(dict(fields))
        width = max(map(len, texts))
        lines = ["[sops]", *(f"{name:<{width}} = {text}" for name, text in sorted(texts.items()))]
        return ("" if end.empty else parsed.newline) + "".join(line + parsed.newline for line in lines)

    def field(self, parsed: Parsed, block: Block, name: str, value: Any) -> str:
        """One field of the metadata as lines."""
        texts = flat({name: value})
        width = max(map(len, texts))
        return parsed.newline.join(f"{key:<{width}} = {text}" for key, text in sorted(texts.items()))

    def put(self, parsed: Parsed, end: End, block: str) -> Change:
        """Put the section of the metadata at the end of the file."""
        broken = "" if end.at == 0 or parsed.text[end.at - 1] == "\n" else parsed.newline
        return Change(end.at, end.at, broken + block)

    def scalar(self, parsed: Parsed, block: Block, name: str, value: str) -> str:
        """The value of `mac` or `lastmodified` as text."""
        return value


def quoted(text: str) -> str:
    """A text as a value, in quotes where go-ini would otherwise read another one; raises Unfit."""
    if "\n" in text or "`" in text:
        if '"""' in text:
            raise Unfit('INI cannot hold a text with line breaks or back quotes and """', "use another format")
        return f'"""{text}"""'
    if "#" in text or ";" in text or text[-1:] == "\\" or text[:3] == '"""':
        return f"`{text}`"
    padded = text != text.strip() or (len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"")
    if not padded:
        return text
    return f'"{text}"' if '"' not in text else f"`{text}`"
