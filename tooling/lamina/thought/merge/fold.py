"""Fold a document's layers, from the lowest up, into its data; the findings of merging come from here."""

from collections.abc import Sequence
from typing import Any

from lamina.thought.merge.checks import MergeFault, dead_unsets, misfits
from lamina.thought.merge.patches import ABSENT, NOTHING, ListRules, Report, arrange, compose, family, settle
from lamina.words.node import Data, Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged document: its data (ABSENT when a layer took it away), the arranged layers it came from, and the faults."""

    value: Data
    layers: tuple[Any, ...]
    faults: tuple[MergeFault, ...] = ()


def fold(layers: Sequence[Any], rules: ListRules | None, tagged: Sequence[bool], lenient: Sequence[bool]) -> Merged:
    """Merge patches, lowest first.

    `tagged[i]` says whether layer i may hold tags (a cheap look at its text decides); `lenient[i]` that its `!unset` of an
    absent key is no fault, as in `_defaults`.
    """
    orders = rules is not None and rules.orders_lists
    # Without tags and without rules for lists there is nothing but maps that merge and values that replace.
    simple = not orders and not any(tagged)
    arranged = tuple(arrange(layer, rules) for layer in layers) if orders else tuple(layers)
    faults: list[MergeFault] = []
    merged: Any = NOTHING
    for index, layer in enumerate(arranged):
        if orders or tagged[index]:
            faults += misfits(layer, index)
            if not lenient[index]:
                faults += (_dead(index, path) for path in dead_unsets(merged, layer))
        merged = (
            layer if simple and merged is NOTHING else compose(merged, layer, _reporting(faults, index, not simple))
        )
    value = ABSENT if merged is NOTHING else merged if simple else settle(merged)
    return Merged(value, arranged, tuple(faults))


def _reporting(faults: list[MergeFault], layer: int, edits: bool) -> Report:
    return Report(lambda low, high, at: faults.append(_clash(low, high, layer, at)), edits)


def _clash(low: Any, high: Any, layer: int, at: Path) -> MergeFault:
    upper, lower = _NAMES[family(high)], _NAMES[family(low)]
    message = f"{upper} stands over {lower} of a lower layer"
    return MergeFault("type-clash", message, layer, at, "write !replace before the value if this is meant")


def _dead(layer: int, path: Path) -> MergeFault:
    message = "!unset takes away nothing: no lower layer sets this"
    return MergeFault("unset-of-nothing", message, layer, path, "delete the line")


_NAMES = {"map": "a map", "list": "a list", "scalar": "a single value", "null": "null"}
