"""INI taken apart, as go-ini reads it: comments go to the key after them, quotes around a value are no part of it."""

from typing import NamedTuple

from lamina.thought.sealed.metadata import nested
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Block, End, Entry, Field, Frame, Leaf, Parsed
from lamina.words.regex import regex

METADATA, DEFAULT = "sops", "DEFAULT"
_LINE = regex(r"[^\n]*\n|[^\n]+")
_INLINE = regex("[#;]")
_DELIMITER = regex("[=:]")


class _Said(NamedTuple):
    """A value: its text, its span, the span of a comment behind it (or -1), and where the next line starts."""

    value: str
    start: int
    end: int
    note: tuple[int, int]
    after: int


def walked(text: str, sealed: bool) -> Parsed:
    """An INI text, with its metadata when it is sealed; raises Unparsable or Unfit."""
    walk = _Walk(text, sealed)
    walk.lines()
    newline = "\r\n" if "\r\n" in text else "\n"
    raw = nested(walk.texts) if walk.texts else None
    blocks = (Block(walk.cut[0], walk.cut[1], tuple(walk.fields)),) if walk.fields else ()
    return Parsed(text, walk.entries, raw, blocks, (End(len(text), empty=not text.strip()),), (), newline)


class _Walk:
    """One pass over the lines of a text; `pending` is the span of the comments that wait for their key."""

    def __init__(self, text: str, sealed: bool) -> None:
        self.text = text
        self.sealed = sealed
        self.root = Frame(None, None, True)
        self.section = self.root.inner(DEFAULT, True)
        self.entries: list[Entry] = [self.root, self.section]
        self.pending: tuple[int, int] | None = None
        self.keys: set[str] = set()
        self.texts: dict[str, str] = {}
        self.fields: list[Field] = []
        self.cut = (0, 0)
        self.inside_metadata = False

    def lines(self) -> None:
        at = 0
        while at < len(self.text):
            found = _LINE.match(self.text, at)
            line = found[0] if found else ""
            start = at + len(line) - len(line.lstrip())
            end = at + len(line.rstrip())
            if start >= end:
                at += len(line)
            elif line.lstrip()[0] in "#;":
                self.pending = (self.pending[0] if self.pending else start, end)
                at += len(line)
            elif line.lstrip()[0] == "[":
                at = self.header(at, start, end, len(line))
            else:
                at = self.entry(start, at + len(line))
        if self.pending:
            self.note(self.pending)
        if self.inside_metadata:
            self.cut = (self.cut[0], len(self.text))

    def header(self, at: int, start: int, end: int, length: int) -> int:
        close = self.text.rfind("]", start, end)
        if close < 0:
            raise Unparsable("a section's name has no ]", self.line(start))
        name = self.text[start + 1 : close]
        if self.inside_metadata:
            self.cut = (self.cut[0], self.pending[0] if self.pending else at)
            self.inside_metadata = False
        if name == METADATA:
            self.metadata(start)
            return at + length
        if name == DEFAULT and self.section.step == DEFAULT:
            return at + length
        self.section = self.root.inner(name, True)
        self.entries.append(self.section)
        self.keys = set()
        if self.pending:
            self.note(self.pending)
        behind = _INLINE.search(self.text, close + 1, end)
        if behind:
            self.note((behind.start(), end))
        return at + length

    def metadata(self, start: int) -> None:
        if not self.sealed:
            fault = "it has a section sops, as sealed files have"
            raise Unfit(fault, "rename the section, or unseal the file", self.line(start))
        before = len(self.text[:start].rstrip())
        self.cut = (before + (before > 0 and 1 + self.text.startswith("\r\n", before)), len(self.text))
        self.inside_metadata = True

    def entry(self, start: int, line_end: int) -> int:
        key, behind = self.key(start, line_end)
        said = self.value(behind, line_end)
        if self.inside_metadata:
            self.texts[key] = said.value
            self.fields.append(Field(key, start, max(said.end, behind), said.start, said.end))
            self.pending = None
            return said.after
        if key in self.keys:
            raise Unfit(f"the key {key} stands twice in a section", "keep one of them", self.line(start))
        self.keys.add(key)
        self.entries.append(Leaf(self.section, key, said.value, said.start, said.end))
        if self.pending:
            self.note(self.pending)
        if said.note[0] >= 0:
            self.note(said.note)
        return said.after

    def key(self, start: int, line_end: int) -> tuple[str, int]:
        """The key of a line, and where its value starts; quotes around it are no part of it."""
        text = self.text
        quote = next((mark for mark in ('"""', '"', "`") if text.startswith(mark, start)), "")
        first = start + len(quote)
        close = text.find(quote, first, line_end)
        found = _DELIMITER.search(text, close + len(quote), line_end) if close >= 0 else None
        key = text[first : close if quote else found.start()].strip() if found else ""
        if found is None or not (key or quote):
            raise Unparsable("a line is neither a section nor a key with a value", self.line(start))
        return key, found.end()

    def value(self, start: int, line_end: int) -> _Said:
        line = self.text[start:line_end]
        first = start + len(line) - len(line.lstrip())
        end = start + len(line.rstrip())
        if first >= end:
            return _Said("", start, start, (-1, -1), line_end)
        three = self.text.startswith('"""', first) and line_end - first > 3
        quote = "`" if self.text[first] == "`" else '"""' if three else ""
        if quote:
            return self.quoted(first, quote, end, line_end)
        if self.text[end - 1] == "\\":
            return self.continued(first, end, line_end)
        note = _INLINE.search(self.text, first, end)
        note_span = (note.start(), end) if note else (-1, -1)
        end = first + len(self.text[first : note.start()].rstrip()) if note else end
        return _Said(_unquoted(self.text[first:end]), first, end, note_span, line_end)

    def quoted(self, first: int, quote: str, end: int, line_end: int) -> _Said:
        """A value in back quotes or three quotes, which may go on for lines."""
        body = first + len(quote)
        close = self.text.rfind(quote, body, end)
        if close >= 0:
            return _Said(self.text[body:close], first, close + len(quote), (-1, -1), line_end)
        while line_end < len(self.text):
            found = _LINE.match(self.text, line_end)
            begin, line_end = line_end, found.end() if found else len(self.text)
            close = self.text.rfind(quote, begin, line_end)
            if close >= 0:
                return _Said(self.text[body:close], first, close + len(quote), (-1, -1), line_end)
        raise Unparsable("a quote is never closed", self.line(first))

    def continued(self, first: int, end: int, line_end: int) -> _Said:
        """A value whose line ends in a backslash: the next lines belong to it."""
        value = self.text[first : end - 1]
        while True:
            found = _LINE.match(self.text, line_end)
            line = found[0] if found else ""
            following = line.strip()
            line_end += len(line)
            if not following:
                return _Said(value, first, end, (-1, -1), line_end)
            end = line_end - len(line) + len(line.rstrip())
            value += following
            if not following.endswith("\\"):
                return _Said(value, first, end, (-1, -1), line_end)
            value = value[:-1]

    def note(self, span: tuple[int, int]) -> None:
        text = self.text[span[0] : span[1]].strip()
        bare = text.lstrip("; ") if text[0] == ";" else text.lstrip("# ")
        self.entries.append(Leaf(self.section, None, bare, *span, note=True))
        self.pending = None

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1


def _unquoted(text: str) -> str:
    for quote in ("'", '"'):
        if len(text) >= 2 and text[0] == text[-1] == quote and quote not in text[1:-1]:
            return text[1:-1]
    return text
