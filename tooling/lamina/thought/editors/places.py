"""Where editors find the schema of a layer, and which tags the layer language has."""

import re
from collections.abc import Mapping
from typing import get_args

from lamina.words.node import Tag

EDITORS = ".editor"
"""The folder of the schemas that are generated for editors."""
SETTINGS, POLICY, TESTS = "lamina.yaml", "policy.yaml", "lamina.tests"

# The kinds of YAML node that may stand under each tag.
_NODES: Mapping[Tag, tuple[str, ...]] = {
    "replace": ("scalar", "mapping", "sequence"),
    "append": ("sequence",),
    "prepend": ("sequence",),
    "unset": ("scalar", "mapping"),  # a key that goes away; an item of a list by key, `!unset {name: x}`
}
TAGS = tuple(f"!{tag} {node}" for tag in get_args(Tag) for node in _NODES[tag])
"""The tags of the layer language, as yaml-language-server wants them declared."""

_MODELINE = "# yaml-language-server: $schema="
_OURS = re.compile(rf"{re.escape(_MODELINE)}(?:\.\./)*{re.escape(EDITORS)}/[^\r\n]*")
_FIRST = re.compile("\ufeff?")
_LINE_END = re.compile("\r\n|\r|\n")


def editor_file(kind: str) -> str:
    """Where the schema for editors of a kind's layers stands; of `SETTINGS`, `POLICY` and `TESTS` that of such files."""
    return f"{EDITORS}/{kind}.schema.json"


def patterns(kind: str) -> tuple[str, ...]:
    """The files that are layers of a kind, as editors match them: a document of its own, or a folder of documents."""
    if kind == SETTINGS:
        return (SETTINGS,)
    if kind == POLICY:
        return ("policies/**/*.policy.yaml",)
    if kind == TESTS:
        return ("tests/config/**/*.yaml",)
    return tuple(f"environments/*/{kind}{rest}" for rest in (".yaml", ".sops.yaml", "/**/*.yaml"))


def with_modeline(file: str, text: str) -> str:
    """A layer or the settings with a first line that points at their schema; one that points elsewhere stays."""
    parts = file.split("/")
    kind = file if len(parts) == 1 else parts[2].removesuffix(".yaml")
    line = f"{_MODELINE}{'../' * (len(parts) - 1)}{editor_file(kind)}"
    start = _FIRST.match(text).end()  # type: ignore[union-attr]  # it matches nothing at least
    if found := _OURS.match(text, start):
        return text[:start] + line + text[found.end() :]
    if text.startswith(_MODELINE, start):
        return text
    end = _LINE_END.search(text)
    return f"{text[:start]}{line}{end[0] if end else chr(10)}{text[start:]}"
