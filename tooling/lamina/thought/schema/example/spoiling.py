"""Spoiling: a value with one thing wrong; a function a kind of fault. `{place}` in a change is the value's path."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lamina.thought.schema.example.demands import Demands
from lamina.thought.schema.example.scalars import numbers, texts
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

_FILLERS = ("x", "-", "0", "a", "é", " ")
_LONGEST, _TRIES = 20_000, 8


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A spoilt value: the rule that it breaks at the path `below` the value's own, by which keyword, and what was done."""

    value: Data
    rule: str
    keyword: str
    change: str
    below: Path = ()


def missing(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A required key that is gone."""
    if isinstance(value, dict):
        for key in demands.required:
            rest = {name: part for name, part in value.items() if name != key}
            yield Spoilt(rest, "missing-key", "required", f"{_named(key)} is taken away from {{place}}")


def unknown(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A key that is misspelt; one that must be there stays beside it."""
    if not isinstance(value, dict):
        return
    for key in list(value) or list(demands.known)[:1]:
        for typo in _typos(key):
            kept = key in demands.required
            other = {typo if name == key and not kept else name: part for name, part in value.items()}
            other |= {typo: value.get(key)} if kept or key not in value else {}
            yield Spoilt(other, "unknown-key", "additionalProperties", f"{_named(typo)} stands in {{place}}", (typo,))


def type(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A value of another type: a number in quotes, a list without its brackets."""
    if isinstance(value, bool):
        others: list[Any] = ["yes" if value else "no"]
    elif isinstance(value, int | float):
        others = [str(value)]
    elif isinstance(value, str):
        others = [1, True, [value]]
    elif isinstance(value, list):
        others = [value[0] if value else "example", {}]
    else:
        others = [[value] if value else [], "example"]
    for other in others:
        yield Spoilt(other, "wrong-type", "type", f"{{place}} is {_kind(other)}")


def listed(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A value of a list of them, misspelt."""
    if isinstance(value, str) and demands.listed is not None:
        for typo in _typos(value):
            yield Spoilt(typo, "not-allowed", "enum", "{place} is misspelt")


def bound(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A number beyond a bound, by one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    for keyword, by in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        for edge in demands.said(keyword):
            yield Spoilt(edge + by, "out-of-bounds", keyword, f"{{place}} is beyond its {keyword}")


def multiple(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A number between two multiples."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        for step in demands.said("multipleOf"):
            for more in (1, step / 2):
                yield Spoilt(value + more, "out-of-bounds", "multipleOf", f"{{place}} is no multiple of {step}")


def length(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A text that is one character too short, or too long."""
    if not isinstance(value, str):
        return
    for edge in demands.said("minLength"):
        for text in islice((value, *texts(demands, lambda _: 0)), _TRIES) if edge > 0 else ():
            yield Spoilt(text[: edge - 1], "out-of-bounds", "minLength", "{place} is one character too short")
    for edge in demands.said("maxLength"):
        for filler in _FILLERS if edge <= _LONGEST else ():
            for text in (value.ljust(edge + 1, filler), filler * (edge + 1)):
                yield Spoilt(text, "out-of-bounds", "maxLength", "{place} is one character too long")


def pattern(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A text that just misses its pattern."""
    if isinstance(value, str) and any(demands.said("pattern")):
        for text in (
            value.capitalize(),
            value.upper(),
            value + " ",
            "-" + value,
            value[1:],
            " " + value,
            value + "!",
            "?",
        ):
            yield Spoilt(text, "pattern-mismatch", "pattern", "{place} misses its pattern")


def format(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A text that just misses its format."""
    if isinstance(value, str):
        for name in demands.said("format"):
            for text in (
                value[:-1],
                value.replace(".", "..", 1),
                value.replace(":", "", 1),
                value + " ",
                value + "(",
                "%",
            ):
                yield Spoilt(text, "wrong-format", "format", f"{{place}} is no {name}")


def count(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """A list or a map with one entry too few, or too many."""
    if isinstance(value, list):
        for edge in demands.said("minItems"):
            yield Spoilt(value[: max(edge - 1, 0)], "out-of-bounds", "minItems", "{place} has an item too few")
        for edge in demands.said("maxItems"):
            more = list(islice(_items(demands, value), max(edge + 1 - len(value), 0)))
            yield Spoilt([*value, *more], "out-of-bounds", "maxItems", "{place} has an item too many")
    if isinstance(value, dict):
        for edge in demands.said("minProperties"):
            few = dict(list(value.items())[: max(edge - 1, 0)])
            yield Spoilt(few, "out-of-bounds", "minProperties", "{place} has a key too few")
        for edge in demands.said("maxProperties"):
            names = [f"{key}-{number}" for number in range(2, edge + 3) for key in value][
                : max(edge + 1 - len(value), 0)
            ]
            many = {**value, **dict.fromkeys(names, next(iter(value.values()), None))}
            yield Spoilt(many, "out-of-bounds", "maxProperties", "{place} has a key too many")


def repeated(value: Any, demands: Demands) -> Iterator[Spoilt]:
    """An item twice in a list whose items differ."""
    if isinstance(value, list) and value and any(demands.said("uniqueItems")):
        yield Spoilt(
            [*value, value[0]], "not-allowed", "uniqueItems", "{place} says its first item again", (len(value),)
        )


def plain_values(demands: Demands) -> Iterator[Data]:
    """Values for a secret that is not sealed."""
    if "string" in demands.types:
        yield from islice(texts(demands, lambda _: 0), 5 * _TRIES)
    yield from numbers(demands, "number" not in demands.types)
    yield True


def _items(demands: Demands, value: list[Any]) -> Iterator[Data]:
    """Items beyond those that a list has, others each time where they are texts or numbers."""
    inner = Demands(demands.item(len(value)))
    listed = [one for one in inner.listed or [] if one not in value]
    yield from listed
    for number in range(2, _LONGEST):
        for one in value:
            yield f"{one}-{number}" if isinstance(one, str) else number if isinstance(one, int) else one


def _typos(name: str) -> Iterator[str]:
    """A name as it is mistyped: two letters changed round, the last one forgotten, or said twice."""
    if len(name) > 3:
        yield name[:-3] + name[-2] + name[-3] + name[-1]
    if len(name) > 1:
        yield name[:-1]
    yield name + name[-1:] + ("" if name else "x")


def _named(key: str) -> str:
    from lamina.thought.schema.sentences import quoted

    return quoted(key).replace("{", "{{").replace("}", "}}")


def _kind(value: Data) -> str:
    from lamina.thought.schema.sentences import kind

    return kind(value)
