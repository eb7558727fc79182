"""Plain values of a sealed layer that sops reads otherwise than lamina: `010`, `1_000`, a date.

sops hashes what it reads into the MAC and writes that when the file is opened, so one file would have two meanings.
"""

import re
from collections.abc import Iterator

from lamina.thought.document import Outline, outline
from lamina.thought.document.scalars import OutOfRange
from lamina.thought.document.scalars import resolve as as_lamina
from lamina.thought.sealed import METADATA
from lamina.words.address import path_text
from lamina.words.finding import Finding, Position
from lamina.words.node import Path
from lamina.words.regex import regex

# A cheap look at the bytes: what both read alike is passed over here, and what is found may still be text.
_DOUBTFUL = regex(
    rb"(?:^|[\s\[{,:?])(?:[-+]?0[0-9xXbBoO_]|[-+]?\.?[0-9][0-9.]*_|[0-9]{4}-[0-9]|[-+]?[0-9]{16})", re.MULTILINE
)
_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "a truth", "time": "an instant"}
_EXACT = 2**53
_QUOTES = ("'", '"', "|", ">")


def read_otherwise(data: bytes, file: str) -> Iterator[Finding]:
    """The plain values, and keys, of a sealed layer that sops reads otherwise; `data` was read soundly."""
    if not _DOUBTFUL.search(data):
        return
    text = data.decode("utf-8-sig")
    root = outline(data, file)
    for key, child in root.children.items():
        if key != METADATA:
            yield from _below(child, (key,), text, file)


def _below(node: Outline, path: Path, text: str, file: str) -> Iterator[Finding]:
    if node.key is not None and not file.endswith(".json"):
        said = _difference(text[node.key.start : node.key.end])
        if said:
            place = Position(file, node.key.line, node.key.column)
            message = f"the key {path_text(path)} is {said[0]} to sops, which takes only text there"
            yield Finding("read-otherwise", message, place, path=path, fix="write the key in quotes")
    if node.alias or node.properties is not None:
        return
    if node.style == "scalar":
        written = text[node.value.start : node.value.end]
        said = _number(written) if file.endswith(".json") else _difference(written)
        if said:
            place = Position(file, node.value.line, node.value.column)
            message = f"{path_text(path)} is {said[0]} to sops, and {said[1]} to lamina"
            fix = f"write it in quotes, or in plain decimal digits, with lamina secrets edit {file}"
            yield Finding("read-otherwise", message, place, path=path, fix=fix)
    for key, child in node.children.items():
        yield from _below(child, (*path, key), text, file)


def _difference(written: str) -> tuple[str, str] | None:
    """What a scalar is to sops and to lamina, where that is not the same; never what it says."""
    from lamina.thought.sealed.stores.yaml_scalars import Unsayable
    from lamina.thought.sealed.stores.yaml_scalars import resolve as as_sops

    if written[:1] in _QUOTES:
        return None
    try:
        ours, theirs = as_lamina(written), as_sops(written)
    except OutOfRange:
        return None
    except Unsayable:
        return "a number that it cannot hold", "one that it can"
    if type(ours) is type(theirs):
        same = ours == theirs or ours != ours
        return None if same else (f"another {_kind(theirs).removeprefix('a ')}", "what it seems to be")
    return _kind(theirs), _kind(ours)


def _kind(value: str | int | float | bool | None) -> str:
    from lamina.thought.sealed.values import kind_of_value

    return "null" if value is None else _KINDS[kind_of_value(value)]


def _number(written: str) -> tuple[str, str] | None:
    """sops held every number of a JSON file as a float until 3.13.2, and large ones lost their last digits."""
    digits = written.removeprefix("-")
    inexact = digits.isdigit() and len(digits) < 40 and int(digits) > _EXACT
    return ("a number without its last digits", "a whole number") if inexact else None
