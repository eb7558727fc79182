"""Rooms: where expressions are compiled, by the names that they may use, and the values that they have there."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from lamina.thought.expressions.named import Named, named
from lamina.thought.expressions.reasons import BadExpression, Unknown, kind_text, reason, refusal
from lamina.words.address import path_text
from lamina.words.node import Path

if TYPE_CHECKING:
    from cel_expr_python import cel

_MOST_CHARACTERS = 10_000
# A whole number of CEL has 64 bits, with a sign or without.
_LEAST, _MOST = -(2**63), 2**64 - 1

Sort: TypeAlias = Literal["text", "truth", "map", "any"]
"""What a variable is: `map` has texts as keys."""


class Term:
    """An expression that is compiled."""

    def __init__(self, text: str, compiled: "cel.Expression") -> None:
        self.text = text
        self._compiled = compiled

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """The places in variables that it names."""
        return named(self._compiled.serialize())

    @property
    def never_truth(self) -> str | None:
        """Why it can be neither true nor false whatever its variables are; None where it can."""
        from cel_expr_python import cel

        kind = self._compiled.return_type()
        return None if kind in (cel.Type.BOOL, cel.Type.DYN) else f"it gives {kind_text(kind)}, neither true nor false"

    def truth(self, values: "cel.Activation") -> bool | Unknown:
        """Whether it is true of the values of its variables."""
        from cel_expr_python import cel

        value = self._evaluated(values)
        if isinstance(value, Unknown):
            return value
        if value.type() != cel.Type.BOOL:
            return Unknown(f"it gives {kind_text(value.type())}, neither true nor false")
        return bool(value.value())

    def value(self, values: "cel.Activation") -> Any:
        """Its value as plain Python, or Unknown."""
        value = self._evaluated(values)
        return value if isinstance(value, Unknown) else value.plain_value()

    def _evaluated(self, values: "cel.Activation") -> "cel.Value | Unknown":
        from cel_expr_python import cel

        try:
            value = self._compiled.eval(values)
        # The library raises RuntimeError for what it counts as its own limits.
        except (RuntimeError, ValueError, TypeError, MemoryError, RecursionError) as error:
            return Unknown(reason(str(error)))
        return Unknown(reason(str(value.value()))) if value.type() == cel.Type.ERROR else value


class Room:
    """The names that expressions may use."""

    def __init__(self, names: Mapping[str, Sort]) -> None:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_optional, ext_strings

        sorts = {
            "text": cel.Type.STRING, "truth": cel.Type.BOOL, "any": cel.Type.DYN,
            "map": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        }  # fmt: skip
        extensions = [ext_optional.ExtOptional(), ext_strings.ExtStrings()]
        self._room = cel.NewEnv(variables={name: sorts[sort] for name, sort in names.items()}, extensions=extensions)

    def term(self, text: str) -> Term:
        """The expression that a text is; raises BadExpression."""
        if len(text) > _MOST_CHARACTERS:
            raise BadExpression(f"it has {len(text)} characters, and at most {_MOST_CHARACTERS} are read")
        if not _is_text(text):
            raise BadExpression("it is not UTF-8")
        try:
            return Term(text, self._room.compile(text))
        except (RuntimeError, ValueError, TypeError) as error:
            raise refusal(str(error)) from None

    def values(self, values: Mapping[str, Any]) -> "cel.Activation":
        """Values of the names, made into those of CEL at most once; they must be fit to be shown."""
        return self._room.Activation(values)


def unsayable(value: Any, path: Path = ()) -> Iterator[str]:
    """What CEL has no value for: numbers beyond 64 bits, halves of characters."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not _is_text(key):
                yield f"a key of {_place(path)} is no Unicode text"
            yield from unsayable(part, (*path, key))
    elif isinstance(value, list):
        yield from _unsayable_items(enumerate(value), path)
    elif isinstance(value, str) and not _is_text(value):
        yield f"{_place(path)} is no Unicode text"
    elif isinstance(value, int) and not _LEAST <= value <= _MOST:
        yield f"{_place(path)} is a number of more than 64 bits"


def _unsayable_items(items: Iterable[tuple[int, Any]], path: Path) -> Iterator[str]:
    for index, part in items:
        yield from unsayable(part, (*path, index))


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _place(path: Path) -> str:
    return f"{path[0]}:{path_text(path[1:])}" if len(path) > 1 else str(path[0]) if path else "the document"
