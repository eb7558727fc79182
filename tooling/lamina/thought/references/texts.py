"""References as they are written in a text: found in it, and led elsewhere."""

import re
from collections.abc import Callable

from lamina.words.address import BadAddress, parse_path, path_text
from lamina.words.node import Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

TOKEN = regex(r'\$\$\{|\$\{((?:"(?:[^"\\]|\\.)*"|[^}"])*)\}|\$\{')
ENVIRONMENT = "@environment"
# Escapes in quotes that spell the dollar or the brace, or join two lines between them.
_SPELLED = regex(rb"\\(?:x24|x7[bB]|u0024|u007[bB]|U00000024|U0000007[bB]|\r|\n)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A parsed reference; `document` is None for the document that it stands in."""

    document: str | None
    path: Path


def may_refer(data: bytes) -> bool:
    """Whether a layer's bytes may hold a reference: a cheap look that never misses one."""
    return b"${" in data or (b"\\" in data and _SPELLED.search(data) is not None)


def references_in(text: str) -> list[Reference]:
    """The references in a scalar's text that name a value, in their order."""
    found = []
    for token in TOKEN.finditer(text):
        if token[1] and token[1] != ENVIRONMENT:
            name, path = split(token[1])
            try:
                found.append(Reference(name, parse_path(path)))
            except BadAddress:
                continue
    return found


def retargeted(text: str, lead: Callable[[Reference], Path | Reference]) -> str:
    """The text with every reference leading where `lead` says, to a path or another one; what stays is as it was written."""

    def written(token: re.Match[str]) -> str:
        if not token[1] or token[1] == ENVIRONMENT:
            return token[0]
        name, path = split(token[1])
        try:
            old = parse_path(path)
        except BadAddress:
            return token[0]
        new = lead(Reference(name, old))
        return token[0] if new in (old, Reference(name, old)) else _written(name, new)

    return TOKEN.sub(written, text)


def is_reference(text: str) -> bool:
    """Whether a text is one reference and nothing else."""
    token = TOKEN.fullmatch(text)
    return token is not None and bool(token[1])


def _written(document: str | None, to: Path | Reference) -> str:
    document, path = (to.document, to.path) if isinstance(to, Reference) else (document, to)
    return f"${{{f'{document}:' if document else ''}{path_text(path)}}}"


def split(inner: str) -> tuple[str | None, str]:
    """The document and the path of a reference; a colon inside quotes belongs to a key."""
    head, colon, rest = inner.partition(":")
    return (head, rest) if colon and '"' not in head else (None, inner)
