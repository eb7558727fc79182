"""Plain scalars by the core schema of YAML 1.2.2 (section 10.3.2): `no`, `on`, `12:30:45` and dates stay strings."""

from functools import lru_cache

from lamina.words.node import Scalar
from lamina.words.regex import regex

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "+.Inf": float("inf"), "+.INF": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_INTEGER = regex(r"[-+]?[0-9]+")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = regex(r"0o[0-7]+|0x[0-9a-fA-F]+")
_STARTS = frozenset("-+.0123456789")

# A longer text is resolved by `resolve.__wrapped__`: thousands of long ones, remembered, would fill the memory of a program
# that reads for long.
REMEMBERED = 100

LOWEST, HIGHEST = -(2**63), 2**64 - 1


class OutOfRange(ValueError):
    """A number that other readers of the file would not read alike; the message does not quote it, since it may be secret."""


@lru_cache(maxsize=16_384)  # the same few texts make up most of a repository
def resolve(text: str) -> Scalar:
    """The value that a plain scalar has; raises OutOfRange for an integer beyond 64 bits and a float beyond doubles."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if _INTEGER.fullmatch(text):
        return _bounded(text, 10)
    if _BASED.fullmatch(text):
        return _bounded(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise OutOfRange("this number is beyond the range of a double")
        return number
    return text


def _bounded(digits: str, base: int) -> int:
    # Python refuses to read thousands of digits (a guard against quadratic time); so do we, long before.
    number = int(digits, base) if len(digits) <= 40 else HIGHEST + 1
    if not LOWEST <= number <= HIGHEST:
        raise OutOfRange("this integer does not fit 64 bits")
    return number
