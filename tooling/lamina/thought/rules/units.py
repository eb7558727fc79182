"""Units, in the names of keys, in `x-unit` and in texts such as `30s`."""

from functools import lru_cache

from lamina.words.regex import regex

Unit = tuple[str, str]
"""What is measured, and in what: `("time", "seconds")`."""

_NAMES: dict[str, dict[str, str]] = {
    "time": {
        "nanoseconds": "nanosecond nanoseconds nanos",
        "microseconds": "microsecond microseconds micros usec usecs",
        "milliseconds": "ms msec msecs millis milli millisecond milliseconds",
        "seconds": "sec secs second seconds s",
        "minutes": "mins minute minutes",
        "hours": "hr hrs hours",
        "days": "days",
        "weeks": "weeks",
    },
    "size": {
        "bytes": "byte bytes",
        "kilobytes": "kb kib kilobyte kilobytes kibibyte kibibytes",
        "megabytes": "mb mib megabyte megabytes mebibyte mebibytes",
        "gigabytes": "gb gib gigabyte gigabytes gibibyte gibibytes",
        "terabytes": "tb tib terabyte terabytes tebibyte tebibytes",
    },
}
# In a text after a number; `m` is minutes where time is measured, and megabytes where a size is.
_SUFFIXES: dict[str, dict[str, str]] = {
    "time": {
        "nanoseconds": "ns",
        "microseconds": "us µs μs",
        "minutes": "m min",
        "hours": "h hour",
        "days": "d day",
        "weeks": "w week",
    },
    "size": {"bytes": "b", "kilobytes": "k ki", "megabytes": "m mi", "gigabytes": "g gi", "terabytes": "t ti"},
}
_OF_NAMES: dict[str, Unit] = {
    word: (measured, unit)
    for measured, units in _NAMES.items()
    for unit, said in units.items()
    for word in said.split()
}
_OF_SUFFIXES: dict[str, dict[str, str]] = {
    measured: {
        **{word: unit for word, (other, unit) in _OF_NAMES.items() if other == measured},
        **{word: unit for unit, said in units.items() for word in said.split()},
    }
    for measured, units in _SUFFIXES.items()
}
_AMOUNT = regex(r"[+-]?\d+(?:[._,]\d+)*\s?([A-Za-zµμ]+)(?:\s?\d+(?:\.\d+)?[A-Za-z]+)*")


@lru_cache(maxsize=16_384)
def unit_of_name(name: str) -> tuple[Unit, str] | None:
    """The unit at the end of a name, and the name without it; None of one that is a rate or names no unit."""
    parts = name.split("_")
    unit = _OF_NAMES.get(parts[-1])
    # One letter, or `max_milli`, says little alone; `requests_per_second` is no time.
    if unit is None or "per" in parts or (len(parts) == 1 and len(name) < 5):
        return None
    return unit, "_".join(parts[:-1])


def unit_said(text: str | None) -> Unit | None:
    """The unit that an `x-unit` says, where it is one of time or size and nothing more."""
    if text is None:
        return None
    return _OF_NAMES.get(text.lower()) or next(
        (
            (measured, units[text.lower()])
            for measured, units in _OF_SUFFIXES.items()
            if text.lower() in units and len(text) > 1
        ),
        None,
    )


def unit_of_text(text: str, expected: Unit) -> Unit | None:
    """The unit of an amount such as `30s` (of `1h30m` the first), read as one of what is expected where it can be."""
    found = _AMOUNT.fullmatch(text) if len(text) <= 40 else None
    if found is None:
        return None
    suffix = found[1].lower()
    for measured in sorted(_OF_SUFFIXES, key=lambda one: one != expected[0]):
        if suffix in _OF_SUFFIXES[measured]:
            return measured, _OF_SUFFIXES[measured][suffix]
    return None
