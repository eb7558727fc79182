"""How a file is laid out: the line ends, indentation and quotes that a new line in it should follow."""

from collections.abc import Iterator

from lamina.thought.document.spots import Outline, nodes_of
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """What new lines follow: the line end, the indentation of a map and of a list under a key, and the quotes.

    `literal` allows a text of several lines to be a `|` block.
    """

    newline: str = "\n"
    step: int = 2
    dash: int = 2
    quote: str = '"'
    literal: bool = True


def layout_of(text: str, root: Outline, literal: bool = True) -> Layout:
    """The layout of a text by its first line end, its first nested map and list, and its first quoted value."""
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    starts = (text[node.value.start : node.value.start + 1] for node in nodes_of(root) if node.style == "scalar")
    quote = next((start for start in starts if start in ("'", '"')), '"')
    maps, lists = _indents(root, dict), _indents(root, list)
    dash = next(lists, None)
    step = next(maps, None) or dash or 2
    return Layout(newline, step, step if dash is None else dash, quote, literal)


def _indents(root: Outline, kind: type) -> Iterator[int]:
    """By how much the block maps, or lists, that stand under a key are indented."""
    for node in nodes_of(root):
        for child in node.children.values():
            if child.key is not None and child.style == "block" and not child.alias and node.style == "block":
                is_list = 0 in child.children
                if is_list == (kind is list):
                    yield child.value.column - node.value.column
