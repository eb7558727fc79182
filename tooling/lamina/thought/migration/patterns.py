"""Path patterns: `agents[*].model` is the key `model` of every item, `labels.*` every key; an index cannot be named."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from lamina.words.address import path_text
from lamina.words.node import Patch, Path, Tagged

_STEP = re.compile(r'(?:^|\.)(?:(\*)|([^.\[\]"\s:{}$*]+)|"((?:[^"\\]|\\.)*)")|\[(\*|\d+)\]')


class Every(Enum):
    """A step of a pattern that stands for many: every key of a map, or every item of a list."""

    KEY = "*"
    ITEM = "[*]"


Pattern: TypeAlias = tuple[str | Every, ...]


class BadPattern(ValueError):
    """A text that is no path pattern; says why, and what to write."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.fix = fix


def parse_pattern(text: str) -> Pattern:
    """The pattern that a text writes; raises BadPattern."""
    steps: list[str | Every] = []
    end = 0
    while end < len(text):
        found = _STEP.match(text, end) if end or text[0] != "." else None
        if found is None:
            raise BadPattern(f"{text!r} is not a path", 'write it like a.b, a[*].b, a.*.b or labels."a.b"')
        every, plain, quoted, index = found.groups()
        if index is not None and index != "*":
            raise BadPattern(
                f"{text!r} names one item, and its place is another in each layer", "write [*] for every item"
            )
        if index is not None or every is not None:
            steps.append(Every.ITEM if index else Every.KEY)
        else:
            steps.append(plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted))
        end = found.end()
    if not steps:
        raise BadPattern("the path is empty", "name a key")
    return tuple(steps)


def pattern_text(pattern: Pattern) -> str:
    """A pattern as people write it."""
    text = ""
    for step in pattern:
        if step is Every.ITEM:
            text += "[*]"
        elif isinstance(step, str):
            text += ("." if text else "") + (f'"{step}"' if "*" in step else path_text((step,)))
        else:
            text += ("." if text else "") + "*"
    return text


def many(pattern: Pattern) -> int:
    """How many of the first steps hold all that stand for many."""
    return max((index for index, step in enumerate(pattern, 1) if isinstance(step, Every)), default=0)


def fits(pattern: Pattern, path: Path) -> bool:
    """Whether a pattern stands for a path."""
    return len(pattern) == len(path) and all(map(_fits, pattern, path))


def begins(pattern: Pattern, path: Path) -> bool:
    """Whether a pattern stands for a path or for a place above it."""
    return len(pattern) <= len(path) and fits(pattern, path[: len(pattern)])


def overlap(left: Pattern, right: Pattern) -> bool:
    """Whether some path fits both patterns."""
    return len(left) == len(right) and all(map(_meet, left, right))


def above(left: Pattern, right: Pattern) -> bool:
    """Whether some path that fits `left` is, or leads to, one that fits `right`."""
    return len(left) <= len(right) and overlap(left, right[: len(left)])


def example(pattern: Pattern) -> Path:
    """A path that fits a pattern: the first item, and a key that no schema names."""
    return tuple("*" if step is Every.KEY else 0 if step is Every.ITEM else step for step in pattern)


def pattern_of(path: Path) -> Pattern:
    """The pattern of a path whose indices, and keys `*`, stand for many."""
    return tuple(Every.ITEM if isinstance(step, int) else Every.KEY if step == "*" else step for step in path)


def inner(patch: Patch) -> Patch:
    """What stands under a tag; under `!unset` None, or the item that it names."""
    while isinstance(patch, Tagged):
        patch = patch.value
    return patch


def found(patch: Patch, pattern: Pattern, at: Path = ()) -> Iterator[tuple[Path, Patch]]:
    """Every place of a patch that a pattern stands for, and what is there."""
    if not pattern:
        yield at, patch
        return
    step, rest = pattern[0], pattern[1:]
    value = inner(patch)
    if isinstance(value, dict):
        keys = list(value) if step is Every.KEY else [step] if isinstance(step, str) and step in value else []
        for key in keys:
            yield from found(value[key], rest, (*at, key))
    elif isinstance(value, list) and step is Every.ITEM:
        for index, item in enumerate(value):
            yield from found(item, rest, (*at, index))


def blocked(patch: Patch, pattern: Pattern, at: Path = ()) -> Iterator[tuple[Path, Patch]]:
    """The single values that stand above a place which a pattern stands for."""
    value = inner(patch)
    if pattern and not isinstance(value, dict | list):
        yield at, value
    elif pattern:
        step, rest = pattern[0], pattern[1:]
        for place, part in found(patch, (step,), at):
            yield from blocked(part, rest, place)


def _fits(step: str | Every, actual: str | int) -> bool:
    return isinstance(actual, int) if step is Every.ITEM else isinstance(actual, str) and step in (Every.KEY, actual)


def _meet(left: str | Every, right: str | Every) -> bool:
    if Every.ITEM in (left, right):
        return left is right
    return left == right or Every.KEY in (left, right)
