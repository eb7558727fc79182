"""Values as yaml.v3 writes them, so that what is unsealed looks as sops would leave it.

From analyze_scalar and select_scalar_style of yaml.v3's emitter. Floats keep their point: sops writes `1.0` as `1`, and an
edit then turns it into an integer.
"""

import math
import re
from base64 import b64encode

from lamina.thought.sealed.stores.yaml_scalars import Unsayable, resolve
from lamina.thought.sealed.values import Time, Value
from lamina.words.regex import regex

_OLD_BOOLEANS = frozenset(("y", "yes", "on", "n", "no", "off"))
_BASE_60 = regex(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
# What forces double quotes: not printable in yaml.v3, or a line break that only some readers know.
# Not compiled here: so large a set takes milliseconds, and most texts never ask for it.
_SPECIAL = "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_FIRST = regex(r"[#,\[\]{}&*!|>'\"%@`]|[?:](?=\s|\Z)|-(?=\s|\Z)|---|\.\.\.")
_FIRST_IN_FLOW = regex(r"[#,\[\]{}&*!|>'\"%@`?:]|-(?=\s|\Z)|---|\.\.\.")
_INSIDE = regex(r":(?=\s|\Z)|(?<=\s)#")
_INSIDE_FLOW = regex(r"[,?\[\]{}:]|(?<=\s)#")
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def value_text(value: Value, flow: bool, indent: int | None, newline: str = "\n") -> str:
    """A value where it stands; a text of several lines becomes a `|` block of that indent (None: never)."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, int | Time):
        return str(value)
    if not value.isascii() and any("\udc80" <= character <= "\udcff" for character in value):
        return "!!binary " + b64encode(value.encode("utf-8", "surrogateescape")).decode()
    if "\n" in value and indent is not None and not flow and _is_literal(value):
        return _literal(value, indent, newline)
    return string_text(value, flow)


def string_text(text: str, flow: bool = False) -> str:
    """A string on one line: plain, in single quotes or in double quotes."""
    if "\n" in text or "\t" in text or _is_special(text) or _reads_as_other(text):
        return _double(text)
    first, inside = (_FIRST_IN_FLOW, _INSIDE_FLOW) if flow else (_FIRST, _INSIDE)
    if first.match(text) or inside.search(text) or text[:1] == " " or text[-1:] == " ":
        return "'" + text.replace("'", "''") + "'"
    return text


def _is_special(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and re.search(_SPECIAL, text) is not None


def _reads_as_other(text: str) -> bool:
    """Whether the text, written plain, is no string to yaml.v3, or was none to YAML 1.1; `<<` merges."""
    try:
        value = resolve(text)
        other = value != text or type(value) is not str
    except Unsayable:
        other = True
    return other or text == "<<" or text.lower() in _OLD_BOOLEANS or _BASE_60.fullmatch(text) is not None


def _is_literal(text: str) -> bool:
    """Whether a `|` block can hold the text; not one that begins or ends a line with what editors strip."""
    return not (_is_special(text) or "\t" in text or " \n" in text or text[-1] == " " or text[0] in " \n")


def _literal(text: str, indent: int, newline: str) -> str:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    header = "|" + ("-" if ends == 0 else "" if ends == 1 else "+")
    lines = (" " * indent + line if line else "" for line in body.split("\n"))
    return header + newline + newline.join(lines) + newline * max(0, ends - 1)


def _double(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _is_special(character):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return repr(value)
