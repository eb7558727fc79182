"""Patterns of names: `*` and `?` stand for characters within one step, `**` for any number of steps.

A pattern fits the whole name, not a part of it.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from lamina.words.regex import regex

_STEP = regex(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|([^.\["]+)')
_Item = TypeVar("_Item")


def steps_of(text: str) -> list[str]:
    """The steps of a pattern of paths: `a.*[0]."b.c"`; what is quoted holds no wildcards."""
    return [
        re.sub(r"([*?\\])", r"\\\1", re.sub(r"\\(.)", r"\1", quoted)) if plain + index == "" else plain or index
        for quoted, index, plain in (found.groups(default="") for found in _STEP.finditer(text))
    ]


def fits_steps(pattern: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether a pattern fits all steps of a name."""
    return _fits(pattern, steps, "**", fits_step)


def fits_step(pattern: str, step: str) -> bool:
    """Whether one step of a pattern fits one step of a name."""
    # A backslash takes the meaning of what follows; a step never holds what stands for it then.
    letters = re.findall(r"\\.|.", pattern, re.DOTALL)
    return _fits(letters, step, "*", lambda one, letter: one == "?" or one.removeprefix("\\") == letter)


def _fits(pattern: Sequence[str], items: Sequence[_Item], any_number: str, fits: Callable[[str, _Item], bool]) -> bool:
    """Whether a pattern fits all items: every part one of them, `any_number` as many as there are.

    On a misfit the last `any_number` takes one item more: no pattern takes longer than its length times theirs.
    """
    part = item = 0
    last: tuple[int, int] | None = None
    while item < len(items):
        if part < len(pattern) and pattern[part] == any_number:
            last = (part, item)
            part += 1
        elif part < len(pattern) and fits(pattern[part], items[item]):
            part, item = part + 1, item + 1
        elif last is not None:
            last = (last[0], last[1] + 1)
            part, item = last[0] + 1, last[1]
        else:
            return False
    return all(one == any_number for one in pattern[part:])
