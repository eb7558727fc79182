"""Changes of a text as spans, and the places in a text that edits are reckoned from."""

import re
from collections.abc import Sequence

from lamina.words.regex import regex
from lamina.words.values import dataclass

_GAP = regex(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_REST_OF_LINE = regex(r"[^\r\n]*")
_LINE_END = regex(r"\r\n?|\n|\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """Put `text` in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str = ""


def applied(text: str, changes: Sequence[Change]) -> str:
    """The text after the changes, which must not overlap; of two at one place the earlier in the list comes first."""
    ordered = sorted(enumerate(changes), key=lambda entry: (entry[1].start, entry[1].end, entry[0]), reverse=True)
    for _, change in ordered:
        text = text[: change.start] + change.text + text[change.end :]
    return text


def line_start(text: str, offset: int) -> int:
    """Where the line that holds `offset` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line that holds `offset` ends, before its line end."""
    return _matched(_REST_OF_LINE, text, offset)


def next_line(text: str, offset: int) -> int:
    """Where the line after the one that holds `offset` starts."""
    return _matched(_LINE_END, text, line_end(text, offset))


def gap_end(text: str, offset: int) -> int:
    """The next character, from a place between two tokens, that is neither blank nor in a comment."""
    return _matched(_GAP, text, offset)


def _matched(pattern: re.Pattern[str], text: str, offset: int) -> int:
    found = pattern.match(text, offset)
    return found.end() if found else offset
