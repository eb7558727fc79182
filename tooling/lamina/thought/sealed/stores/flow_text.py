"""Metadata on one line, as JSON, which YAML reads too."""

from typing import Any


def flow_json(value: Any) -> str:
    """Data as one line of JSON."""
    from json import dumps

    return dumps(value, ensure_ascii=False)
