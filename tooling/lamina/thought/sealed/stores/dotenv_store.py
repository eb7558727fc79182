"""dotenv: a key and a text a line; everything but the first `=` and the line's end is part of one of the two."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lamina.thought.sealed.metadata import flat, nested
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, escaped
from lamina.thought.sealed.tree import Block, Change, End, Entry, Field, Frame, Leaf, Parsed
from lamina.thought.sealed.values import Value, plain_bytes
from lamina.words.regex import regex

_PREFIX = "sops_"
_LINE = regex(r"[^\n]+")


class DotenvStore:
    """Files that end in .env."""

    name = "dotenv"
    texts_only = True

    def parse(self, data: bytes, sealed: bool) -> Parsed:
        """The file taken apart; raises Unparsable or Unfit."""
        text = escaped(data)
        root = Frame(None, None, True)
        entries: list[Entry] = [root]
        blocks: list[Block] = []
        texts: dict[str, str] = {}
        for found in _LINE.finditer(text):
            line, start, end = found[0], found.start(), found.end()
            key, equals, value = line.partition("=")
            if line.startswith("#"):
                entries.append(Leaf(root, None, line[1:], start, end, note=True))
            elif not equals:
                raise Unparsable("a line has no =", _number(text, start))
            elif key.startswith(_PREFIX):
                if not sealed:
                    fault = "it has a key that starts with sops_, as sealed files have"
                    raise Unfit(fault, "rename the key, or unseal the file", _number(text, start))
                name = key.removeprefix(_PREFIX)
                texts[name] = value
                fields = (Field(name, start, end, end - len(value), end),)
                blocks.append(Block(start, end + (end < len(text)), fields))
            else:
                entries.append(Leaf(root, key, value.replace("\\n", "\n"), end - len(value), end))
        newline = "\r\n" if "\r\n" in text else "\n"
        end_of_text = (End(len(text), empty=len(entries) == 1),)
        return Parsed(text, entries, nested(texts) if texts else None, tuple(_joined(blocks)), end_of_text, (), newline)

    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str:
        """The text of an opened value."""
        if isinstance(value, bool):
            text = "true" if value else "false"
        else:
            text = plain_bytes(value).decode("utf-8", "surrogateescape")
        return "#" + text.replace("\n", " ") if leaf.note else text.replace("\n", "\\n")

    def cipher(self, parsed: Parsed, leaf: Leaf, text: str) -> str:
        """The text of a ciphertext where a value stood."""
        return f"#{text}" if leaf.note else text

    def expanded(self, entries: Sequence[Entry], texts: Mapping[Leaf, str]) -> str:
        """dotenv has no aliases."""
        raise NotImplementedError

    def without(self, parsed: Parsed, block: Block, held: bool) -> Change:
        """Take lines of metadata out of the text."""
        return Change(block.start, block.end, "")

    def metadata(self, parsed: Parsed, end: End, fields: Mapping[str, Any], width: int = 4) -> str:
        """New metadata as lines, sorted, for the end of the file."""
        return "".join(f"{_PREFIX}{name}={text}\n" for name, text in sorted(flat(dict(fields)).items()))

    def field(self, parsed: Parsed, block: Block, name: str, value: Any) -> str:
        """One field of the metadata as lines."""
        return "\n".join(f"{_PREFIX}{key}={text}" for key, text in sorted(flat({name: value}).items()))

    def put(self, parsed: Parsed, end: End, block: str) -> Change:
        """Put the lines of metadata at the end of the file."""
        broken = "" if end.at == 0 or parsed.text[end.at - 1] == "\n" else "\n"
        return Change(end.at, end.at, broken + block)

    def scalar(self, parsed: Parsed, block: Block, name: str, value: str) -> str:
        """The value of `mac` or `lastmodified` as text."""
        return value


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lines of metadata that follow each other as one block."""
    together: list[Block] = []
    for block in blocks:
        if together and together[-1].end != block.start:
            yield _one(together)
            together = []
        together.append(block)
    if together:
        yield _one(together)


def _one(together: Sequence[Block]) -> Block:
    return Block(together[0].start, together[-1].end, tuple(field for block in together for field in block.fields))


def _number(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
