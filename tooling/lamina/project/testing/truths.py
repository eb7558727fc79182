"""Truths: conditions evaluated where they can use up neither time nor memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lamina.project.testing.cases import Hold
from lamina.thought.expressions import Unknown
from lamina.words.finding import Finding
from lamina.world.apart import Exhausted, apart


def evaluated(holds: Sequence[Hold]) -> list[Finding | None]:
    """What is wrong by each condition: None where it is true. One that has no end costs the others nothing but time."""
    try:
        return _together(holds)
    except Exhausted:
        return [_alone(one) for one in holds]


def _together(holds: Sequence[Hold]) -> list[Finding | None]:
    if not holds:
        return []
    lines = apart(lambda: b"\n".join(map(_encoded, _truths(holds)))).split(b"\n")
    return [_verdict(one, _decoded(line)) for one, line in zip(holds, lines, strict=True)]


def _alone(hold: Hold) -> Finding | None:
    try:
        return _together([hold])[0]
    except Exhausted as failure:
        return _verdict(hold, Unknown(failure.message))


def _truths(holds: Iterable[Hold]) -> Iterator[bool | Unknown]:
    for one in holds:
        yield one.expression.truth(one.environment, one.documents)


def _verdict(hold: Hold, truth: bool | Unknown) -> Finding | None:
    if isinstance(truth, Unknown):
        return replace(hold.finding, message=f"{hold.expression.text} cannot be evaluated: {truth.reason}")
    return None if truth else hold.finding


def _encoded(truth: bool | Unknown) -> bytes:
    if isinstance(truth, Unknown):
        return b"?" + truth.reason.encode("unicode_escape")
    return b"ft"[truth:][:1]


def _decoded(said: bytes) -> bool | Unknown:
    return Unknown(said[1:].decode("unicode_escape")) if said[:1] == b"?" else said == b"t"
