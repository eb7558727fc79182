"""Choices: what a document is made by where its schema leaves several ways."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lamina.words.node import Path

Key: TypeAlias = tuple[Path, str]
"""A choice by the place that it is about and what is chosen there."""

Draw: TypeAlias = Callable[[int], int]
"""A number from zero, below a count; zero is what is most telling."""


class Choices:
    """The choices for one document: each is made once, so that a place that is made anew is made alike."""

    def __init__(self, draw: Draw | None = None, other: Mapping[Key, int] | None = None) -> None:
        """Without `draw` each choice is the first, but for the `other` ones."""
        self._draw = draw
        self._other = other or {}
        self.made: dict[Key, tuple[int, int]] = {}
        """Every choice that there was, with the number of ways."""

    @property
    def free(self) -> bool:
        """Whether documents should be as various as can be, not as telling."""
        return self._draw is not None

    def pick(self, path: Path, what: str, ways: int) -> int:
        """One of so many ways at a place."""
        if ways < 2:
            return 0
        key = (path, what)
        if key not in self.made:
            self.made[key] = (self._draw(ways) if self._draw else self._other.get(key, 0), ways)
        return min(self.made[key][0], ways - 1)
