"""Searching: the document that is made by the first choices, or by the fewest others with which it is valid."""

from heapq import heappop, heappush
from itertools import count

from lamina.thought.schema.compile import Schema
from lamina.thought.schema.example.choices import Choices, Key
from lamina.thought.schema.example.making import DeadEnd, Maker
from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.node import Data, Path

_MOST = 400
_HOPELESS = 1_000_000


class Unmakeable(Failure):
    """No document was found that a schema allows."""

    status = 1

    def __init__(self, why: str, path: Path) -> None:
        place = f" at {path_text(path)}" if path else ""
        hint = f"write an `examples: [...]` that fits{place or ' at the top of the schema'}; {why}"
        super().__init__("no document was found that the schema allows", hint)


def example(schema: Schema, everything: bool = False) -> Data:
    """A document that the schema allows, with ciphertexts for its secrets, its defaults left out; raises Unmakeable."""
    waiting: list[tuple[int, int, int, dict[Key, int]]] = [(0, 0, 0, {})]
    tried: set[frozenset[tuple[Key, int]]] = set()
    number, reasons = count(1), list[tuple[str, Path]]()
    while waiting and len(reasons) < _MOST:
        other = heappop(waiting)[3]
        choices = Choices(other=other)
        document, wrong = _tried(schema, choices, everything)
        if not wrong:
            return document
        reasons.append(wrong[0])
        weight = len(wrong) if document is not None else _HOPELESS
        for key in _nearest(choices, [path for _, path in wrong]):
            made, ways = choices.made[key]
            for pick in range(ways):
                step = {**other, key: pick}
                if key not in other and pick != made and frozenset(step.items()) not in tried:
                    tried.add(frozenset(step.items()))
                    heappush(waiting, (weight, len(step), next(number), step))
    raise Unmakeable(*reasons[0])


def _tried(schema: Schema, choices: Choices, everything: bool) -> tuple[Data, list[tuple[str, Path]]]:
    """The document by some choices, and what is wrong with it, sentence by place; None where none could be made."""
    try:
        document = Maker(schema.slow, choices, everything).value([schema.root], schema.shape)
    except DeadEnd as end:
        return None, [("what is demanded there fits no value that lamina can make", end.path)]
    return document, [(fault.message, fault.path) for fault in schema.verdict(schema.fill(document)[0])]


def _nearest(choices: Choices, paths: list[Path]) -> list[Key]:
    """The choices, those about a place that is wrong, or one above it, first."""

    def distance(key: Key) -> int:
        return min(_steps(key[0], path) for path in paths)

    return sorted(choices.made, key=distance)


def _steps(left: Path, right: Path) -> int:
    shared = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        shared += 1
    return len(left) + len(right) - 2 * shared
