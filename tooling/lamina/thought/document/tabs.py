"""Tabs that indent, made spaces: how many each stands for nobody has said, so every way that the text parses is given."""

from lamina.thought.document.edit import CannotEdit
from lamina.thought.document.placing import identical
from lamina.thought.document.reading import read
from lamina.words.node import Patch
from lamina.words.regex import regex

# As wide as editors show tabs first.
_WIDTHS = (2, 4, 8, 1, 3, 5, 6, 7)
_BREAK = regex(b"(\r\n|\r|\n)")


def untabbed(data: bytes, file: str) -> list[bytes]:
    """What a file may be with spaces for the tabs that keep it from being read, each time saying another; raises CannotEdit."""
    found: list[tuple[bytes, Patch]] = []
    for width in _WIDTHS:
        after = _spaced(data, file, b" " * width)
        if after is None:
            continue
        value = read(after, file).value
        if not any(identical(value, other) for _, other in found):
            found.append((after, value))
    if not found:
        raise CannotEdit(file, 1, "no number of spaces in the place of each tab makes this YAML", "indent it by hand")
    return [after for after, _ in found]


def _spaced(data: bytes, file: str, spaces: bytes) -> bytes | None:
    """The bytes with spaces for tabs, line by line as the parser complains; None where it never comes to read them."""
    lines = _BREAK.split(data)
    while True:
        reading = read(b"".join(lines), file)
        if reading.whole:
            return b"".join(lines)
        fault = reading.findings[0]
        at = 2 * (fault.position.line - 1)
        if fault.rule != "tab-indentation" or not _indents(lines[at]):
            return None
        while at < len(lines):
            lines[at] = _led(lines[at], spaces)
            at += 2
            if not lines[at : at + 1] or not lines[at].startswith(b"\t"):
                break


def _indents(line: bytes) -> bool:
    return b"\t" in line[: len(line) - len(line.lstrip(b" \t"))]


def _led(line: bytes, spaces: bytes) -> bytes:
    body = line.lstrip(b" \t")
    return line[: len(line) - len(body)].replace(b"\t", spaces) + body
