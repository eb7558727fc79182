"""Checks of single keywords: those whose values validators would read differently, and those that say nothing."""

from collections.abc import Callable, Iterator

from lamina.thought.schema.faults import Place, SchemaFault
from lamina.thought.schema.formats import FORMATS
from lamina.thought.schema.patterns import NotPortable, matches, python_pattern
from lamina.thought.schema.sentences import meant, quoted, shown
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import ANNOTATIONS, DRAFT, KNOWN, OUTDATED
from lamina.words.errors import listing
from lamina.words.node import Data

_OURS = [keyword for keyword in sorted(ANNOTATIONS) if keyword.startswith("x-")]


def keyword_faults(node: Subschema) -> Iterator[SchemaFault]:
    """What is wrong with the keywords of a subschema, each by itself."""
    for keyword, value in node.keywords.items():
        if check := _CHECKS.get(keyword):
            yield from check(value, node.keyword(keyword))
        elif keyword not in KNOWN:
            yield from _unknown(keyword, node.keyword(keyword))


def large_patterns(node: Subschema) -> Iterator[SchemaFault]:
    """The patterns of a subschema that the engine cannot hold; this compiles them, so it is only asked when one fails."""
    for pattern, place in _patterns(node):
        try:
            matches(pattern, "")
        except NotPortable as reason:
            yield _not_portable(pattern, reason, place)


def _patterns(node: Subschema) -> Iterator[tuple[str, Place]]:
    own = node.keywords.get("pattern")
    if isinstance(own, str):
        yield own, node.keyword("pattern")
    for pattern in node.named.get("patternProperties", {}):
        yield pattern, Place(node.place.file, (*node.place.path, "patternProperties", pattern))


def _dialect(value: Data, place: Place) -> Iterator[SchemaFault]:
    if value not in (DRAFT, DRAFT + "#"):
        message = f"the dialect {shown(value)} is not supported"
        yield SchemaFault("unsupported-draft", message, place, f"write {DRAFT}, or leave it out")


def _format(value: Data, place: Place) -> Iterator[SchemaFault]:
    if isinstance(value, str) and value not in FORMATS:
        hint = meant(value, FORMATS) or f"known formats are {listing(list(FORMATS), most=20)}"
        yield SchemaFault("unknown-format", f"{quoted(value)} is no known format", place, hint)


def _pattern(value: Data, place: Place) -> Iterator[SchemaFault]:
    if isinstance(value, str):
        try:
            python_pattern(value)
        except NotPortable as reason:
            yield _not_portable(value, reason, place)


def _pattern_names(value: Data, place: Place) -> Iterator[SchemaFault]:
    for pattern in value if isinstance(value, dict) else ():
        yield from _pattern(pattern, Place(place.file, (*place.path, pattern)))


def _not_portable(pattern: str, reason: NotPortable, place: Place) -> SchemaFault:
    return SchemaFault("non-portable-pattern", f"the pattern {quoted(pattern)} cannot be used: {reason}", place)


def _unknown(keyword: str, place: Place) -> Iterator[SchemaFault]:
    """A keyword of older drafts is an error, since some validators obey it; any other is at least worth a look."""
    ours = keyword.startswith("x-")
    near = meant(keyword, _OURS if ours else sorted(KNOWN))
    message = f"{quoted(keyword)} is no keyword of JSON Schema 2020-12 and has no effect"
    if keyword in OUTDATED:
        yield SchemaFault("unknown-keyword", message, place, f"write {OUTDATED[keyword]}")
    elif near or not ours:
        yield SchemaFault("unknown-keyword", message, place, near or "a keyword of your own begins with x-", "warning")


_CHECKS: dict[str, Callable[[Data, Place], Iterator[SchemaFault]]] = {
    "$schema": _dialect,
    "format": _format,
    "pattern": _pattern,
    "patternProperties": _pattern_names,
}
