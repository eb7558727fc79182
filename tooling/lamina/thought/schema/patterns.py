r"""Patterns: the part of ECMA 262's regular expressions that reads alike everywhere, and one engine that reads it.

JSON Schema's patterns are ECMA 262's. The validators run Rust's and Python's engines, editors run JavaScript's; they
differ in `\d`, `\w`, `\s`, `.`, `$` and in most of what is rare. What is accepted here is written anew so that each of
them reads it as ECMA 262 (with the flag `u`) does; the rest is refused.

Whatever matches a text against a schema's pattern does it by Rust's `regex`, which needs time linear in the text, so
that no pattern can hang a run. It cannot look ahead or behind; jsonschema-rs would do that by `fancy-regex`, whose
present release also misreads plain patterns (it lets `^a+b?a+$` match "a").
"""

import re
from collections.abc import Callable
from functools import lru_cache

from lamina.words.regex import regex

_END = r"(?:\Z)"
_SYNTAX = "^$\\.*+?()[]{}|/"
_SPECIAL = "\\.+*?()|[]{}^$#&-~"
_QUANTIFIER = regex(r"(?:[*+?]|\{([0-9]+)(?:,([0-9]*))?\})\??")
_CODES = {"x": re.compile(r"[0-9A-Fa-f]{2}"), "u": re.compile(r"[0-9A-Fa-f]{4}")}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_MOST = 1000


class NotPortable(ValueError):
    """A pattern that the engines would read differently, or not at all; its text is what stands in the way."""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches somewhere in the text; raises NotPortable."""
    return _matcher(linear_pattern(pattern))(text)


def matches_written(pattern: str, text: str) -> bool:
    """The same for what `python_pattern` gave."""
    return _matcher(pattern.replace(_END, "$"))(text)


@lru_cache(maxsize=4096)
def python_pattern(pattern: str) -> str:
    """The pattern for Python's `re`; raises NotPortable."""
    return _Reading(pattern).translated()


def linear_pattern(pattern: str) -> str:
    """The pattern for Rust's `regex`; raises NotPortable."""
    return python_pattern(pattern).replace(_END, "$")


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Callable[[str], bool]:
    import jsonschema_rs

    schema = {"pattern": pattern}
    try:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid
    except ValueError:
        raise NotPortable("it is too large; repeat less, and limit the length with maxLength") from None


