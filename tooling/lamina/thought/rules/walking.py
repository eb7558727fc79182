"""Walks that rules share: over the values of a document, and over those of a layer."""

from collections.abc import Iterator
from typing import Any

from lamina.thought.rules.subjects import Shape
from lamina.words.node import Patch, Path, Tagged


def leaves(value: Patch, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar (a sealed leaf too) with its path, through tags; not what `!unset` names."""
    if isinstance(value, Tagged):
        if value.tag == "unset":
            return
        value = value.value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*at, index))
    else:
        yield at, value


def keys(value: Patch, shape: Shape | None, at: Path = ()) -> Iterator[tuple[Path, Any, Shape | None]]:
    """Every key's path with its value and what the schema says of the value; through tags and lists."""
    if isinstance(value, Tagged):
        value = value.value
    if isinstance(value, dict):
        for key, part in value.items():
            below = shape.child(key) if shape is not None else None
            yield (*at, key), part, below
            yield from keys(part, below, (*at, key))
    elif isinstance(value, list):
        item = shape.item() if shape is not None else None
        for index, part in enumerate(value):
            yield from keys(part, item, (*at, index))
