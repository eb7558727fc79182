"""Addresses: `document:path`, as people write them and as findings print them."""

import re

from lamina.words.errors import Misuse
from lamina.words.node import Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

_STEP = regex(r'(?:^|\.)(?:([^.\[\]"\s:{}$]+)|"((?:[^"\\]|\\.)*)")|\[(\d+)\]')
_PLAIN = regex(r'[^.\[\]"\s:{}$]+')


class BadAddress(Misuse):
    """An address or a path that does not parse."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is not an address",
            'an address is document:path, such as app:server.port, agents/planner:tools[0] or app:labels."a.b"',
        )


@dataclass(frozen=True, slots=True)
class Address:
    """A place in an environment: a document and a path in it (the empty path is the whole document)."""

    document: str
    path: Path = ()

    def __str__(self) -> str:
        return f"{self.document}:{path_text(self.path)}" if self.path else self.document


def path_text(path: Path) -> str:
    """A path as people write it: `execution.retry[0].delay`, with quotes around a key that needs them."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _PLAIN.fullmatch(step) else _quoted(step))
    return text


def parse_path(text: str) -> Path:
    """The path that `text` writes; raises BadAddress. An empty text is the empty path."""
    steps: list[str | int] = []
    end = 0
    while end < len(text):
        found = _STEP.match(text, end) if end or text[0] != "." else None
        if found is None:
            raise BadAddress(text)
        plain, quoted, index = found.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted))
        end = found.end()
    return tuple(steps)


def parse_address(text: str) -> Address:
    """The address that `text` writes, `document` or `document:path`; raises BadAddress."""
    document, colon, path = text.partition(":")
    if not document or (colon and not path):
        raise BadAddress(text)
    return Address(document, parse_path(path))


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
