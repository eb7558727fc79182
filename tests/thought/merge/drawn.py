"""Layers to merge: hypothesis strategies for patches with every tag, and rules for lists of every sort."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st

from lamina.words.node import Sealed, Tagged


@dataclass(frozen=True)
class Key:
    """A rule that matches items by a key."""

    name: str


@dataclass(frozen=True)
class Rules:
    """What a schema would say of lists, written down."""

    merge: Literal["append", "prepend", "replace"] | Key | None = None
    keys: Mapping[str, "Rules"] = field(default_factory=dict)
    items: "Rules | None" = None

    @property
    def orders_lists(self) -> bool:
        """Whether anything is said of lists here or below."""
        below = [*self.keys.values(), *([self.items] if self.items else [])]
        return self.merge is not None or any(rules.orders_lists for rules in below)

    def child(self, key: str) -> "Rules | None":
        """The rules under a key."""
        return self.keys.get(key)

    def item(self) -> "Rules | None":
        """The rules of the items."""
        return self.items


_ITEM = Rules(keys={"end": Rules("append"), "by": Rules(Key("id"))})
RULES = Rules(
    keys={
        "end": Rules("append", items=_ITEM),
        "start": Rules("prepend"),
        "whole": Rules("replace", items=_ITEM),
        "by": Rules(Key("id"), items=_ITEM),
        "map": Rules(keys={"end": Rules("append"), "by": Rules(Key("id"), items=_ITEM)}),
    }
)
"""One rule of every sort, at the top, in a map, and in the items of a list by key."""

_KEYS = ["end", "start", "whole", "by", "map", "plain"]
SCALARS = st.sampled_from([0, 1, 1.0, True, "", "x", None, Sealed("ENC[...]", "str"), Sealed("ENC[...]", "int")])
_UNSET = Tagged("unset", None)
_IDS = st.sampled_from(["a", "b", "c", 1, True])


@cache
def values(depth: int = 2) -> st.SearchStrategy[Any]:
    """What may stand under a key of a layer, with or without a tag."""
    if depth == 0:
        return st.one_of(SCALARS, st.just(_UNSET))
    return st.one_of(
        SCALARS,
        st.just(_UNSET),
        _maps(depth),
        _lists(depth),
        st.builds(Tagged, st.just("replace"), st.one_of(SCALARS, _maps(depth), _lists(depth))),
        st.builds(Tagged, st.sampled_from(["append", "prepend"]), _lists(depth)),
    )


@cache
def _maps(depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return st.just({})
    return st.dictionaries(st.sampled_from(_KEYS), values(depth - 1), max_size=4)


@cache
def _lists(depth: int) -> st.SearchStrategy[Any]:
    keyed = st.builds(lambda key, rest: {"id": key} | rest, _IDS, _maps(depth - 1))
    untagged = st.one_of(SCALARS, _maps(depth - 1), keyed, keyed)
    gone = st.builds(lambda key: Tagged("unset", {"id": key}), _IDS)
    replaced = st.builds(Tagged, st.just("replace"), keyed)
    return st.lists(st.one_of(untagged, untagged, gone, replaced), max_size=3)


LAYERS = st.one_of(_maps(3), _maps(3), _maps(3), st.just(_UNSET), st.builds(Tagged, st.just("replace"), _maps(2)))
"""A layer as the reader gives it."""
