"""The line of an event in the log: JSON of a fixed order, whose last member is the SHA-256 of all bytes before it.

    {"v":1,"seq":7,"ts":"2026-11-21T15:42:03.000000Z","type":"run.created","run":"r1","data":{},"prev":"HASH","hash":"HASH"}

The hash covers the bytes as they are written, so nothing has to be brought to a canonical form. As `,"hash":"..."}` and
`,"prev":"..."` have fixed lengths at the line's end, a line is judged by slices, without a parser.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from math import isfinite

import orjson

from lamina.words.errors import Failure
from lamina.words.event import Draft, Event, Head
from lamina.words.regex import regex

# The longest line that is written, its line feed included.
MOST_BYTES = 1 << 20
# `,"hash":"` HASH `"}`, and before it `,"prev":"` HASH `"`.
_TAIL, _PREV = 75, 74
_START = regex(rb'\{"v":1,"seq":([1-9][0-9]{0,18}),"ts":"')
_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_TYPE = regex(r"[a-z]+(?:\.[a-z_]+)+", re.ASCII)
_HASH = regex(rb"[0-9a-f]{64}")
_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


class BadName(Failure):
    """A name of a run, phase or other thing that could not be the name of a file everywhere."""

    status = 2

    def __init__(self, name: object) -> None:
        hint = "a to z, A to Z, digits, '.', '_' and '-', at most 128, the first a letter or digit"
        super().__init__(f"{name!r:.80} cannot be a name in run state", hint)


class CannotRecord(Failure):
    """What an event was to say, and JSON cannot."""

    status = 2

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} cannot be recorded: {what}", "give text, numbers, booleans, null, lists and maps")


class TooLarge(Failure):
    """An event whose line would pass the bound."""

    status = 2

    def __init__(self, size: int) -> None:
        super().__init__(
            f"an event of {size:,} bytes is larger than the log takes ({MOST_BYTES:,})",
            "keep what is large as an artifact, and record its name",
        )


def name(text: object) -> str:
    """A name that is sound, as it is; raises BadName."""
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise BadName(text)
    return text


def line(draft: Draft, before: Head, time: str) -> tuple[bytes, Head]:
    """The bytes of the event that follows `before`, with its line feed, and where the log then ends.

    Raises BadName, CannotRecord and TooLarge.
    """
    if not _TYPE.fullmatch(draft.type):
        raise BadName(draft.type)
    if draft.run is not None:
        name(draft.run)
    try:
        _demand_plain(draft.data, draft.type)
    except RecursionError:
        raise CannotRecord(draft.type, "it is too deep") from None
    head = {"v": 1, "seq": before.seq + 1, "ts": time, "type": draft.type, "run": draft.run, "data": draft.data}
    try:
        body = orjson.dumps({**head, "prev": before.hash}, option=_PLAIN)[:-1]
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise CannotRecord(draft.type, str(error)) from None
    if len(body) + _TAIL + 1 > MOST_BYTES:
        raise TooLarge(len(body) + _TAIL + 1)
    hash = sha256(body).hexdigest()
    return b'%b,"hash":"%b"}\n' % (body, hash.encode()), Head(before.seq + 1, hash)


def fault(data: bytes, before: Head | None) -> str | None:
    """What is wrong with a line, without its line feed, that should follow `before` (None: anything), or None."""
    start = _START.match(data)
    if start is None or data[-_TAIL : -_TAIL + 9] != b',"hash":"' or data[-2:] != b'"}':
        return "is no record"
    if sha256(data[:-_TAIL]).hexdigest().encode() != data[-66:-2]:
        return "does not match its own hash"
    if before is not None:
        if int(start[1]) != before.seq + 1:
            return f"has the number {int(start[1])} where {before.seq + 1} is due"
        if data[-_TAIL - _PREV : -_TAIL] != b',"prev":"%b"' % before.hash.encode():
            return f"does not continue from {before.seq}"
    return None


def place(data: bytes) -> Head:
    """Where a log ends whose last line this is; the line has to be sound."""
    start = _START.match(data)
    assert start is not None
    return Head(int(start[1]), data[-66:-2].decode())


def event(data: bytes) -> Event:
    """The event of a sound line; raises ValueError for one that nothing here wrote."""
    found = orjson.loads(data)
    try:
        return Event(
            found["seq"], found["ts"], found["type"], found["run"], found["data"], found["prev"], found["hash"]
        )
    except KeyError as error:
        raise ValueError(f"lacks {error}") from None


def _demand_plain(value: object, where: str) -> None:
    """Raise CannotRecord for what JSON has no word for, or would read back as something else."""
    kind = type(value)
    if value is None or kind is bool:
        return
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
            raise CannotRecord(where, "a text is no Unicode")
    elif kind is int:
        if not -(1 << 63) <= value < 1 << 63:  # type: ignore[operator]
            raise CannotRecord(where, "a number needs more than 64 bits")
    elif kind is float:
        if not isfinite(value):  # type: ignore[arg-type]
            raise CannotRecord(where, f"{value} is no number of JSON")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if type(key) is not str:
                raise CannotRecord(where, f"the key {key!r:.40} is no text")
            _demand_plain(inner, f"{where}.{key:.40}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _demand_plain(inner, f"{where}[{number}]")
    else:
        raise CannotRecord(where, f"a {kind.__name__} is nothing that JSON holds")


def moment(now: datetime) -> str:
    """A moment as the log says it: UTC, RFC 3339, with microseconds and a Z."""
    return now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
