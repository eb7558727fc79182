"""Write values on one line of YAML, so that readers of YAML 1.1 and of YAML 1.2 read the same.

A string stays plain only where nobody could take it for something else; quotes too many do no harm.
"""

import math

from lamina.words.node import Patch, Sealed, Tagged
from lamina.words.regex import regex

# What some reader of YAML takes for null, a boolean, a number, a merge key or a default key.
_WORDS = frozenset(
    ("~", "=", "<<", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".", ".inf", "+.inf", "-.inf", ".nan")
)
# Numbers in every base and notation, versions, times, dates: all that starts like a number and holds no other letters.
_LIKE_A_NUMBER = regex(r"[-+]?\.?[0-9_][0-9a-fA-FxXoO_.:,+\-TtZz ]*")
_START = regex(r"--?[A-Za-z]|[^-?:,\[\]{}#&*!|>'\"%@`]")
_FLOW = regex(r"[,\[\]{}:?]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def scalar_text(value: Patch, flow: bool = False, quote: str = "", default_quote: str = '"') -> str:
    """A scalar on one line; a string keeps the `quote` given, or gets `default_quote` where it cannot be plain."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, int):
        return str(value)
    text = value.ciphertext if isinstance(value, Sealed) else str(value)
    if quote:
        return _quoted(text, quote)
    return text if _is_plain(text, flow) else _quoted(text, default_quote)


def flow_text(value: Patch, quote: str = "", default_quote: str = '"') -> str:
    """Any value on one line; `quote` is for a value that is a string itself."""
    if isinstance(value, Tagged):
        # An unset key has its null written out here: libyaml takes no tag that stands right before `}`.
        return f"!{value.tag} {flow_text(value.value, quote, default_quote)}"
    if isinstance(value, dict):
        keys = ((key_text(key, True, default_quote), part) for key, part in value.items())
        return "{" + ", ".join(f"{key}: {flow_text(part, '', default_quote)}" for key, part in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(part, "", default_quote) for part in value) + "]"
    return scalar_text(value, True, quote, default_quote)


def key_text(key: str, flow: bool = False, default_quote: str = '"') -> str:
    """A key; quoted where its text could be read otherwise."""
    return scalar_text(key, flow, "", default_quote)


def _is_plain(text: str, flow: bool) -> bool:
    if not text.isprintable() or text != text.strip() or not _START.match(text):
        return False
    if ": " in text or " #" in text or text.endswith(":") or text.startswith(("---", "...")):
        return False
    if text.lower() in _WORDS or _LIKE_A_NUMBER.fullmatch(text):
        return False
    return not (flow and _FLOW.search(text))


def _quoted(text: str, quote: str) -> str:
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 reads 1e+20 as text: it wants the point.
    return text if "." in text else text.replace("e", ".0e")
