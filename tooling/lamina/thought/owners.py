"""Owners: whose consent a change of a file, or of a value, needs by the patterns of the settings.

A pattern with a colon is of addresses (`app:server.*`, `agents/*:model`), any other of files (`environments/prod/**`). `*` and
`?` stand for characters within one step, `**` for any number of steps; a pattern fits the whole name, not a part of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from lamina.words.node import Data, Path

_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|([^.\["]+)')
_Item = TypeVar("_Item")


def owners_of_file(owners: Mapping[str, Sequence[str]], file: str) -> list[str]:
    """The owners of every pattern that fits a file."""
    return [
        name for pattern, names in owners.items() if ":" not in pattern and fits_file(pattern, file) for name in names
    ]


def owners_of_value(owners: Mapping[str, Sequence[str]], document: str, path: Path, *values: Data) -> list[str]:
    """The owners of every pattern that fits an address, one above it, or one that its values hold below it."""
    found: list[str] = []
    for pattern, names in owners.items():
        of, colon, rest = pattern.partition(":")
        if colon and _fits_steps(of.split("/"), document.split("/")):
            steps = _steps_of(rest)
            above = (path[:length] for length in range(len(path) + 1))
            below = (place for value in values for place in _places(value, path))
            if any(_fits_steps(steps, [str(step) for step in place]) for places in (above, below) for place in places):
                found += names
    return found


def fits_file(pattern: str, file: str) -> bool:
    """Whether a pattern fits a file's whole name; one that ends in a slash fits all that lies in the folder."""
    whole = pattern.removeprefix("/") + ("**" if pattern.endswith("/") else "")
    return _fits_steps(whole.split("/"), file.split("/"))


def fits_address(pattern: str, document: str, path: Path) -> bool:
    """Whether a pattern `document:path` fits an address or one above it: who owns a map owns what it holds."""
    return bool(owners_of_value({pattern: [""]}, document, path))


def _steps_of(text: str) -> list[str]:
    """The steps of a pattern of paths: `a.*[0]."b.c"`; what is quoted holds no wildcards."""
    return [
        re.sub(r"([*?\\])", r"\\\1", re.sub(r"\\(.)", r"\1", quoted)) if plain + index == "" else plain or index
        for quoted, index, plain in (found.groups(default="") for found in _STEP.finditer(text))
    ]


def _places(value: Data, at: Path) -> Iterator[Path]:
    """The paths of a value and of all that it holds."""
    yield at
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in entries:
        yield from _places(part, (*at, step))


def _fits_steps(pattern: Sequence[str], steps: Sequence[str]) -> bool:
    return _fits(pattern, steps, "**", _fits_step)


def _fits_step(pattern: str, step: str) -> bool:
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
