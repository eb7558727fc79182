"""Values as bytes and back, as Go writes and reads them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.sealed.values import (
    Time,
    Undecodable,
    Value,
    float_text,
    kind_of_value,
    plain_bytes,
    time_of,
    value_of,
)

WRITTEN: list[tuple[Value, str, bytes]] = [
    ("é", "str", "é".encode()),
    ("\udcff", "str", b"\xff"),
    (True, "bool", b"True"),
    (False, "bool", b"False"),
    (-5, "int", b"-5"),
    (1.0, "float", b"1"),
    (-0.0, "float", b"-0"),
    (1e21, "float", b"1000000000000000000000"),
    (1e-7, "float", b"0.0000001"),
    (0.1, "float", b"0.1"),
    (math.inf, "float", b"+Inf"),
    (-math.inf, "float", b"-Inf"),
    (Time("2001-12-14T00:00:00Z"), "time", b"2001-12-14T00:00:00Z"),
]


@pytest.mark.parametrize(("value", "kind", "data"), WRITTEN)
def test_a_value_and_its_bytes(value: Value, kind: str, data: bytes) -> None:
    assert kind_of_value(value) == kind
    assert plain_bytes(value) == data
    again = value_of(data, kind)
    assert (type(again), again) == (type(value), value)


def test_the_smallest_float_has_all_its_digits() -> None:
    assert len(float_text(5e-324)) == 326
    assert float_text(math.nan) == "NaN"


@given(st.floats(allow_nan=False))
def test_floats_come_back(number: float) -> None:
    text = float_text(number)
    assert "e" not in text
    assert value_of(text.encode(), "float") == number


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"1_0", "int"),
        (b" 1", "int"),
        (b"9223372036854775808", "int"),
        (b"", "int"),
        (b"9" * 5000, "int"),
        (b"yes", "bool"),
        (b"1,5", "float"),
        (b"0x1", "float"),
        (b"yesterday", "time"),
        (b"2001-02-30T00:00:00Z", "time"),
        (b"x", "bytes"),
    ],
)
def test_bytes_that_are_no_value_are_never_quoted(data: bytes, kind: str) -> None:
    with pytest.raises(Undecodable) as error:
        value_of(data, kind)
    assert str(error.value) in (f"the decrypted bytes are no {kind}", "the decrypted bytes are no float")


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True"])
def test_every_spelling_of_true(text: str) -> None:
    assert value_of(text.encode(), "bool") is True


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2001-12-14", "2001-12-14T00:00:00Z"),
        ("2001-1-2 3:4:5", "2001-01-02T03:04:05Z"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"),
        ("2001-12-14T21:59:43.1234567891Z", "2001-12-14T21:59:43.123456789Z"),
        ("2001-12-14T21:59:43+00:00", "2001-12-14T21:59:43Z"),
        ("2001-12-14 21:59:43 -5", None),
        ("2001-13-01", None),
        ("2001-12-14T24:00:00Z", None),
        ("12:30:45", None),
    ],
)
def test_times(text: str, time: str | None) -> None:
    assert time_of(text) == time
