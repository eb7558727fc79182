"""Places in the text of a scalar: where a line and a column of what it says stand in its file."""

from lamina.project.tree import Tree
from lamina.words.finding import Position
from lamina.words.node import Path


def place_in_text(tree: Tree, file: str, path: Path, text: str, line: int | None, column: int | None) -> Position:
    """Where a place of the text stands that a file says at a path; where the value begins if that cannot be told."""
    start = tree.place(file, path)
    if line is None or column is None:
        return start
    lines = tree.lines(file)
    first = lines[start.line - 1][start.column - 1 :]
    if first.startswith("|"):
        return _in_block(lines, start, line, column)
    if first.startswith(">"):
        return _in_folded(lines, start, column) if line == 1 else start
    shift = 1 if first[:1] in "'\"" else 0
    # An escape, or a line's end in a text of several lines, moves what follows it.
    before = text[: column - 1]
    if line == 1 and first[shift:].startswith(before):
        return Position(file, start.line, start.column + shift + len(before))
    return start


def _in_block(lines: list[str], start: Position, line: int, column: int) -> Position:
    body = lines[start.line :]
    indent = next((len(one) - len(one.lstrip(" ")) for one in body if one.strip()), 0)
    return Position(start.file, start.line + line, indent + column)


def _in_folded(lines: list[str], start: Position, column: int) -> Position:
    """A line's end is one blank in what a folded text says."""
    rest = column - 1
    for number, one in enumerate(lines[start.line :], start.line + 1):
        indent, length = len(one) - len(one.lstrip(" ")), len(one.strip(" "))
        if rest <= length:
            return Position(start.file, number, indent + rest + 1)
        rest -= length + 1
    return start
