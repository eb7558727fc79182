"""Allow comments: `# lamina: allow NAME -- reason`, at the end of a line or alone above it."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from lamina.words.regex import regex
from lamina.words.values import dataclass

MARK = b"lamina:"
_COMMENT = regex(r"#+\s*lamina:\s*(?P<said>.*)")
_ALLOW = regex(r"allow\s+(?P<names>[^\s,]+(?:\s*,\s*[^\s,]+)*)(?:\s+--(?:\s+(?P<reason>\S.*))?)?\s*")
FORM = "# lamina: allow NAME -- reason"


class Comment(Protocol):
    """A comment of a file: its line and column, its text with the `#`, and whether it has its line for itself."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def alone(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Allowance:
    """One name of an allow comment: which rule may be broken on which line, and where the comment stands.

    Without a reason it allows nothing; `name` is None where the comment cannot be understood.
    """

    name: str | None
    reason: str | None
    at: int
    line: int
    column: int


def allowances(comments: Iterable[Comment], lines: list[str]) -> Iterator[Allowance]:
    """What the comments of a file allow; `lines` are the file's, by which a comment alone finds the line below it."""
    for comment in comments:
        found = _COMMENT.fullmatch(comment.text)
        if found is None:
            continue
        at = _below(comment.line, lines) if comment.alone else comment.line
        allow = _ALLOW.fullmatch(found["said"])
        if allow is None:
            yield Allowance(None, None, at, comment.line, comment.column)
            continue
        for name in re.split(r"\s*,\s*", allow["names"]):
            yield Allowance(name, allow["reason"], at, comment.line, comment.column)


def _below(line: int, lines: list[str]) -> int:
    """The next line that is neither blank nor a comment."""
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and not text.startswith("#"):
            return number
    return line
