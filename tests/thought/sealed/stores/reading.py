"""What a store makes of a text, in short: its data, its comments with their places, or why it is refused."""

from typing import Any

from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Parsed, documents


def read(kind: str, text: str | bytes, sealed: bool = False) -> Parsed:
    return store_of("", kind).parse(text.encode() if isinstance(text, str) else text, sealed)


def data_of(kind: str, text: str | bytes) -> list[Any]:
    return documents(read(kind, text).entries)


def notes_of(kind: str, text: str) -> list[tuple[str, object]]:
    return [(leaf.bound, leaf.value) for leaf in read(kind, text).leaves() if leaf.note]


def refusal(kind: str, text: str | bytes, sealed: bool = False) -> tuple[int, str]:
    try:
        read(kind, text, sealed)
    except (Unfit, Unparsable) as error:
        return error.line, str(error)
    return 0, ""


def written(kind: str, value: Any, text: str) -> str:
    """How a store writes a value in place of the first one of a text."""
    parsed = read(kind, text)
    leaf = next(leaf for leaf in parsed.leaves() if not leaf.note)
    return store_of("", kind).plain(parsed, leaf, value, False)
