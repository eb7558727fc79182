"""Sentences: what a keyword says when it refuses a value, and how a schema's conditions read."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json import dumps
from typing import Any, TypeAlias

from lamina.words.address import path_text
from lamina.words.errors import listing, near
from lamina.words.node import Data, Path, Sealed

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "a string",
}
_SEALED = {"int": "a sealed integer", "float": "a sealed number", "bool": "a sealed boolean"}
_FORMATS = {
    "date": "a date such as 2026-02-28",
    "time": "a time with an offset such as 12:30:00Z",
    "date-time": "a date and time such as 2026-02-28T12:30:00Z",
    "duration": "an ISO 8601 duration such as PT30S or P1DT12H",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI with a scheme, such as https://example.com/",
    "uri-reference": "a URI or a reference relative to one",
    "uuid": "a UUID",
    "json-pointer": "a JSON pointer such as /a/0",
    "regex": "a regular expression that every engine reads alike",
}
_MOST = 60

Refusal: TypeAlias = tuple[str, str]
"""The rule that is broken, and the end of a sentence that begins with the path of the value."""


def quoted(text: str) -> str:
    """A text in quotes, on one line, cut where it is long."""
    return dumps(text if len(text) <= _MOST else text[: _MOST - 1] + "…", ensure_ascii=False)


def shown(value: Data) -> str:
    """A value as a sentence quotes it; maps and lists are only named."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if isinstance(value, dict | list | Sealed):
        return kind(value)
    return dumps(value)


def kind(value: Data) -> str:
    """What a value is, for a sentence that may not quote it."""
    if isinstance(value, Sealed):
        return _SEALED.get(value.type, "a sealed string")
    if isinstance(value, dict):
        return "a map" if value else "an empty map"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    return "null" if value is None else "a number"


def types_text(types: Sequence[str]) -> str:
    """The types that are allowed: `a string or a list`."""
    return either([_TYPES.get(name, name) for name in types])


def either(names: Sequence[str]) -> str:
    """Names for a sentence: `a, b or c`."""
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def values_text(values: Sequence[Data]) -> str:
    """The values that are allowed: `"a"`, or `one of "a", "b", "c"`."""
    said = [shown(value) for value in values]
    return said[0] if len(said) == 1 else f"one of {listing(said)}"


def refusal(keyword: str, value: Any, instance: Any, hidden: bool, unit: str | None = None) -> Refusal:
    """What a keyword with this value says when it refuses an instance; a hidden one is never quoted."""
    said = _SAYINGS.get(keyword, _other)(value, _Refused(instance, hidden, f" {unit}" if unit else ""))
    return _RULES.get(keyword, "schema-mismatch"), said


def repair(keyword: str, value: Any, instance: Data) -> str | None:
    """What to write instead of a refused value, when it is near something that is allowed."""
    if keyword == "type":
        types = {value} if isinstance(value, str) else set(value)
        if isinstance(instance, str) and types & _BY_TEXT.keys():
            plain = any(_BY_TEXT[name].fullmatch(instance) for name in types & _BY_TEXT.keys())
            if not plain and "boolean" in types and instance.casefold() in BOOLEANS:
                return f"write {shown(BOOLEANS[instance.casefold()])}"
            return f"write {instance} without quotes" if plain else None
        if "string" in types and isinstance(instance, bool | int):
            return f"write it in quotes: {quoted(shown(instance))}"
    if keyword in ("enum", "const") and isinstance(instance, str):
        return meant(instance, value if keyword == "enum" else [value])
    return None


def meant(text: str, known: Iterable[Data]) -> str | None:
    """The question whether another name was meant, or None when none is near."""
    found = near(text, [name for name in known if isinstance(name, str)])
    return f"did you mean {quoted(found)}?" if found else None


# Booleans of YAML 1.2, and those that only YAML 1.1 takes for one, which are text here.
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_BY_TEXT = {
    "integer": re.compile(r"[-+]?[0-9]+"),
    "number": re.compile(r"[-+]?[0-9]+(\.[0-9]+)?"),
    "boolean": re.compile("true|false"),
}


class _Refused:
    """A refused value, as its sentence may show it."""

    def __init__(self, value: Any, hidden: bool, unit: str) -> None:
        self.value = value
        self.hidden = hidden
        self.unit = unit

    def is_but(self, demand: str) -> str:
        """`is 99, but must be ...`, or without the value where it is hidden."""
        return f"must be {demand}" if self.hidden else f"is {shown(self.value)}, but must be {demand}"

    def has_but(self, thing: str, demand: str) -> str:
        """`has 1 item, but must have at least 2`, or without the count where it is hidden."""
        count = len(self.value)
        has = f"has {count} {thing if count == 1 else _PLURALS[thing]}" if count else f"has no {_PLURALS[thing]}"
        return f"must have {demand} {_PLURALS[thing]}" if self.hidden else f"{has}, but must have {demand}"


