"""JSON: two-space indent, keys in their given order."""

from collections.abc import Iterator
from math import isfinite

from lamina.thought.export.form import NoForm
from lamina.words.node import Data, Path


def write(data: Data) -> bytes:
    """The data as JSON text; raises NoForm for an infinite or undefined number, which JSON cannot say."""
    import orjson

    # Without the passthrough orjson would spell out a sealed leaf, which is a dataclass, instead of refusing it.
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATACLASS)
    # orjson writes null for inf and nan, so only a text with a null in it can hide one.
    if b"null" in text:
        for path in _unsayable(data, ()):
            raise NoForm(path, "is not a finite number, and JSON has no word for that", "render it with --format yaml")
    return text


def _unsayable(value: Data, path: Path) -> Iterator[Path]:
    if isinstance(value, float):
        if not isfinite(value):
            yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unsayable(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unsayable(item, (*path, index))
