"""Texts that fit a pattern: the pattern is read as a tree, and walked along one of its ways."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from lamina.thought.schema.patterns import NotPortable, python_pattern
from lamina.words.values import dataclass

Pick: TypeAlias = Callable[[int], int]
"""One of so many ways; zero is the plainest."""

_END = r"(?:\Z)"
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./: @"
_MOST_MORE = 3


@dataclass(frozen=True, slots=True)
class _Set:
    """One character of a set, given by ranges of code points."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def text(self, pick: Pick, more: int) -> str:
        fitting = [one for one in _PLAIN if self._holds(ord(one))] or [chr(next(self._others()))]
        return fitting[pick(len(fitting))]

    def _holds(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges) != self.negated

    def _others(self) -> Iterator[int]:
        if not self.negated:
            yield from (low for low, _ in self.ranges)
        yield from (code for code in range(0x20, 0x3000) if self._holds(code))
        yield 0x20


@dataclass(frozen=True, slots=True)
class _Row:
    """One part after another."""

    parts: "tuple[_Part, ...]"

    def text(self, pick: Pick, more: int) -> str:
        return "".join(part.text(pick, more) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Either:
    """One of several ways."""

    ways: "tuple[_Part, ...]"

    def text(self, pick: Pick, more: int) -> str:
        return self.ways[pick(len(self.ways))].text(pick, more)


@dataclass(frozen=True, slots=True)
class _Repeated:
    """A part so many times; `most` None is without end."""

    part: "_Part"
    least: int
    most: int | None

    def text(self, pick: Pick, more: int) -> str:
        room = _MOST_MORE if self.most is None else min(_MOST_MORE, self.most - self.least)
        count = self.least + pick(room + 1) + more
        count = count if self.most is None else min(count, self.most)
        # What is repeated is not stretched itself as well: texts would grow by powers.
        return "".join(self.part.text(pick, 0) for _ in range(count))


_Part: TypeAlias = _Set | _Row | _Either | _Repeated


def text_of(pattern: str, pick: Pick, more: int = 0) -> str | None:
    """A text that should match, in which each repetition runs `more` times than it must; None for a pattern that is none.

    It is for the caller to see whether it does: what an assertion in the middle asks for is not looked after.
    """
    try:
        return _Reading(python_pattern(pattern)).whole().text(pick, more)
    except NotPortable:
        return None


class _Reading:
    """One walk over a pattern that `python_pattern` wrote, whose syntax is small."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def whole(self) -> _Part:
        return self.ways()

    def ways(self) -> _Part:
        found = [self.row()]
        while self.takes("|"):
            found.append(self.row())
        return found[0] if len(found) == 1 else _Either(tuple(found))

    def row(self) -> _Part:
        parts: list[_Part] = []
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            if self.takes(_END) or self.takes("^"):
                continue
            parts.append(self.repeated(self.atom()))
        return _Row(tuple(parts))

    def atom(self) -> _Part:
        if self.takes("(?:"):
            inner = self.ways()
            self.takes(")")
            return inner
        if self.takes("["):
            return self.set()
        code = self.code()
        return _Set(((code, code),))

    def set(self) -> _Part:
        negated = self.takes("^")
        ranges: list[tuple[int, int]] = []
        while not self.takes("]"):
            low = self.code()
            high = self.code() if self.takes("-") else low
            ranges.append((low, high))
        return _Set(tuple(ranges), negated)

    def code(self) -> int:
        """A character, which may be escaped."""
        if self.takes("\\x"):
            self.position += 2
            return int(self.pattern[self.position - 2 : self.position], 16)
        self.takes("\\")
        self.position += 1
        return ord(self.pattern[self.position - 1])

    def repeated(self, part: _Part) -> _Part:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.takes(sign):
                self.takes("?")
                return _Repeated(part, least, most)
        if not self.takes("{"):
            return part
        end = self.pattern.index("}", self.position)
        low, comma, high = self.pattern[self.position : end].partition(",")
        self.position = end + 1
        self.takes("?")
        return _Repeated(part, int(low), int(high) if high else None if comma else int(low))

    def takes(self, text: str) -> bool:
        """Whether the text comes next; it is then passed."""
        if not self.pattern.startswith(text, self.position):
            return False
        self.position += len(text)
        return True
