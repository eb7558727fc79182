"""The scale of a line of time: where round moments lie on it."""

from collections.abc import Iterator

_SECOND, _MINUTE, _HOUR, _DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
_ROUND = (
    *(one * 10**power for power in range(7) for one in (1, 2, 5)),
    *(one * _SECOND for one in (10, 15, 30)),
    *(one * _MINUTE for one in (1, 2, 5, 10, 15, 30)),
    *(one * _HOUR for one in (1, 2, 3, 6, 12)),
    *(one * _DAY for one in (1, 2, 7, 14, 28, 91, 364)),
)


def ticks(length: int, most: int) -> list[tuple[int, str]]:
    """Round moments from zero up to a length, at most so many after zero, each with its name."""
    step = next((one for one in _ROUND if length // one <= most), None) or max(length // max(most, 1), 1)
    return [(at, _name(at)) for at in range(0, length + 1, step)]


def _name(at: int) -> str:
    return " ".join(_parts(at)) or "0"


def _parts(at: int) -> Iterator[str]:
    """The two largest units of a moment that are not zero."""
    if at < _SECOND:
        if at:
            yield f"{at / 1000:g} ms"
        return
    if at < _MINUTE:
        yield f"{at / _SECOND:g} s"
        return
    units = [(_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (_SECOND, "s")]
    parts = []
    for unit, sign in units:
        count, at = divmod(at, unit)
        if count:
            parts.append(f"{count} {sign}")
    yield from parts[:2]
