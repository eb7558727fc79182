"""Plain scalars by YAML 1.2: what looks like a number, and what only used to."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.document.scalars import OutOfRange, resolve

VALUES = {
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "0": 0, "-0": 0, "+12": 12, "010": 10, "-007": -7, "0o14": 12, "0xfF": 255, "18446744073709551615": 2**64 - 1,
    "-9223372036854775808": -(2**63),
    "1.5": 1.5, "-.5": -0.5, "+1.": 1.0, "1e3": 1000.0, "1E-3": 0.001, ".inf": math.inf, "-.INF": -math.inf, "0.0": 0.0,
}  # fmt: skip
TEXTS = [
    "no", "yes", "on", "off", "y", "n", "No", "YES", "nUll", "tRUE", "none", "NaN", "inf", "-inf", "+", "-", ".", "..",
    "12:30:45", "1:2", "2026-01-02", "2026-01-02T03:04:05Z", "1_000", "0b101", "0o8", "0xg", "-0x1", "+0o7", "0X1", "0O7",
    "1e", "e1", "1.2.3", "--1", "+-1", "1 2", "0o", "0x", "=", "<<", "1e+", ".e1", "١٢", "1\u00a0",
]  # fmt: skip
BEYOND = [
    "18446744073709551616",
    "-9223372036854775809",
    "9" * 5000,
    "0x1" + "0" * 16,
    "0o" + "7" * 30,
    "1e400",
    "-1e400",
]


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_values(text: str, value: object) -> None:
    assert repr(resolve(text)) == repr(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    assert repr(resolve(text)) == "nan"


@pytest.mark.parametrize("text", TEXTS)
def test_texts_stay_texts(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", BEYOND)
def test_numbers_that_others_would_read_otherwise(text: str) -> None:
    with pytest.raises(OutOfRange):
        resolve(text)


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_of_64_bits_read_back(number: int) -> None:
    assert resolve(str(number)) == number
    assert number < 0 or resolve(hex(number)) == resolve(oct(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back(number: float) -> None:
    assert repr(resolve(repr(number))) == repr(number)


@given(st.text())
def test_any_text_has_a_value(text: str) -> None:
    try:
        value = resolve(text)
    except OutOfRange:
        return
    assert value is None or isinstance(value, str | int | float)
