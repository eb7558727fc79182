"""Times as numbers, and lengths as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.words.times import instant, lasting, second_of, size_text

LENGTHS = {
    0: "0 ms", 499: "0 ms", 500: "1 ms", 450_000: "450 ms", 999_499: "999 ms", 999_500: "1.0 s", 1_250_000: "1.3 s",
    59_949_999: "59.9 s", 59_950_000: "1 m 00 s", 61_000_000: "1 m 01 s", 3_599_499_999: "59 m 59 s",
    3_599_500_000: "1 h 00 m", 11_100_000_000: "3 h 05 m", 86_399_000_000: "1 d 00 h", 187_200_000_000: "2 d 04 h",
}  # fmt: skip
SIZES = {
    0: "0 B",
    1023: "1023 B",
    1024: "1.0 KiB",
    1536: "1.5 KiB",
    1_048_575: "1.0 MiB",
    20 << 20: "20.0 MiB",
    5 << 50: "5120.0 TiB",
}


@pytest.mark.parametrize(("length", "said"), LENGTHS.items(), ids=map(str, LENGTHS))
def test_a_length(length: int, said: str) -> None:
    assert lasting(length) == said


@pytest.mark.parametrize(("size", "said"), SIZES.items(), ids=map(str, SIZES))
def test_a_size(size: int, said: str) -> None:
    assert size_text(size) == said


def test_a_time() -> None:
    assert instant("1970-01-01T00:00:01.000002Z") == 1_000_002
    assert second_of("2026-11-21T15:42:03.000000Z") == "2026-11-21 15:42:03"
    assert second_of("never") == "never"


@pytest.mark.parametrize("text", ["", "never", "2026-11-21T15:42:03"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text)


@given(st.integers(0, 10**13))
def test_no_unit_is_full(length: int) -> None:
    parts = lasting(length).split()
    bounds = {"ms": 1000, "s": 60, "m": 60, "h": 24, "d": 10**9}
    assert all(float(number) < bounds[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))