class _Reading:
    """One walk over a pattern, which writes it anew."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.groups: list[bool] = []
        """For every open group, whether it holds anything that takes a character."""

    def translated(self) -> str:
        parts: list[str] = []
        while self.position < len(self.pattern):
            parts.append(self.piece())
        if self.groups:
            raise NotPortable("a group is not closed")
        return "".join(parts)

    def piece(self) -> str:
        """The next assertion, bracket or atom with its quantifier, translated."""
        character = self.pattern[self.position]
        if character in "^$|":
            self.position += 1
            return self.unrepeated(_END if character == "$" else character)
        if character == "(":
            return self.group()
        if character == ")":
            return self.group_end()
        if character in "*+?{}]":
            raise NotPortable(f'"{character}" has nothing to repeat or to close; write "\\{character}"')
        if self.groups:
            self.groups[-1] = True
        return self.atom(character) + self.quantifier()

    def unrepeated(self, text: str) -> str:
        if self.position < len(self.pattern) and self.pattern[self.position] in "*+?{":
            raise NotPortable(f'"{self.pattern[self.position]}" has nothing to repeat')
        return text

    def group(self) -> str:
        special = self.pattern.startswith("(?", self.position)
        if special and not self.pattern.startswith("(?:", self.position):
            opener = self.pattern[self.position : self.position + 3]
            raise NotPortable(f'"{opener}" is no plain group; say it with another pattern, under "allOf" or "not"')
        self.position += 3 if special else 1
        self.groups.append(False)
        return self.unrepeated("(?:")

    def group_end(self) -> str:
        if not self.groups:
            raise NotPortable('")" closes no group')
        self.position += 1
        if not self.groups.pop():
            return self.unrepeated(")")
        if self.groups:
            self.groups[-1] = True
        return ")" + self.quantifier()

    def atom(self, character: str) -> str:
        if character == "[":
            return self.brackets()
        self.position += 1
        if character == ".":
            return _DOT
        if character != "\\":
            return _literal(ord(character))
        read = self.escape("")
        return f"[{read}]" if isinstance(read, str) else _literal(read)

    def quantifier(self) -> str:
        found = _QUANTIFIER.match(self.pattern, self.position)
        if found is None:
            if self.pattern.startswith("{", self.position):
                raise NotPortable('"{" begins no quantifier such as {2} or {1,3}; write "\\{"')
            return ""
        low, high = found[1], found[2]
        if any(bound and int(bound) > _MOST for bound in (low, high)):
            raise NotPortable(f"{found[0]} repeats more than {_MOST} times; use minLength and maxLength")
        if low and high and int(low) > int(high):
            raise NotPortable(f"the bounds of {found[0]} are the wrong way round")
        self.position = found.end()
        if self.position < len(self.pattern) and self.pattern[self.position] in "*+?{":
            raise NotPortable(f'"{found[0]}{self.pattern[self.position]}" repeats a repetition')
        return found[0]

    def brackets(self) -> str:
        self.position += 1
        negated = self.pattern.startswith("^", self.position)
        self.position += negated
        parts: list[str] = []
        while not self.pattern.startswith("]", self.position):
            parts.append(self.range())
        self.position += 1
        if not parts:
            raise NotPortable('"[]" and "[^]" are read differently by every engine')
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def range(self) -> str:
        low = self.member()
        if not self.pattern.startswith("-", self.position) or self.pattern.startswith("-]", self.position):
            return low if isinstance(low, str) else _literal(low)
        self.position += 1
        high = self.member()
        if isinstance(low, str) or isinstance(high, str):
            raise NotPortable("a range in brackets ends in a class such as \\d")
        if low > high:
            raise NotPortable("a range in brackets is the wrong way round")
        return f"{_literal(low)}-{_literal(high)}"

    def member(self) -> "str | int":
        """A member of a set: a code point, or the inside of a class such as `\\d`."""
        if self.position >= len(self.pattern):
            raise NotPortable('"[" is not closed')
        character = self.pattern[self.position]
        self.position += 1
        return self.escape("-") if character == "\\" else ord(character)

    def escape(self, more: str) -> "str | int":
        """What follows a backslash: a code point, or the inside of a class."""
        if self.position >= len(self.pattern):
            raise NotPortable("it ends in a backslash")
        character = self.pattern[self.position]
        self.position += 1
        if character in _SETS:
            return _SETS[character]
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character in "xu":
            return self.code_point(character)
        if character in _SYNTAX or character in more or not (character.isalnum() or character == "_"):
            # ECMA 262 refuses most escapes of punctuation under the flag u; without it, all read them as themselves.
            return ord(character)
        raise NotPortable(f'"\\{character}" is not read alike by all engines')

    def code_point(self, kind: str) -> int:
        found = _CODES[kind].match(self.pattern, self.position)
        if found is None:
            raise NotPortable(f'"\\{kind}" is not followed by a code in hexadecimal digits')
        self.position = found.end()
        if 0xD800 <= int(found[0], 16) <= 0xDFFF:
            raise NotPortable("half of a surrogate pair is no character; write the character itself")
        return int(found[0], 16)


def _literal(code: int) -> str:
    character = chr(code)
    if character in _SPECIAL:
        return f"\\{character}"
    return f"\\x{code:02x}" if code < 0x20 or code == 0x7F else character


def _set(ranges: str) -> str:
    """The inside of brackets for code points given as `30-39 5f`, in hexadecimal digits."""
    pairs = (text.partition("-") for text in ranges.split())
    return "".join(f"{_literal(int(low, 16))}-{_literal(int(high or low, 16))}" for low, _, high in pairs)


_SETS = {
    "d": _set("30-39"),
    "D": _set("0-2f 3a-10ffff"),
    "w": _set("30-39 41-5a 5f 61-7a"),
    "W": _set("0-2f 3a-40 5b-5e 60 7b-10ffff"),
    "s": _set("9-d 20 a0 1680 2000-200a 2028-2029 202f 205f 3000 feff"),
    "S": _set("0-8 e-1f 21-9f a1-167f 1681-1fff 200b-2027 202a-202e 2030-205e 2060-2fff 3001-fefe ff00-10ffff"),
}
_DOT = f"[{_set('0-9 b-c e-2027 202a-10ffff')}]"
