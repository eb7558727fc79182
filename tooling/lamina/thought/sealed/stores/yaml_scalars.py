"""Scalars as yaml.v3 resolves them, since their values are in the MAC: `010` is eight, `1_000` a thousand, a date a time.

From resolve.go of yaml.v3; `yes`, `no` and `12:30:45` are text there too.
"""

from functools import lru_cache

from lamina.thought.sealed.values import HIGHEST, LOWEST, Value, time_of
from lamina.words.regex import regex

CORE = "tag:yaml.org,2002:"
MOST = 2**64 - 1
_INFINITY, _NAN = float("inf"), float("nan")
_WORDS: dict[str, Value] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"), None)
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | dict.fromkeys((".nan", ".NaN", ".NAN"), _NAN)
    | dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), _INFINITY)
    | dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -_INFINITY)
)
_NUMERIC = frozenset("+-.0123456789")
_INTEGER = regex(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_POINT_FIRST = regex(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES = (16, 2, 8, 10)
_REMEMBERED = 100


class Unsayable(ValueError):
    """A scalar that SOPS has no type for."""


def resolve(text: str) -> Value:
    """The value of a plain scalar; raises Unsayable for an integer over 63 bits."""
    # Long texts are not remembered: thousands of them would fill the memory of a program that reads for long.
    return _resolved(text) if len(text) <= _REMEMBERED else _resolved.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _resolved(text: str) -> Value:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if text[0] == ".":
        return _float(text.replace("_", ""), text) if _POINT_FIRST.fullmatch(text) else text
    time = time_of(text) if text[4:5] == "-" else None
    if time is not None:
        return time
    plain = text.replace("_", "")
    if (found := _INTEGER.fullmatch(plain)) is not None:
        digits = next(index for index in range(2, 6) if found[index] is not None)
        number = int(found[digits], _BASES[digits - 2]) if len(plain) < 80 else MOST + 1
        number = -number if found[1] == "-" else number
        if LOWEST <= number <= HIGHEST:
            return number
        if number <= MOST and found[1] == "":
            raise Unsayable("the integer does not fit 63 bits and a sign")
    return _float(plain, text) if _FLOAT.fullmatch(plain) else text


def typed(text: str, tag: str, plain: bool) -> Value:
    """The value of a tagged scalar; raises Unsayable where the tag and the text do not agree."""
    if tag == CORE + "binary":
        return _binary(text)
    if not tag.startswith(CORE) or tag in (CORE + "str", CORE + "merge"):
        return text
    value = resolve(text)
    name = tag.removeprefix(CORE)
    kinds = {"int": int, "float": float, "bool": bool, "null": type(None)}
    if name == "float" and type(value) is int:
        return float(value)
    if name == "timestamp" and time_of(text) is not None:
        return time_of(text)
    if name in kinds and type(value) is kinds[name]:
        return value
    raise Unsayable(f"the value is no {name}, as its tag says")


def _float(digits: str, text: str) -> Value:
    number = float(digits)
    return text if number in (_INFINITY, -_INFINITY) else number


def _binary(text: str) -> str:
    from binascii import Error, a2b_base64

    data = None
    try:
        data = a2b_base64("".join(text.split()), strict_mode=True)
    except (Error, ValueError):
        data = None
    if data is None:
        raise Unsayable("the text under !!binary is not base64")
    return data.decode("utf-8", "surrogateescape")
