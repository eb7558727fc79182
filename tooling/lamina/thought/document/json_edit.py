"""Write values into JSON text."""

import json
from functools import partial

from lamina.thought.document.flow_edit import Dialect
from lamina.thought.document.placing import Obstacle
from lamina.thought.document.spans import line_start
from lamina.thought.document.spots import Outline
from lamina.words.node import Patch, Tagged
from lamina.words.regex import regex

# What JSON allows in a string as it is, and the reader of layers does not.
_UNREADABLE = regex("[\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def dialect_of(text: str, root: Outline) -> Dialect:
    """How a JSON file is written: over lines with the indentation of its first key, or on one line."""
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    first = next(iter(root.children.values()), None)
    start = first.key.start if first and first.key else 0
    before = text[line_start(text, start) : start]
    unit = None if before.strip() else before or "  "
    return Dialect(partial(_value_text, unit, newline), lambda key, quote: _dumped(key), newline, unit)


def whole_text(value: Patch, newline: str) -> str:
    """The text of a file that was empty."""
    return _value_text("  ", newline, value, "", "") + newline


def _value_text(unit: str | None, newline: str, value: Patch, indent: str, quote: str) -> str:
    return _dumped(value, unit).replace("\n", newline + indent)


def _dumped(value: Patch, unit: str | None = None) -> str:
    _refuse_tags(value)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=unit)
    except ValueError:
        raise Obstacle("JSON has no infinity and no NaN", "write the layer as YAML") from None
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _refuse_tags(value: Patch) -> None:
    if isinstance(value, Tagged):
        raise Obstacle(f"JSON has no tags, so no !{value.tag}", "write the layer as YAML")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_tags(part)
