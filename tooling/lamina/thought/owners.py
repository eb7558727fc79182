"""Owners: whose consent a change of a file, or of a value, needs by the patterns of the settings.

A pattern with a colon is of addresses (`app:server.*`, `agents/*:model`), any other of files (`environments/prod/**`). `*` and
`?` stand for characters within one step, `**` for any number of steps; a pattern fits the whole name, not a part of it.
"""

from collections.abc import Iterator, Mapping, Sequence

from lamina.words.node import Data, Path
from lamina.words.patterns import fits_steps, steps_of


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
        if colon and fits_steps(of.split("/"), document.split("/")):
            steps = steps_of(rest)
            above = (path[:length] for length in range(len(path) + 1))
            below = (place for value in values for place in _places(value, path))
            if any(fits_steps(steps, [str(step) for step in place]) for places in (above, below) for place in places):
                found += names
    return found


def fits_file(pattern: str, file: str) -> bool:
    """Whether a pattern fits a file's whole name; one that ends in a slash fits all that lies in the folder."""
    whole = pattern.removeprefix("/") + ("**" if pattern.endswith("/") else "")
    return fits_steps(whole.split("/"), file.split("/"))


def fits_address(pattern: str, document: str, path: Path) -> bool:
    """Whether a pattern `document:path` fits an address or one above it: who owns a map owns what it holds."""
    return bool(owners_of_value({pattern: [""]}, document, path))


def _places(value: Data, at: Path) -> Iterator[Path]:
    """The paths of a value and of all that it holds."""
    yield at
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in entries:
        yield from _places(part, (*at, step))
