"""Saying: how what is and what should be are told in a sentence."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from lamina.thought.diff import changes
from lamina.words.address import Address
from lamina.words.node import Data, Path, Sealed, at, same
from lamina.words.regex import regex

_LONGEST, _MOST = 80, 5
_NAMED = regex(r"""\bdocuments(?:\.\w+|\["[^"\\]*"\]|\['[^'\\]*'\]|\[\d+\])+(?!\s*\()""", re.ASCII)
_STEP = regex(r"""\.(\w+)|\["([^"]*)"\]|\['([^']*)'\]|\[(\d+)\]""", re.ASCII)
_KINDS = {bool: "a boolean", int: "an integer", float: "a number", str: "a string"}


def misfit(address: Address, actual: Any, wanted: Any) -> str | None:
    """How a value differs from what it should be; None where it does not."""
    if same(actual, wanted):
        return None
    if isinstance(actual, dict | list) and type(actual) is type(wanted):
        found = list(changes(wanted, actual))
        said = [_difference(address, one.path, one.change, one.before, one.after) for one in found[:_MOST]]
        more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
        return "; ".join(said) + more
    return f"{address} is {_typed(actual, wanted)}, and should be {_typed(wanted, actual)}"


def _difference(address: Address, path: Path, change: str, wanted: Data, actual: Data) -> str:
    place = str(Address(address.document, (*address.path, *path)))
    if change == "added":
        return f"{place} is {shown(actual)}, and should not be there"
    if change == "removed":
        return f"{place} is not there, and should be {shown(wanted)}"
    return f"{place} is {_typed(actual, wanted)}, and should be {_typed(wanted, actual)}"


def _typed(value: Any, other: Any) -> str:
    """A value, with its type where another of the same look is of another one."""
    text = shown(value)
    alike = (not isinstance(value, dict | list) and text.strip('"') == shown(other).strip('"')) or value == other
    return f"{text} ({_KINDS[type(value)]})" if alike and type(value) in _KINDS else text


def shown(value: Data, most: int = _LONGEST) -> str:
    """A value on one line, short enough to read."""
    from json import dumps

    text = dumps(value, ensure_ascii=False, default=_plain)
    return text if len(text) <= most else text[:most] + "…"


def _plain(value: object) -> str:
    assert isinstance(value, Sealed)
    return "<sealed>"


def conditioned(text: str) -> str:
    """The beginning of a sentence about a condition that is not true."""
    line = " ".join(text.split())
    return f"{line if len(line) <= 2 * _LONGEST else line[: 2 * _LONGEST] + '…'} does not hold"


def told_values(text: str, documents: Mapping[str, Data]) -> str:
    """What a condition's paths are in the documents, as far as they are scalars: the end of such a sentence."""
    told: list[str] = []
    for name in dict.fromkeys(found[0] for found in _NAMED.finditer(text)):
        steps: list[str | int] = [
            int(step[4]) if step[4] else step[1] or step[2] or step[3] or "" for step in _STEP.finditer(name)
        ]
        with suppress(LookupError):
            value = at(dict(documents), tuple(steps))
            if not isinstance(value, dict | list):
                told.append(f"{Address(str(steps[0]), tuple(steps[1:]))} is {shown(value)}")
    return f": {', '.join(told[:_MOST])}" if told else ""
