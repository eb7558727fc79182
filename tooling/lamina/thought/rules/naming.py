"""Names of keys, read as words; and the values of a document by the names of their keys, which is how rules find settings."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from lamina.words.node import Path, Tagged
from lamina.words.regex import regex

_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

Setting: TypeAlias = tuple[Path, str, Any, Mapping[str, Any]]
"""A value's path, the name of it, the value, and the map in which it stands. A tuple, since every value becomes one."""
Test: TypeAlias = Callable[[Any], bool]


@lru_cache(maxsize=16_384)  # the same few keys make up most of a repository
def plainly(key: str) -> str:
    """A key as words in lower case: `logLevel`, `LOG_LEVEL` and `log-level` are all `log_level`."""
    return "_".join(_WORD.findall(key)).lower()


@lru_cache(maxsize=16_384)
def words(name: str) -> frozenset[str]:
    """The words of a name, however it is written."""
    return frozenset(plainly(name).split("_"))


def above(path: Path) -> frozenset[str]:
    """The words of all keys above a place."""
    return frozenset[str]().union(*(words(step) for step in path[:-1] if isinstance(step, str)))


def settings(data: Any) -> Iterator[Setting]:
    """Every scalar and map under a key, a list item by item; through tags.

    The name is the key's; that of a variable in `{name: LOG_LEVEL, value: debug}` is the variable's.
    """
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        at, value = waiting.pop()
        if value.__class__ is Tagged:
            value = value.value
        if value.__class__ is dict:
            given = value.get("name") if "value" in value else None
            for key, part in value.items():
                name = given if key == "value" and given.__class__ is str else key
                yield from _under((*at, key), name, part, value, waiting)
        elif value.__class__ is list:
            waiting += [((*at, index), part) for index, part in enumerate(value)]


def _under(
    path: Path, name: str, value: Any, beside: Mapping[str, Any], waiting: list[tuple[Path, Any]]
) -> Iterator[Setting]:
    if value.__class__ is Tagged:
        value = value.value
    if value.__class__ is list:
        for index, item in enumerate(value):
            yield from _under((*path, index), name, item, beside, waiting)
        return
    if value.__class__ is dict:
        waiting.append((path, value))
    yield path, name, value, beside


def on(value: Any) -> bool:
    """Whether a value switches something on, also one that is a text or a number as variables of an environment are."""
    return value is True or (
        value.__class__ in (int, str) and str(value).lower() in ("true", "yes", "on", "1", "enabled")
    )


def off(value: Any) -> bool:
    """Whether a value switches something off."""
    words_for_off = ("false", "no", "off", "0", "disabled", "none", "never")
    return value is False or (value.__class__ in (int, str) and str(value).lower() in words_for_off)
