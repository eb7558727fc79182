"""The leaves of a sealed file as bytes: what is encrypted, what the MAC is made of, and the way back.

The texts are Go's, since sops is written in it: floats without exponent, `True`, times as RFC 3339.
"""

import math
import re
from datetime import date
from typing import TypeAlias

from lamina.words.regex import regex

_INTEGER = regex(r"[-+]?[0-9]+")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}
_BOOLEANS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "FALSE", "false", "False"), False
)
_CLOCK = r"(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?"
_TIME = regex(rf"(\d{{4}})-(\d\d?)-(\d\d?)(?:[Tt]{_CLOCK}(Z|[+-]\d\d:\d\d)| {_CLOCK})?", re.ASCII)
LOWEST, HIGHEST = -(2**63), 2**63 - 1


class Time(str):
    """An instant as RFC 3339 writes it, with up to nine digits of a second."""

    __slots__ = ()


Value: TypeAlias = str | int | float | bool | Time | None


class Undecodable(ValueError):
    """Bytes that do not say a value of their type; never holds them."""


def kind_of_value(value: Value) -> str:
    """The name that SOPS gives the type of a value."""
    kind = value.__class__
    if kind is str:
        return "str"
    return "bool" if kind is bool else "int" if kind is int else "float" if kind is float else "time"


def plain_bytes(value: Value) -> bytes:
    """The bytes that stand for a value in the ciphertext and in the MAC; bytes that are no text are escaped surrogates."""
    kind = value.__class__
    if kind is str:
        return value.encode("utf-8", "surrogateescape")  # type: ignore[union-attr]
    if kind is bool:
        return b"True" if value else b"False"
    if isinstance(value, float):
        return float_text(value).encode()
    return str(value).encode()


def value_of(data: bytes, kind: str) -> Value:
    """The value that decrypted bytes say; raises Undecodable."""
    text = data.decode("utf-8", "surrogateescape")
    if kind == "str":
        return text
    if kind == "int" and _INTEGER.fullmatch(text) and len(text) < 40 and LOWEST <= int(text) <= HIGHEST:
        return int(text)
    if kind == "float":
        return _float(text)
    if kind == "bool" and text in _BOOLEANS:
        return _BOOLEANS[text]
    if kind == "time" and (time := time_of(text)) is not None:
        return time
    raise Undecodable(f"the decrypted bytes are no {kind}")


def float_text(value: float) -> str:
    """A float as Go's FormatFloat(x, 'f', -1, 64) writes it: the shortest digits that read back, and no exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    from decimal import Decimal

    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def time_of(text: str) -> Time | None:
    """The instant that a text writes in one of the forms that yaml.v3 takes, or None."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups()[:3])
    zone = found[8] or "Z"
    hour, minute, second = (int(part or 0) for part in (found.groups()[3:6] if found[8] else found.groups()[8:11]))
    try:
        date(year, month, day)
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 59 or (zone != "Z" and (int(zone[1:3]) > 24 or int(zone[4:]) > 59)):
        return None
    fraction = ((found[7] if found[8] else found[12]) or "")[:9].rstrip("0")
    clock = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
    return Time(f"{year:04}-{month:02}-{day:02}T{clock}{'Z' if zone in ('+00:00', '-00:00') else zone}")


def _float(text: str) -> float:
    if _FLOAT.fullmatch(text):
        return float(text)
    sign = -1 if text[:1] == "-" else 1
    name = text[text[:1] in ("+", "-") :].lower()
    if name in _INFINITE:
        return sign * _INFINITE[name]
    raise Undecodable("the decrypted bytes are no float")
