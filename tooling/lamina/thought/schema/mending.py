"""Mends of what a schema refuses: the acts that come into question, at the value or key that is refused.

Whether an act makes the document valid is for whoever carries it out to prove; here only what was surely meant is proposed.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from lamina.thought.schema.sentences import BOOLEANS
from lamina.thought.schema.shape import MISSING, Missing, Shape
from lamina.words.mend import Act, OneOf, Put, Rename, Safety
from lamina.words.node import Data
from lamina.words.regex import regex
from lamina.words.typos import only_case, typo_of

_INTEGER = regex(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = regex(r"[-+]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")


def one_of(acts: Sequence[Act]) -> Act | None:
    """The act, or the choice between several; None for none."""
    return acts[0] if len(acts) == 1 else OneOf(tuple(acts)) if acts else None


def another_name(key: str, known: Iterable[str], secret: Collection[str] = ()) -> Act | None:
    """An unknown key called as one that it is a typo of; nothing where that may be a secret one, whose value must be sealed."""
    names = typo_of(key, known)
    return None if set(names) & set(secret) else one_of([Rename(name) for name in names])


def another_value(keyword: str, value: Any, instance: Data) -> tuple[Act | None, Safety]:
    """A refused text as the number or boolean that it spells, or as the allowed value that it is in another case.

    As an allowed value that it is only a typo of, it is unsafe: it may be meant, and the schema behind.
    """
    if not isinstance(instance, str):
        return None, "safe"
    if keyword == "type":
        return _spelled(instance, [value] if isinstance(value, str) else value), "safe"
    if keyword in ("enum", "const"):
        allowed = [one for one in (value if keyword == "enum" else [value]) if isinstance(one, str)]
        if alike := only_case(instance, allowed):
            return one_of([Put(one) for one in alike]), "safe"
        return one_of([Put(one) for one in typo_of(instance, allowed)]), "unsafe"
    return None, "safe"


def missing_value(shape: Shape | None) -> Act | None:
    """What a missing key must hold, if only one thing can be meant: its only value, or a map that defaults fill."""
    if shape is None or shape.secret or shape.deprecated:
        return None
    only: Data | Missing = shape.default
    if only is MISSING and shape.enum is not None and len(shape.enum) == 1:
        only = shape.enum[0]
    if only is MISSING and shape.has_defaults and shape.types == ("object",):
        only = {}
    return None if only is MISSING else Put(only)


def _spelled(text: str, types: Sequence[str]) -> Act | None:
    if "integer" in types and _INTEGER.fullmatch(text):
        return Put(int(text))
    if "number" in types and _NUMBER.fullmatch(text):
        return Put(int(text) if _INTEGER.fullmatch(text) else float(text))
    if "boolean" in types and text.casefold() in BOOLEANS:
        return Put(BOOLEANS[text.casefold()])
    return None
