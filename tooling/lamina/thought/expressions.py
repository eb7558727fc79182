"""Expressions: conditions over rendered documents in CEL, the Common Expression Language.

They cannot loop for ever, reach outside of what they are given, or change it. The library has bounds of its own: 32 levels of
nesting in the text, and 10,000 steps through lists and maps in all; what values may grow to is for the caller to bound.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lamina.words.address import path_text
from lamina.words.errors import Misuse
from lamina.words.node import Data, Path

if TYPE_CHECKING:
    from cel_expr_python import cel

_MOST_CHARACTERS, _LONGEST_REASON = 10_000, 300
# A whole number of CEL has 64 bits, with a sign or without.
_LEAST, _MOST = -(2**63), 2**64 - 1

_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_STATUS = re.compile(r"^[A-Z_]+: |(?: \[[A-Z_]+\])$")
_NOISE = re.compile(r" \(in container ''\)| expecting \{.*")
_NO_KEY = re.compile(r'Key not found in map : (".*")')
# `documents` and the document's name, as far as it can be told from the text: a comment or a call may stand between.
_NAMED = re.compile(
    r"""\bdocuments(?:\s*\.\s*(\w+)\b(?!\s*\()|\s*\[\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)')\s*\])?""", re.ASCII
)


class BadExpression(Misuse):
    """A text that is no condition in CEL; says where, as far as that is known."""

    def __init__(self, why: str, place: str = "") -> None:
        hint = """it is CEL, over documents and environment: 'documents["agents/planner"].model == "large"'"""
        super().__init__(f"the expression is wrong{place}: {why}", hint)


@dataclass(frozen=True, slots=True)
class Unknown:
    """That a condition is neither true nor false of some documents, and why: a key that is not there, a number for a text."""

    reason: str


class Expression:
    """A condition, compiled: `environment` is the environment's name in it, `documents` its documents by name."""

    def __init__(self, text: str, compiled: "cel.Expression") -> None:
        self.text = text
        self._compiled = compiled

    @property
    def documents(self) -> frozenset[str] | None:
        """The documents that it can speak of; None where it may speak of all."""
        if "//" in self.text:
            return None
        names = [next(filter(None, found.groups()), None) for found in _NAMED.finditer(self.text)]
        return None if None in names else frozenset(filter(None, names))

    def truth(self, environment: str, documents: Mapping[str, Data]) -> bool | Unknown:
        """Whether it is true of the documents of an environment; what they hold must be fit to be shown."""
        for reason in _unsayable(documents):
            return Unknown(reason)
        from cel_expr_python import cel

        try:
            value = self._compiled.eval(data={"environment": environment, "documents": documents})
        # The library raises RuntimeError for what it counts as its own limits.
        except (RuntimeError, ValueError, TypeError, MemoryError, RecursionError) as error:
            return Unknown(_reason(str(error)))
        if value.type() == cel.Type.ERROR:
            return Unknown(_reason(str(value.value())))
        if value.type() != cel.Type.BOOL:
            return Unknown(f"it gives {_kind(value.type())}, neither true nor false")
        return bool(value.value())


def compile_expression(text: str) -> Expression:
    """The condition that a text is; raises BadExpression."""
    from cel_expr_python import cel

    if len(text) > _MOST_CHARACTERS:
        raise BadExpression(f"it has {len(text)} characters, and at most {_MOST_CHARACTERS} are read")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise BadExpression("it is not UTF-8")
    documents = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    room = cel.NewEnv(variables={"documents": documents, "environment": cel.Type.STRING})
    try:
        compiled = room.compile(text)
    except (RuntimeError, ValueError, TypeError) as error:
        raise _refusal(str(error)) from None
    kind = compiled.return_type()
    if kind not in (cel.Type.BOOL, cel.Type.DYN):
        raise BadExpression(f"it gives {_kind(kind)}, neither true nor false")
    return Expression(text, compiled)


def _refusal(error: str) -> BadExpression:
    found = _PLACE.search(error)
    if found:
        return BadExpression(_NOISE.sub("", found[3]), f" at line {found[1]}, column {found[2]}")
    if "recursion" in error:
        return BadExpression("it is nested too deeply")
    return BadExpression(_reason(error))


def _reason(error: str) -> str:
    text = error.splitlines()[0] if error and "bad_alloc" not in error else "it needs more memory than there is"
    text = _NO_KEY.sub(r"there is no key \1", _STATUS.sub("", _STATUS.sub("", text)))
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"


def _kind(kind: "cel.Type") -> str:
    return f"a value of the type {kind.name().lower()}"


def _unsayable(value: Any, path: Path = ()) -> Iterator[str]:
    """What CEL has no value for: numbers beyond 64 bits, halves of characters."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not _is_text(key):
                yield f"a key of {_place(path)} is no Unicode text"
            yield from _unsayable(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _unsayable(part, (*path, index))
    elif isinstance(value, str) and not _is_text(value):
        yield f"{_place(path)} is no Unicode text"
    elif isinstance(value, int) and not _LEAST <= value <= _MOST:
        yield f"{_place(path)} is a number of more than 64 bits"


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _place(path: Path) -> str:
    return f"{path[0]}:{path_text(path[1:])}" if len(path) > 1 else str(path[0])
