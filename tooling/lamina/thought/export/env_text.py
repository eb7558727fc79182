"""Environment variables: flat `NAME=value` lines that sh and the dotenv readers take alike.

A name is the value's path: every run of characters outside `A-Z0-9` (after upper-casing) becomes one `_`, the steps are
joined by `__`, and a name that would start with a digit gets a `_` in front: `execution.retry[0].max-delay` is
`EXECUTION__RETRY__0__MAX_DELAY`. An empty map or list has no lines, and null is an empty value.

A value is quoted so that POSIX sh (`set -a; . ./file`), python-dotenv, docker compose and node's dotenv read one text.
They agree on little: node's keeps the backslash of an escaped quote, python-dotenv halves two backslashes in quotes of
either kind and expands `${name}` in both. So nothing is escaped: what can stand in neither kind as it is has no form.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lamina.thought.export.form import NoForm, unwritable
from lamina.words.address import path_text
from lamina.words.node import Data, Path

_OUTSIDE_NAMES = re.compile(r"[^A-Za-z0-9]+")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]+")
_DOUBLE_QUOTED = re.compile(r'[^"\\$`\r\0]*')
_SINGLE_QUOTED = re.compile(r"(?:[^'\\$\r\0]|\$(?!\{)|\\(?!\\|\Z))*")


def write(data: Data) -> bytes:
    """The data as one line a value; raises NoForm where a value has no common form or two paths share a name."""
    return "".join(f"{name}={_quoted(value, path)}\n" for name, path, value in _named(data)).encode()


def variables(data: Data) -> dict[str, str]:
    """The data as environment variables of a process, by the same names; raises NoForm where two paths share one."""
    found = {}
    for name, path, value in _named(data):
        if value is not None and "\0" in value:
            raise NoForm(path, "holds a NUL, and a variable cannot", "give it to the program in a file")
        found[name] = value or ""
    return found


def _named(data: Data) -> Iterator[tuple[str, Path, str | None]]:
    places: dict[str, Path] = {}
    for path, value in _leaves(data, ()):
        name = _name(path)
        if name in places:
            raise _shared(name, places[name], path)
        places[name] = path
        yield name, path, value


def _leaves(value: Data, path: Path) -> Iterator[tuple[Path, str | None]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif not path:
        raise NoForm(path, "is a single value, and a variable needs a name", "render it with --format yaml or json")
    else:
        yield path, _text(value)


def _text(value: Data) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise unwritable(value)


def _name(path: Path) -> str:
    name = "__".join(map(_word, path))
    return f"_{name}" if not name or name[0].isdigit() else name


@lru_cache(maxsize=8192)
def _word(step: str | int) -> str:
    # ASCII letters only: other letters' upper case depends on the Unicode tables of the Python that runs.
    return _OUTSIDE_NAMES.sub("_", str(step)).upper()


def _quoted(value: str | None, path: Path) -> str:
    if value is None:
        return ""
    if _PLAIN.fullmatch(value):
        return value
    if _DOUBLE_QUOTED.fullmatch(value):
        return f'"{value}"'
    if _SINGLE_QUOTED.fullmatch(value):
        return f"'{value}'"
    raise NoForm(
        path,
        "holds a mix of quotes, backslashes, `$` or control characters that shells and dotenv readers take differently",
        "write this value to a file of its own, or render with --format json",
    )


def _shared(name: str, first: Path, second: Path) -> NoForm:
    return NoForm(
        second,
        f"and {path_text(first)} would both be the variable {name}",
        "rename one of the keys, or render with --format yaml or json",
    )
