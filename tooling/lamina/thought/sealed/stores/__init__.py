"""The formats of sealed files, each a store: how a file of it is taken apart, and how its parts are written.

A store is imported when a file of its format is met: most commands meet one.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from lamina.thought.sealed.tree import Block, Change, End, Entry, Leaf, Parsed
from lamina.thought.sealed.values import Value


class Store(Protocol):
    """One format. `texts_only`: every value is a text in it, whatever type its ciphertext has."""

    name: str
    texts_only: bool

    def parse(self, data: bytes, sealed: bool) -> Parsed: ...
    def plain(self, parsed: Parsed, leaf: Leaf, value: Value, careful: bool) -> str: ...
    def cipher(self, parsed: Parsed, leaf: Leaf, text: str) -> str: ...
    def expanded(self, entries: Sequence[Entry], texts: Mapping[Leaf, str]) -> str: ...
    def without(self, parsed: Parsed, block: Block, held: bool) -> Change: ...
    def metadata(self, parsed: Parsed, end: End, fields: Mapping[str, Any], width: int = 4) -> str: ...
    def field(self, parsed: Parsed, block: Block, name: str, value: Any) -> str: ...
    def put(self, parsed: Parsed, end: End, block: str) -> Change: ...
    def scalar(self, parsed: Parsed, block: Block, name: str, value: str) -> str: ...


STORES = {
    "yaml": "YamlStore",
    "json": "JsonStore",
    "dotenv": "DotenvStore",
    "ini": "IniStore",
    "binary": "BinaryStore",
}
_ENDINGS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}


def store_of(file: str, name: str | None = None) -> Store:
    """The store of a file: the one that is named, else by the end of its name; `.env.prod` is binary, as for sops."""
    return store(name or next((kind for ending, kind in _ENDINGS.items() if file.endswith(ending)), "binary"))


@cache
def store(name: str) -> Store:
    """The store of a name."""
    made: Store = getattr(import_module(f"{__name__}.{name}_store"), STORES[name])()
    return made
