"""The record of a rendered folder as text: a line for each document and each input, so that two can be compared by eye."""

import json
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

RECORD = ".lamina.json"


def record_text(record: dict[str, Any]) -> str:
    """The record as JSON."""
    parts = []
    for key, value in record.items():
        if key == "environments":
            value = {name: _lines(entries, "   ") for name, entries in value.items()}
            text = "{\n" + ",\n".join(f"  {quoted(name)}: {lines}" for name, lines in value.items()) + "\n }"
        else:
            text = _lines(value, "  ") if isinstance(value, dict) else json.dumps(value)
        parts.append(f" {quoted(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(entries: dict[str, Any], indent: str) -> str:
    if not entries:
        return "{}"
    lines = ",\n".join([f"{indent}{quoted(key)}: {_text(value)}" for key, value in entries.items()])
    return "{\n" + lines + "\n" + indent[:-1] + "}"


def _text(value: Any) -> str:
    """A digest, or the entry of a document, on one line."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{quoted(key)}: {_text(part)}" for key, part in value.items()]) + "}"
    return "null" if value is None else str(value)
