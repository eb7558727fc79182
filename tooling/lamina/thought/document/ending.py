"""The end of a file without a line end, where a text of several lines stands: nothing can follow it as it is."""

from lamina.thought.document.outline import outline
from lamina.thought.document.spans import line_end
from lamina.thought.document.spots import nodes_of
from lamina.words.regex import regex

_MARKS = regex(r"[+-]")
_STYLE = regex(r"[|>][0-9+-]*")


def ended(data: bytes, file: str) -> bytes | None:
    """The bytes with a line end, and the block that ends them marked as one without (`|-`); None where none does."""
    text = data.decode("utf-8-sig")
    if text.endswith(("\n", "\r")) or file.endswith(".json"):
        return None
    for node in nodes_of(outline(data, file)):
        found = _STYLE.match(text, node.value.start)
        if found and node.style == "scalar" and line_end(text, node.value.end) == len(text):
            mark = data[: len(data) - len(text.encode())]
            newline = "\r\n" if "\r\n" in text else "\n"
            header = _MARKS.sub("", found[0]) + "-"
            return mark + f"{text[: found.start()]}{header}{text[found.end() :]}{newline}".encode()
    return None
