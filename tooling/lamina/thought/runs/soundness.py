"""Values that records may have."""

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, TypeVar

import orjson

from lamina.thought.runs.failures import BadRecord, BadText
from lamina.words.event_line import name

_T = TypeVar("_T", bound=str)
_MOST = 200


def said(what: str, text: object) -> str:
    """A name for people, as it is; raises BadText."""
    if not isinstance(text, str) or not 0 < len(text) <= _MOST or not text.isprintable() or text != text.strip():
        raise BadText(what, text)
    return text


def said_or_none(what: str, text: object) -> str | None:
    """The same, where it may be missing."""
    return None if text is None else said(what, text)


def prose(what: str, text: object) -> str | None:
    """Text of any length and lines, or None."""
    if text is not None and not isinstance(text, str):
        raise BadRecord(what, text, "give text")
    return text


def count(what: str, number: object, least: int = 0) -> int:
    """A whole number that is not too small; raises BadRecord."""
    if type(number) is not int or number < least:
        raise BadRecord(what, number, f"a whole number from {least}")
    return number


def count_or_none(what: str, number: object, least: int = 0) -> int | None:
    """The same, where it may be missing."""
    return None if number is None else count(what, number, least)


def one_of(what: str, words: type[_T], word: object) -> _T:
    """A member of an enumeration; raises BadRecord."""
    try:
        return words(word)
    except ValueError:
        members: Any = words
        raise BadRecord(what, word, f"one of {', '.join(members)}") from None


def truth(what: str, word: object) -> bool:
    """Whether something is so, as it is; raises BadRecord: a text such as "no" would be so."""
    if type(word) is not bool:
        raise BadRecord(what, word, "True or False")
    return word


def labels(given: Mapping[str, str]) -> dict[str, str]:
    """Labels: sound names with a text each; raises BadRecord, BadName and BadText."""
    if not isinstance(given, Mapping):
        raise BadRecord("labels", given, "a map of names to texts")
    return {name(key): said(f"label {key}", value) for key, value in given.items()}


def as_json(what: str, value: object) -> bytes:
    """A value as JSON; raises BadRecord for what could not be read again as it was, such as NaN."""
    try:
        data = orjson.dumps(value)
        if b"null" in data:  # which would stand for them too
            json.dumps(value, allow_nan=False, skipkeys=True, default=_members)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRecord(what, type(value).__name__, str(error)) from None
    return data


def _members(value: object) -> object:
    return list(vars(value).values()) if is_dataclass(value) and hasattr(value, "__dict__") else None


def only(**members: object) -> dict[str, object]:
    """The members that are known."""
    return {key: value for key, value in members.items() if value is not None}
