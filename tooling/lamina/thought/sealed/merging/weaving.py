"""Three-way merge of sequences: of the lines of a text, or of the items of a list."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
_MOST = 5_000


@dataclass(frozen=True, slots=True, repr=False)
class _Hunk:
    """Items that take the place of a span of the base."""

    start: int
    end: int
    items: tuple[Hashable, ...]


def woven(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item], loose: bool) -> list[Item] | None:
    """The base with both sides' changes, or None where they meet.

    `loose` lets changes touch, and puts their insertion behind ours at the same place: for a text whose meaning is
    compared afterwards.
    """
    if max(len(base), len(ours), len(theirs)) > _MOST:
        return None
    mine, other = (list(_hunks(base, side, loose)) for side in (ours, theirs))
    out: list[Item] = []
    at = 0
    for hunk in _in_order(mine, other, loose):
        if hunk is None:
            return None
        out += base[at : hunk.start]
        out += hunk.items  # type: ignore[arg-type]  # a hunk holds items of the sides
        at = hunk.end
    return [*out, *base[at:]]


def _hunks(base: Sequence[Item], side: Sequence[Item], fine: bool) -> Iterator[_Hunk]:
    """What a side changed; a run of replaced items that is as long as before is one hunk an item when `fine`."""
    from difflib import SequenceMatcher

    # What is alike at both ends is set aside: the matcher is slow where many items are equal.
    least = min(len(base), len(side))
    head = next((n for n in range(least) if base[n] != side[n]), least)
    tail = next((n for n in range(least - head) if base[-1 - n] != side[-1 - n]), least - head)
    old, new = base[head : len(base) - tail], side[head : len(side) - tail]
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace" and fine and j - i == m - k:
            yield from (_Hunk(head + i + n, head + i + n + 1, (new[k + n],)) for n in range(j - i))
        elif tag != "equal":
            yield _Hunk(head + i, head + j, tuple(new[k:m]))


def _in_order(mine: list[_Hunk], other: list[_Hunk], loose: bool) -> Iterator[_Hunk | None]:
    """The hunks of both sides as they follow each other, equal ones once; None where two meet."""
    mine, other = mine[::-1], other[::-1]
    while mine and other:
        ours, theirs = mine[-1], other[-1]
        if ours == theirs:
            yield ours
            mine.pop()
            other.pop()
        elif _is_before(ours, theirs, loose) or (loose and ours.start == ours.end == theirs.start == theirs.end):
            yield mine.pop()
        elif _is_before(theirs, ours, loose):
            yield other.pop()
        else:
            yield None
            return
    yield from reversed(mine or other)


def _is_before(one: _Hunk, other: _Hunk, loose: bool) -> bool:
    if one.end == other.start:
        return loose and (one.start, one.end) != (other.start, other.end)
    return one.end < other.start
