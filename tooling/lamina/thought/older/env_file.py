"""`.env` files as a shell and python-dotenv read them; variables in values are not filled in.

A line is `KEY=value`, with `export ` before it or not. Single quotes keep all but `\\'` and `\\\\`; double quotes know the
escapes of a shell and of C; both may hold line breaks. Without quotes a value ends at ` #` or at the end of the line.
"""

import re
from collections.abc import Iterator

from lamina.words.values import dataclass

_BLANK = re.compile(r"\s*")
_KEY = re.compile(r"(?:export[^\S\r\n]+)?(?:'([^']+)'|([^=#\s'\"]+))[^\S\r\n]*=([^\S\r\n]*)")
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_BARE = re.compile(r"[^\r\n]*")
_REST = re.compile(r"[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")
_COMMENT = re.compile(r"#([^\r\n]*)")
_TRAILING = re.compile(r"\s+#.*")
_SINGLE_ESCAPES = re.compile(r"\\([\\'])")
_DOUBLE_ESCAPES = re.compile(r"\\([\\'\"abfnrtv])")
_MEANT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_VARIABLE = re.compile(r"\$(?:\{|[A-Za-z_])")


class BadLine(ValueError):
    """A line that is none of a `.env` file; never quotes it."""

    def __init__(self, fault: str, line: int) -> None:
        super().__init__(fault)
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment (then `key` is None, and `text` is what follows the `#`), or a key and its text; `line` from one.

    `draws` says that a shell would fill a variable in.
    """

    key: str | None
    text: str
    line: int
    draws: bool = False

    def __repr__(self) -> str:
        return f"Entry({self.key}, line {self.line})"


def env_entries(text: str) -> list[Entry]:
    """The keys, texts and comments of a `.env` file, in order; raises BadLine."""
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for entry in _entries(text.removeprefix("\ufeff")):
        if entry.key is not None and entry.key in seen:
            raise BadLine(f"the key {entry.key} stands in line {seen[entry.key]} already", entry.line)
        if entry.key is not None:
            seen[entry.key] = entry.line
        entries.append(entry)
    return entries


def _entries(text: str) -> Iterator[Entry]:
    at = _after(_BLANK, text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        comment = _COMMENT.match(text, at)
        if comment is not None:
            yield Entry(None, comment[1], line)
            at = _after(_BLANK, text, comment.end())
            continue
        found = _KEY.match(text, at)
        if found is None:
            raise BadLine("a line is no KEY=value", line)
        value, draws, end = _value(text, found.end(), spaced=bool(found[3]), line=line)
        rest = _REST.match(text, end)
        if rest is None:
            raise BadLine("text follows the closing quote of a value", line)
        yield Entry(found[1] or found[2], value, line, draws)
        at = _after(_BLANK, text, rest.end())


def _value(text: str, at: int, spaced: bool, line: int) -> tuple[str, bool, int]:
    """The value that starts somewhere, whether a shell would fill in a variable, and where it ends."""
    quote = text[at : at + 1]
    if quote in ("'", '"') and quote:
        found = (_SINGLE if quote == "'" else _DOUBLE).match(text, at)
        if found is None:
            raise BadLine("a quote is not closed", line)
        if quote == "'":
            return _SINGLE_ESCAPES.sub(r"\1", found[1]), False, found.end()
        value = _DOUBLE_ESCAPES.sub(lambda one: _MEANT.get(one[1], one[1]), found[1])
        return value, _VARIABLE.search(value) is not None, found.end()
    found = _BARE.match(text, at)
    bare = found[0] if found and not (spaced and quote == "#") else ""
    value = _TRAILING.sub("", bare).rstrip()
    return value, _VARIABLE.search(value) is not None, at + len(bare)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
