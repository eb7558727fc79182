"""A layer merged by what it says, where its lines cannot be: the edits of one side, made on the text of another."""

from collections.abc import Iterator
from typing import Any

from lamina.thought.document import read_layer
from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.thought.document.placing import alike
from lamina.thought.merge import ABSENT
from lamina.words.finding import worst
from lamina.words.node import Path


class _Clash(Exception):
    """Both sides say something else of one place."""


def merged_by_value(file: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Our text with what their side did to the base; None where both did something to one place, or a text is wrong.

    The versions that the layers state play no part: all three are of one.
    """
    layers = [read_layer(data, file) for data in (base, ours, theirs)]
    if any(not layer.whole or worst(layer.findings) == "error" for layer in layers):
        return None
    try:
        for path, value in _edits(layers[0].patch, layers[1].patch, layers[2].patch):
            ours = drop(ours, file, path) if value is ABSENT else put(ours, file, path, value)
    except (_Clash, CannotEdit):
        return None
    return ours


def _edits(base: Any, ours: Any, theirs: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What their side did, place by place, as far as our side has not done it too."""
    if _alike(base, theirs) or _alike(ours, theirs):
        return
    if all(isinstance(side, dict) for side in (base, ours, theirs)):
        for key in {**base, **theirs}:
            below = [side.get(key, ABSENT) for side in (base, ours, theirs)]
            yield from _edits(below[0], below[1], below[2], (*path, key))
    elif path and _alike(base, ours):
        yield path, theirs
    else:
        raise _Clash


def _alike(left: Any, right: Any) -> bool:
    return left is right if ABSENT in (left, right) else alike(left, right)
