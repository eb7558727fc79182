"""Reasons: why a text is no expression, or why it has no value, as a sentence of ours."""

from typing import TYPE_CHECKING

from lamina.words.errors import Misuse
from lamina.words.regex import regex
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from cel_expr_python import cel

_LONGEST = 300
_PLACE = regex(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_STATUS = regex(r"^[A-Z_]+: |(?: \[[A-Z_]+\])$")
_NOISE = regex(r" \(in container ''\)| expecting \{.*")
_NO_KEY = regex(r'Key not found in map : (".*")')


class BadExpression(Misuse):
    """A text that is no expression in CEL; `line` and `column` say where in it, as far as that is known."""

    def __init__(self, why: str, line: int | None = None, column: int | None = None) -> None:
        place = f" at line {line}, column {column}" if line is not None else ""
        hint = """it is CEL, over documents and environment: 'documents["agents/planner"].model == "large"'"""
        super().__init__(f"the expression is wrong{place}: {why}", hint)
        self.why = why
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Unknown:
    """That an expression has no value over some documents, and why: a key that is not there, a number for a text."""

    reason: str


def refusal(error: str) -> BadExpression:
    """What the library's error says of a text that it does not compile."""
    found = _PLACE.search(error)
    if "recursion" in error:
        return BadExpression("it is nested too deeply")
    if found and int(found[1]) > 0:
        return BadExpression(_NOISE.sub("", found[3]), int(found[1]), int(found[2]))
    return BadExpression(reason(error))


def reason(error: str) -> str:
    """What the library's error says of an expression that has no value."""
    text = error.splitlines()[0] if error and "bad_alloc" not in error else "it needs more memory than there is"
    text = _NO_KEY.sub(r"there is no key \1", _STATUS.sub("", _STATUS.sub("", text)))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def kind_text(kind: "cel.Type") -> str:
    """A type of CEL, for a sentence."""
    return f"a value of the type {kind.name().lower()}"
