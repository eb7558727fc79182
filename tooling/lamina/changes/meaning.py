"""The value that a person means by a text: of the type that the schema gives its place, else as YAML would read it."""

import re
from typing import Any

from lamina.thought.document import read
from lamina.thought.schema import Schema
from lamina.words.node import Data, Path, Tagged


def meant(text: str, schema: Schema | None, path: Path) -> Data:
    """The value that a text stands for at a path of a document."""
    shape = schema.shape.at(path) if schema else None
    types = set(shape.types) if shape else set()
    if types == {"string"}:
        return text
    value = as_yaml(text)
    if isinstance(value, float) and "integer" in types and "number" not in types and _is_whole(value):
        return int(value)
    return text if "string" in types and not isinstance(value, dict | list) and not _fits(value, types) else value


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < _LARGEST


def as_yaml(text: str) -> Any:
    """What YAML reads after a colon; the text itself where YAML would take a part of it for a comment, an anchor or a mark."""
    reading = read(b"value: " + text.encode(), "value.yaml")
    if reading.findings or not isinstance(reading.value, dict) or list(reading.value) != ["value"]:
        return text
    value = reading.value["value"]
    return text if isinstance(value, Tagged) or _loses(text, value) else value


def _loses(text: str, value: Any) -> bool:
    """Whether a part of the text is not in the value: a comment after it, a block's header, an anchor."""
    first, last = text[:1], text.rstrip()[-1:]
    if first in _CLOSING:
        return last != _CLOSING[first]
    if isinstance(value, str):
        return value != text
    return text not in _NULLS if value is None else _MARK.search(text) is not None


# A float holds every whole number below this one exactly.
_LARGEST = 2**53
_NULLS = ("", "~", "null", "Null", "NULL")
_CLOSING = {'"': '"', "'": "'", "[": "]", "{": "}"}
_MARK = re.compile(r"[#&!|>\n]")


_TYPES: dict[type, tuple[str, ...]] = {
    int: ("integer", "number"), float: ("number",), bool: ("boolean",), type(None): ("null",), str: ("string",)
}  # fmt: skip


def _fits(value: Data, types: set[str]) -> bool:
    return any(name in types for name in _TYPES.get(type(value), ()))
