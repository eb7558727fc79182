"""Values as Go's encoding/json writes them."""

from typing import Any

from lamina.thought.sealed.stores.texts import Unfit
from lamina.thought.sealed.values import Time, Value
from lamina.words.regex import regex

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPED = regex("[<>&\u2028\u2029]")
_HALF = regex("[\ud800-\udfff]")


def value_text(value: Value) -> str:
    """A scalar; text that is no Unicode has its odd bytes replaced, as sops does."""
    from json import dumps

    if isinstance(value, Time):
        value = str(value)
    if isinstance(value, float):
        return _float_text(value)
    text = dumps(_HALF.sub("\ufffd", value) if isinstance(value, str) else value, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: _HTML[found[0]], text)


def tree_text(value: Any, lead: str = "", step: str = "\t", newline: str = "\n") -> str:
    """Data in the layout of sops: one entry a line, indented by `step`."""
    inner = f"{newline}{lead}{step}"
    if isinstance(value, dict) and value:
        parts = (f"{value_text(key)}: {tree_text(part, lead + step, step, newline)}" for key, part in value.items())
        return "{" + inner + f",{inner}".join(parts) + f"{newline}{lead}}}"
    if isinstance(value, list) and value:
        parts = (tree_text(part, lead + step, step, newline) for part in value)
        return "[" + inner + f",{inner}".join(parts) + f"{newline}{lead}]"
    return ("{}" if isinstance(value, dict) else "[]") if isinstance(value, dict | list) else value_text(value)


def _float_text(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise Unfit("JSON has no infinity, nor anything that is no number", "write it as text, or use YAML")
    from decimal import Decimal

    text = repr(value)
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        text = format(Decimal(text), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
