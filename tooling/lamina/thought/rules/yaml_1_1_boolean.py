"""A plain word that other readers of YAML take for a boolean.

What: `yes`, `no`, `on` and `off` are texts in YAML 1.2, which is what lamina reads, and booleans in YAML 1.1, which is what
many programs still read: the code of Norway is `false` there, and the key `on` is `true`. Few take `y` and `n` so: as a value
they are a note, and as a key (`x` and `y`) nothing.

Example:

    countries: [de, no, se]
    on: push

Instead: quote what is meant as a text, and write `true` or `false` for a boolean:

    countries: [de, "no", se]

Fix: safe: `true` or `false` where the schema wants a boolean, and quotes everywhere else.
"""

from collections.abc import Iterator
from typing import Final

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import LayerText, PlainWord, SchemaText, Shape
from lamina.thought.rules.walking import shape_at
from lamina.words.finding import Severity
from lamina.words.mend import Act, Put, Rewrite, Span
from lamina.words.regex import regex

_TRUE: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE: Final = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_WORDS: Final = _TRUE | _FALSE
_LONG: Final = frozenset(word for word in _WORDS if len(word) > 1)
_HINT = regex(rb"[yYnNoO](?<![^\s\[{,].)(?:es|ES|o|O|n|N|ff|FF)?[ \t]*(?:[,:\]}\r\n]|#|\Z)")


def _of_layer(layer: LayerText) -> Iterator[Breach]:
    if not layer.sealed:  # there sops reads it, and `read-otherwise` speaks of that
        for word in layer.plain(_WORDS):
            if word.is_key and len(word.text) == 1:
                continue
            shape = None if word.is_key else shape_at(layer.shape, word.path)
            yield _breach(word, shape is not None and _is_boolean(shape))


def _of_schema(schema: SchemaText) -> Iterator[Breach]:
    for word in schema.plain(_LONG):
        yield _breach(word, boolean=False)


def _breach(word: PlainWord, boolean: bool) -> Breach:
    """The breach at a word; `boolean` says that a boolean is wanted there."""
    says = "true" if word.text in _TRUE else "false"
    what = "the key" if word.is_key else "the plain value"
    severity: Severity | None = "note" if len(word.text) == 1 else None
    act: Act = Put(word.text in _TRUE) if boolean else Rewrite((Span(word.start, word.end, f'"{word.text}"'),))
    fix = f"write {says}" if boolean else f'write it in quotes: "{word.text}"'
    message = f"{what} {word.text} is text here, and {says} to readers of YAML 1.1"
    return Breach(message, word.path, word.is_key, fix, (word.line, word.column), severity, act=act)


def _is_boolean(shape: Shape) -> bool:
    return "boolean" in shape.types and not {"string", "number", "integer"} & {*shape.types}


RULE = Rule("yaml-1.1-boolean", "warning", __doc__, _of_layer, _HINT)
IN_SCHEMAS = Rule("yaml-1.1-boolean", "warning", __doc__, _of_schema, _HINT)