_PLURALS = {"character": "characters", "item": "items", "key": "keys"}
_Saying: TypeAlias = Callable[[Any, _Refused], str]


def _type(types: Any, refused: _Refused) -> str:
    allowed = types_text([types] if isinstance(types, str) else types)
    value = refused.value
    if refused.hidden or isinstance(value, dict | list | Sealed):
        return f"is {kind(value)}, but must be {allowed}"
    what = "the string " if isinstance(value, str) else ""
    return f"is {what}{shown(value)}, but must be {allowed}"


def _bound(words: str) -> _Saying:
    return lambda bound, refused: refused.is_but(f"{words} {shown(bound)}{refused.unit}")


def _count(thing: str, words: str) -> _Saying:
    def say(bound: Any, refused: _Refused) -> str:
        if bound == 1 and words == "at least" and not refused.hidden:
            return "is empty, but must not be"
        return refused.has_but(thing, f"{words} {bound}")

    return say


def _pattern(pattern: Any, refused: _Refused) -> str:
    return (
        f"must match the pattern {pattern}"
        if refused.hidden
        else (f"is {shown(refused.value)}, but must match the pattern {pattern}")
    )


def _format(name: Any, refused: _Refused) -> str:
    return refused.is_but(_FORMATS.get(name, f"a {name}"))


def _contains(_: Any, __: _Refused) -> str:
    return "has no item of the kind that the schema asks for"


def _min_contains(least: Any, _: _Refused) -> str:
    return f"has fewer than {least} items of the kind that the schema asks for"


def _max_contains(most: Any, _: _Refused) -> str:
    return f"has more than {most} items of the kind that the schema limits"


def _not(forbidden: Any, _: _Refused) -> str:
    if isinstance(forbidden, dict):
        keys = set(forbidden)
        if keys == {"const"}:
            return f"must not be {shown(forbidden['const'])}"
        if keys == {"enum"}:
            return f"must not be {values_text(forbidden['enum'])}"
        if keys == {"type"} and isinstance(forbidden["type"], str):
            return f"must not be {types_text([forbidden['type']])}"
        if keys == {"required"} and forbidden["required"]:
            return f"must not hold {' together with '.join(map(quoted, forbidden['required']))}"
        if condition := conditions(forbidden, (), "it", lambda _: False):
            return f"must not be so that {condition}"
    return "is what the schema forbids here"


def _other(value: Any, _: _Refused) -> str:
    return "does not fit the schema"


_SAYINGS: dict[str, _Saying] = {
    "type": _type,
    "const": lambda value, refused: refused.is_but(shown(value)),
    "enum": lambda values, refused: refused.is_but(values_text(values)),
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "multipleOf": _bound("a multiple of"),
    "minLength": _count("character", "at least"),
    "maxLength": _count("character", "at most"),
    "minItems": _count("item", "at least"),
    "maxItems": _count("item", "at most"),
    "minProperties": _count("key", "at least"),
    "maxProperties": _count("key", "at most"),
    "pattern": _pattern,
    "format": _format,
    "contains": _contains,
    "minContains": _min_contains,
    "maxContains": _max_contains,
    "not": _not,
    "unevaluatedItems": lambda _, __: "has items that the schema does not speak of",
}

_RULES = {
    "type": "wrong-type",
    "const": "not-allowed",
    "enum": "not-allowed",
    "not": "not-allowed",
    "uniqueItems": "not-allowed",
    "pattern": "pattern-mismatch",
    "format": "wrong-format",
    "required": "missing-key",
    "dependentRequired": "missing-key",
} | dict.fromkeys(
    (
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ),
    "out-of-bounds",
)


def conditions(schema: Any, path: Path, root: str, hides: Callable[[Path], bool]) -> str | None:
    """How a condition reads, `mode is "manual" and "n" is there`.

    None when it is more than a few plain tests, or one of a value that must not be told.
    """
    said = list(_conditions(schema, path, root, hides))
    return None if None in said else " and ".join(filter(None, said)) or None


def _conditions(schema: Any, path: Path, root: str, hides: Callable[[Path], bool]) -> Iterator[str | None]:
    if not isinstance(schema, dict):
        yield None
        return
    name = path_text(path) or root
    for keyword, value in schema.items():
        if keyword in ("const", "enum"):
            yield None if hides(path) else f"{name} is {values_text([value] if keyword == 'const' else value)}"
        elif keyword == "required":
            yield from (
                f"{path_text((*path, key))} is there" for key in value if key not in schema.get("properties", {})
            )
        elif keyword == "properties":
            for key, part in value.items():
                yield from _conditions(part, (*path, key), root, hides)
        elif keyword not in ("type", "title", "description", "$comment"):
            yield None
