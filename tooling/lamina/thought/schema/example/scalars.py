"""Scalars: numbers and texts that fit their bounds, patterns and formats, the plainest first."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from lamina.thought.schema.example.demands import Demands
from lamina.thought.schema.example.pattern_texts import Pick, text_of

_WORDS = ("example", "another", "third", "fourth", "a", "b", "1", "EXAMPLE")
# One that is as it should be, and others for variety; tests hold them to FORMATS.
SAMPLES = {
    "date": ("2026-02-28", "1999-12-31", "2024-02-29"),
    "time": ("12:30:00Z", "23:59:60Z", "01:02:03.5+02:00"),
    "date-time": ("2026-02-28T12:30:00Z", "1999-12-31T23:59:59+01:00"),
    "duration": ("PT30S", "P1DT12H", "P2W"),
    "email": ("team@example.com", "a.b+c@mail.example.org"),
    "hostname": ("host.example.com", "localhost", "a"),
    "ipv4": ("192.0.2.1", "127.0.0.1", "0.0.0.0"),
    "ipv6": ("2001:db8::1", "::1", "::"),
    "uri": ("https://example.com/", "http://localhost:8080", "urn:example:a"),
    "uri-reference": ("https://example.com/", "/a/b", "#part"),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"),
    "json-pointer": ("/a/0", "", "/a~1b"),
    "regex": ("^[a-z]+$", "a|b", ""),
}
_LONGEST = 20_000
_STRETCHES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
_SPREAD = 1000


def texts(demands: Demands, pick: Pick) -> Iterator[str]:
    """Texts that should fit; `pick` says along which way of a pattern."""
    least, most = demands.least("minLength") or 0, demands.most("maxLength")
    for found in _plain_texts(demands, pick):
        yield found
        if len(found) < least <= _LONGEST:
            yield _longer(found, least)
        elif most is not None and len(found) > most:
            yield found[:most]


def _plain_texts(demands: Demands, pick: Pick) -> Iterator[str]:
    for name in demands.said("format"):
        yield from SAMPLES.get(name, ())
    yield from _WORDS
    for pattern in demands.said("pattern"):
        for more in _STRETCHES:
            found = text_of(pattern, pick, more)
            if found is not None:
                yield found


def _longer(text: str, least: int) -> str:
    row = " ".join([text or "a"] * (least // (len(text or "a") + 1) + 1))
    return row if len(row) >= least else row + "." * (least - len(row))


def drawn_texts(demands: Demands, pick: Pick) -> Iterator[str]:
    """Texts of any kind, as `pick` says: along a way of a pattern where there is one."""
    least, most = demands.least("minLength") or 0, demands.most("maxLength")
    patterns = list(demands.said("pattern"))
    yield from (
        found for pattern in patterns for more in _STRETCHES if (found := text_of(pattern, pick, more)) is not None
    )
    if not patterns and not list(demands.said("format")) and least <= _LONGEST:
        room = 12 if most is None else min(12, most - least)
        letters = "abc XYZ_09-.é☃:#'\"\\\n{}[]&*!|>%@`~\t"
        yield "".join(letters[pick(len(letters))] for _ in range(least + pick(room + 1)))


def numbers(demands: Demands, whole: bool) -> Iterator[int | float]:
    """Numbers that should fit, the least first."""
    low, high = _edges(demands)
    step = _step(demands, whole)
    if low is not None:
        yield from (_number(_above(low, step) + step * more) for more in range(4))
    if high is not None:
        yield from (_number(_below(high, step) - step * less) for less in range(4))
    if low is None and high is None:
        yield from (_number(step * times) for times in (1, 0, 2, 10, -1))
    if low is not None and high is not None and not whole and not demands.steps:
        yield _number((low + high) / 2)


def drawn_numbers(demands: Demands, whole: bool, pick: Pick) -> Iterator[int | float]:
    """A number somewhere between the bounds, as `pick` says."""
    low, high = _edges(demands)
    step = _step(demands, whole)
    if not whole and not demands.steps:
        step = Fraction(1, (1, 2, 4, 10)[pick(4)])
    first = (
        _above(low, step) if low is not None else _below(high, step) - step * _SPREAD if high is not None else -step * 5
    )
    last = high if high is not None else first + step * _SPREAD
    ways = max(1, min(math.floor((last - first) / step) + 1, 10_000))
    yield _number(first + step * pick(ways))


def _edges(demands: Demands) -> tuple[Fraction | None, Fraction | None]:
    lows = [demands.least("minimum"), demands.least("exclusiveMinimum")]
    highs = [demands.most("maximum"), demands.most("exclusiveMaximum")]
    return _edge(lows, max), _edge(highs, min)


def _edge(bounds: list[float | None], which: Callable[[list[Fraction]], Fraction]) -> Fraction | None:
    known = [Fraction(repr(bound)) for bound in bounds if bound is not None and math.isfinite(bound)]
    return which(known) if known else None


def _step(demands: Demands, whole: bool) -> Fraction:
    steps = [*demands.steps, *([Fraction(1)] if whole or not demands.steps else [])]
    over = math.lcm(*(step.denominator for step in steps))
    return Fraction(math.lcm(*(int(step * over) for step in steps)), over)


def _above(edge: Fraction, step: Fraction) -> Fraction:
    return math.ceil(edge / step) * step


def _below(edge: Fraction, step: Fraction) -> Fraction:
    return math.floor(edge / step) * step


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
