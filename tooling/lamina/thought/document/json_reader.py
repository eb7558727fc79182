"""Read JSON layers (RFC 8259): the same bounds and findings as for YAML, without tags."""

import json
import re
from typing import Any

from lamina.thought.document.scalars import HIGHEST, LOWEST
from lamina.words.finding import Finding, Position, Related
from lamina.words.mend import DropEarlier, Mend
from lamina.words.node import Patch
from lamina.words.regex import regex

DEEPEST = 100
MOST_FINDINGS = 1000
_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')
_SURROGATE = regex(r"\\u[dD][89a-fA-F]")
# Any escape, so that `\\ud800` is seen for the text that it is; a group for a whole pair or a lone half.
_ESCAPE = regex(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)


class _Unfit(ValueError):
    """A number that JSON, or 64 bits, cannot hold."""


def read_json(text: str, file: str) -> tuple[Patch, list[Finding], bool]:
    """The value of a JSON text, what is wrong with it, and whether it is whole; `{}` for an empty text."""
    if not text.strip():
        return {}, [], True
    deep = _too_deep(text) if text.count("[") + text.count("{") > DEEPEST else None
    if deep is not None:
        return _refused("too-deep", f"more than {DEEPEST} levels of nesting", text, deep, file, "make it flatter")
    repeated: list[str] = []

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(entries)
        if len(out) < len(entries):
            repeated.append("")
        return out

    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_int=_integer, parse_float=_number, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        cause = _CAUSES.get(error.msg, ("syntax", f"not JSON: {error.msg}", "compare with RFC 8259"))
        return _refused(cause[0], cause[1], text, error.pos, file, cause[2])
    except _Unfit as error:
        message, token = error.args
        where = _outside_texts(text, token)
        return _refused("number-out-of-range", message, text, where, file, "write it in quotes, as text")
    if _SURROGATE.search(text) and not _encodable(value):
        message = "a \\u escape is half of a character"
        return _refused("lone-surrogate", message, text, _half(text), file, "write both halves")
    if not isinstance(value, dict):
        start = len(text) - len(text.lstrip())
        return _refused("not-a-map", "the file holds no object at its top", text, start, file, 'write {"key": ...}')
    return value, list(_duplicates(text, file)) if repeated else [], True


_CAUSES = {
    "Unterminated string starting at": ("unclosed-quote", "this quote is never closed", "close it"),
    "Invalid control character at": (
        "syntax",
        "not JSON: a text holds no line break and no tab",
        r"write it as \n or \t",
    ),
}


def _refused(rule: str, message: str, text: str, offset: int, file: str, fix: str) -> tuple[Patch, list[Finding], bool]:
    """What `read_json` gives for a text that it cannot read."""
    return {}, [_finding(rule, message, text, offset, file, fix)], False


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= 40 else HIGHEST + 1
    if not LOWEST <= number <= HIGHEST:
        raise _Unfit("this integer does not fit 64 bits", digits)
    return number


def _number(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Unfit("this number is beyond the range of a double", digits)
    return number


def _constant(word: str) -> float:
    raise _Unfit(f"{word} is not JSON", word)


def _outside_texts(text: str, token: str) -> int:
    """Where a token first stands by itself, and not in a text."""
    found = re.finditer(r'"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+', text)
    return next((one.start() for one in found if one[0] == token), 0)


def _half(text: str) -> int:
    """Where the first escape of a half character stands."""
    halves = (one for one in _ESCAPE.finditer(text) if one[1] and len(one[1]) == 6)
    return next((one.start() for one in halves), 0)


def _encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(text: str) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth > DEEPEST:
            return token.start()
    return None


def _duplicates(text: str, file: str) -> "list[Finding]":
    """Where keys stand twice: a second walk over the tokens, since json keeps no positions."""
    found: list[Finding] = []
    open_maps: list[dict[str, int] | None] = []
    text_token: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in ("{", "["):
            open_maps.append({} if mark == "{" else None)
        elif mark in ("}", "]"):
            open_maps.pop()
        elif mark == ":" and text_token is not None:
            keys, key = open_maps[-1], json.loads(text_token[0])
            if keys is not None and key in keys:
                first = _position(text, keys[key], file)
                message = f"the key {key!r} stands twice in this map; the later one would win"
                place = _position(text, text_token.start(), file)
                mend = Mend(file, (), DropEarlier(first.line, first.column), "unsafe")
                related = (Related(first, "first here"),)
                found.append(Finding("duplicate-key", message, place, related=related, fix="keep one", mend=mend))
                if len(found) == MOST_FINDINGS:
                    break
            if keys is not None:
                keys[key] = text_token.start()
        text_token = token if mark[0] == '"' else None
    return found


def _finding(rule: str, message: str, text: str, offset: int, file: str, fix: str) -> Finding:
    return Finding(rule, message, _position(text, offset, file), fix=fix)


def _position(text: str, offset: int, file: str) -> Position:
    before = text[:offset]
    return Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
