"""Conversions of a single value: by a table, to another type, by a factor; each says whether it can be taken back."""

import re
from fractions import Fraction
from typing import Any

from lamina.thought.migration.operations import Conversion
from lamina.words.node import Plain, Scalar, Sealed


class CannotConvert(ValueError):
    """A value that a conversion has no answer for; the message does not quote it."""


def converted(value: "Scalar | Sealed", by: Conversion) -> "Scalar | Sealed":
    """A value written anew; raises CannotConvert. A sealed leaf changes in its type, and in what it holds, if opened."""
    if isinstance(value, Sealed):
        opened = None if value.opened is None else Plain(_scalar(value.opened.value, by))
        return Sealed(value.ciphertext, _sealed_type(value.type, by), opened)
    return _scalar(value, by)


def scalar_word(value: Scalar) -> str:
    """A single value as a table of values names it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _scalar(value: Scalar, by: Conversion) -> Scalar:
    if by.values:
        return dict(by.values).get(scalar_word(value), value)
    if value is None:
        return None
    return _typed(value, by.type) if by.type else _scaled(value, by.factor or Fraction(1))


def _scaled(value: Scalar, factor: Fraction) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value in (_INF, -_INF):
        raise CannotConvert("a factor is for numbers, and this is none")
    scaled = Fraction(repr(value)) * factor
    return int(scaled) if scaled.denominator == 1 else float(scaled)


_INF = float("inf")


def _typed(value: Any, wanted: str) -> Scalar:
    if wanted == "string":
        return scalar_word(value)
    if wanted == "boolean":
        if scalar_word(value) in ("true", "false"):
            return scalar_word(value) == "true"
        raise CannotConvert("this is neither true nor false")
    if isinstance(value, bool):
        raise CannotConvert(f"true and false are no {wanted}")
    text = repr(value) if isinstance(value, float) else str(value)
    if not _NUMBER.fullmatch(text):
        raise CannotConvert(f"this is no {wanted}")
    number = Fraction(text)
    if number.denominator == 1:
        return int(number) if wanted == "integer" or not isinstance(value, float) else value
    if wanted == "integer":
        raise CannotConvert("this is no whole number")
    return float(number)


# With few digits in the exponent, or the number could fill the memory.
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


def _sealed_type(type_: str, by: Conversion) -> str:
    if by.values:
        kinds = {_SEALED_TYPES[type(image)] for _, image in by.values if image is not None}
        return kinds.pop() if len(kinds) == 1 else type_
    return {"integer": "int", "number": "float", "string": "str", "boolean": "bool"}[by.type] if by.type else type_


_SEALED_TYPES: dict[type, str] = {str: "str", int: "int", float: "float", bool: "bool"}
