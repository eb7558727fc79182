"""Text from a repository made harmless: for a terminal, for the log of a workflow, for markdown."""

import re

from lamina.words.regex import regex

# What begins or ends anything in markdown's inline text, in HTML, in a table, in GitHub's mathematics.
_ENTITIES = {one: f"&#{ord(one)};" for one in "|`\\*_[](){}#!~@$^"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What becomes a link without any markup.
_LINK = regex(r"(?:www\.|://)", re.IGNORECASE)
_LINK_SIGNS = {ord("."): "&#46;", ord(":"): "&#58;"}


def safe(text: str, keep: str = "") -> str:
    """Text without characters that a terminal would obey, but for those to `keep`.

    A file's name or content must not move the cursor, nor begin a line that looks like one of ours, nor be a command to the
    runner of a workflow, which takes `##[` for one anywhere in a line.
    """
    shown = text
    if not text.isprintable():
        shown = "".join(c if c.isprintable() or c in keep else c.encode("unicode_escape").decode() for c in text)
    return shown.replace("##[", "#\\x23[")


def safe_line(line: str) -> str:
    """A whole line that is safe already, and no command to the runner of a workflow, which obeys one that begins with `::`."""
    start = len(line) - len(line.lstrip())
    return f"{line[:start]}\\x3a{line[start + 1 :]}" if line.startswith("::", start) else line


def safe_json(text: str) -> str:
    """JSON that says the same, and holds no `##[`, which is a command to the runner of a workflow anywhere in a line."""
    return text.replace("##[", "#\\u0023[")


def row(*cells: str) -> str:
    """A row of a markdown table."""
    return f"| {' | '.join(cells)} |"


def cell(text: str, most: int | None = None) -> str:
    """Text from a repository as inert code in a table's cell; of one with more than `most` characters how many are left out."""
    over = len(text) - most if most is not None else 0
    cut = f"{inert(text[:most])}… ({over:,} more characters)" if over > 0 else inert(text)
    return f"<code>{cut}</code>"


def inert(text: str) -> str:
    """Text that is no markup of markdown or HTML, nor a link, an image or the end of a cell.

    That it mentions nobody, and refers to no issue, is for `cell`: GitHub looks for neither in code.
    """
    escaped = "".join(_ENTITIES.get(one, one) for one in safe(text))
    linkless = _LINK.sub(lambda found: found[0].translate(_LINK_SIGNS), escaped)
    # An address of mail is looked for after entities are read, in text that no comment splits.
    return linkless.replace("&#64;", "&#64;<!---->")
