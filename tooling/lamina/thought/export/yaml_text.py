"""YAML: block style, two-space indent, keys in their given order; YAML 1.1 and 1.2 readers take the same data from it.

The bytes depend on the data alone: which characters stand plain, raw or escaped is written out here, not asked of the
Unicode tables of the Python that runs.
"""

import re
from functools import cache, lru_cache
from math import isfinite, isnan

from lamina.thought.export.form import unwritable
from lamina.words.node import Data

# Latin, Greek, Cyrillic, kana, Han and Hangul: no mark among them is invisible or a line break somewhere.
_LETTERS = "A-Za-z\u00c0-\u02af\u0370-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
_INNER = r"""\w!"$%&'()*+,./;<=>?@\[\\\]^`{|}~"""


def _plain(letters: str) -> re.Pattern[str]:
    # A space or a colon only between two such characters: neither `: ` nor ` #` arises. Digits are plain if a unit follows
    # (`256Mi`, `30s`, `80%`), as in none of YAML's numbers: not in 1e3, 0x1F, 1_000, 12:30:45 or a date.
    inner = _INNER + letters + "-"
    text = rf"(?:_|-?-?[/{letters}])[#{inner}]*(?:[ :][{inner}][#{inner}]*)*"
    return re.compile(rf"{text}|[1-9][0-9]*(?:%|[A-DF-Za-df-z][A-Za-z]*)", re.ASCII)


_PLAIN = _plain("A-Za-z")
_WORDS = frozenset(
    spelling
    for word in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    for spelling in (word, word.capitalize(), word.upper())
)
# What YAML cannot hold as it is, and what people cannot see: controls, the line breaks of other standards, byte order
# marks, soft, joining and direction-changing marks.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
# A reader looks for the colon of a key no further than 1024 characters ahead (YAML 1.2.2, 7.4.2 and 8.2.2).
_LONGEST_KEY = 1000


# These three are dear to compile, and most renders have no text that needs them.
@cache
def _plain_of_letters() -> re.Pattern[str]:
    return _plain(_LETTERS)


@cache
def _escaped() -> re.Pattern[str]:
    return re.compile(rf'["\\\t\n{_HIDDEN}]')


@cache
def _block_text() -> re.Pattern[str]:
    # White space in front would need an indentation indicator, and line breaks behind would be blank lines at the end of a
    # file, which editors and hooks take away: both stand between quotes instead.
    return re.compile(rf"[^ \t\n{_HIDDEN}][^{_HIDDEN}]*(?<!\n)\n?")


def write(data: Data) -> bytes:
    """The data as YAML text."""
    lines: list[str] = []
    if not (data and _collection(lines, data, "")):
        lines.append(_scalar(data, "  "))
    lines.append("")
    return "\n".join(lines).encode()


def _collection(lines: list[str], value: Data, pad: str) -> bool:
    """Writes a map or a list that is not empty; False when the value is neither."""
    if isinstance(value, dict):
        _map(lines, value, pad)
    elif isinstance(value, list):
        _list(lines, value, pad)
    else:
        return False
    return True


def _map(lines: list[str], items: dict[str, Data], pad: str) -> None:
    deeper = pad + "  "
    for key, value in items.items():
        head = _head(key, pad)
        if value and isinstance(value, dict):
            lines.append(head)
            _map(lines, value, deeper)
        elif value and isinstance(value, list):
            lines.append(head)
            _list(lines, value, deeper)
        else:
            lines.append(f"{head} {_scalar(value, deeper)}")


def _list(lines: list[str], items: list[Data], pad: str) -> None:
    deeper = pad + "  "
    for value in items:
        if value and isinstance(value, dict | list):
            # The first line of an item shares the line of its dash.
            first = len(lines)
            _collection(lines, value, deeper)
            lines[first] = f"{pad}- {lines[first][len(deeper) :]}"
        else:
            lines.append(f"{pad}- {_scalar(value, deeper)}")


@lru_cache(maxsize=8192)
def _head(key: str, pad: str) -> str:
    # Keys repeat from document to document, so they are worth keeping; values do not, and may be secret.
    text = _scalar(key, pad) if "\n" not in key else _quoted(key)
    return f"{pad}{text}:" if len(text) < _LONGEST_KEY else f"{pad}? {text}\n{pad}:"


def _scalar(value: Data, pad: str) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value not in _WORDS:
            return value
        if not value.isascii() and _plain_of_letters().fullmatch(value):
            return value
        return _block(value, pad) if "\n" in value and _block_text().fullmatch(value) else _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    raise unwritable(value)


def _float(value: float) -> str:
    if isfinite(value):
        text = repr(value)
        # YAML 1.1 takes 1e+20 for a string: its floats have a point.
        return text if "." in text else text.replace("e", ".0e")
    return ".nan" if isnan(value) else ".inf" if value > 0 else "-.inf"


def _block(text: str, pad: str) -> str:
    body = text.removesuffix("\n").split("\n")
    header = "|" if text.endswith("\n") else "|-"
    return "\n".join((header, *(pad + line if line else "" for line in body)))


def _quoted(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{_escaped().sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")
