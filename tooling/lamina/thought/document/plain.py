"""Plain scalars of a YAML text by their words: those that readers of other versions of YAML take for something else."""

from collections.abc import Collection, Iterator

from lamina.thought.document.outline import outline
from lamina.thought.document.spots import Outline, Spot
from lamina.words.node import Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A plain scalar, a key or a value: its path, its text, its line and column, and its span in the file's text."""

    path: Path
    is_key: bool
    text: str
    line: int
    column: int
    start: int
    end: int


def plain_words(data: bytes, file: str, wanted: Collection[str]) -> Iterator[Word]:
    """The plain scalars of a file that are one of the words, in the order of the text; of JSON there are none."""
    if not file.endswith(".json"):
        text = data.decode("utf-8-sig")
        yield from _below(outline(data, file), (), text, wanted)


def _below(node: Outline, at: Path, text: str, wanted: Collection[str]) -> Iterator[Word]:
    for step, child in node.children.items():
        path = (*at, step)
        if child.key is not None:
            yield from _word(child.key, path, True, text, wanted)
        # A tag of YAML's own (`!!str no`) says the type to all readers alike.
        tagged = child.properties is not None and "!!" in text[child.properties.start : child.properties.end]
        if child.style == "scalar" and not child.alias and not tagged:
            yield from _word(child.value, path, False, text, wanted)
        if not child.alias:
            yield from _below(child, path, text, wanted)


def _word(spot: Spot, path: Path, is_key: bool, text: str, wanted: Collection[str]) -> Iterator[Word]:
    found = text[spot.start : spot.end]
    if found in wanted:
        yield Word(path, is_key, found, spot.line, spot.column, spot.start, spot.end)
