"""Defaults and secrets: what a shape says of data, value by value."""

from collections.abc import Mapping

from lamina.thought.schema.faults import Place
from lamina.thought.schema.shape import MISSING, Shape
from lamina.words.node import Data, Path


def fill(data: Data, shape: Shape) -> tuple[Data, Mapping[Path, Place]]:
    """The data with the default of every absent key, and where the default of each filled path stands.

    The same object comes back when nothing was absent. A default that fills a map is itself filled.
    """
    filled: dict[Path, Place] = {}
    if not shape.has_defaults:
        return data, filled
    return _filled(data, shape, (), filled), filled


def _filled(data: Data, shape: Shape, path: Path, filled: dict[Path, Place]) -> Data:
    if isinstance(data, dict):
        return _filled_map(data, shape, path, filled)
    if isinstance(data, list):
        item = shape.item()
        if item is None or not item.has_defaults:
            return data
        items = [_filled(value, item, (*path, index), filled) for index, value in enumerate(data)]
        return items if any(new is not old for new, old in zip(items, data, strict=True)) else data
    return data


def _filled_map(data: dict[str, Data], shape: Shape, path: Path, filled: dict[Path, Place]) -> dict[str, Data]:
    changes: dict[str, Data] = {}
    for key, value in data.items():
        if isinstance(value, dict | list):
            child = shape.child(key)
            if child is not None and child.has_defaults:
                new = _filled(value, child, (*path, key), filled)
                if new is not value:
                    changes[key] = new
    for key, child in shape.defaulted:
        if key not in data and child.default is not MISSING and child.default_place is not None:
            filled[(*path, key)] = child.default_place
            changes[key] = _filled(child.default, child, (*path, key), filled)
    return {**data, **changes} if changes else data


def endless(data: Data, shape: Shape, above: tuple[Shape, ...] = ()) -> bool:
    """Whether filling the data would never end, because a default holds itself."""
    if not isinstance(data, dict):
        return False
    below = (
        (child.default, child, (*above, shape)) if key not in data else (data[key], child, ())
        for key, child in shape.defaulted
    )
    return shape in above or any(endless(value, child, chain) for value, child, chain in below if value is not MISSING)


def secrets(data: Data, shape: Shape) -> frozenset[Path]:
    """The paths of the secret values that are present; a secret map or list is one path."""
    found: list[Path] = []
    _collect(data, shape, (), found)
    return frozenset(found)


def _collect(data: Data, shape: Shape | None, path: Path, found: list[Path]) -> None:
    if shape is None or not shape.has_secrets:
        return
    if shape.secret:
        found.append(path)
    elif isinstance(data, dict):
        for key, value in data.items():
            _collect(value, shape.child(key), (*path, key), found)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _collect(value, shape.item(), (*path, index), found)
