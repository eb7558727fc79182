"""What merging finds wrong: clashes of type, `!unset` of nothing, items without their key or with another's."""

from collections.abc import Iterator
from typing import Any

from lamina.thought.merge.patches import ABSENT, Edit, ListRules, arrange, key_of, steps_of
from lamina.words.node import Path, Sealed, Tagged
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class MergeFault:
    """Something wrong with how layers combine: the layer (its index in the stack), the path in it, and the sentence."""

    rule: str
    message: str
    layer: int
    path: Path
    fix: str


def dead_unsets(low: Any, high: Any, at: Path = ()) -> Iterator[Path]:
    """Paths in `high` of each `!unset` that finds nothing in `low` to take away."""
    if type(high) is Tagged:
        if high.tag == "unset":
            return
        below = low if high.tag != "replace" else ABSENT
        yield from dead_unsets(below, high.value, at)
    elif type(high) is dict:
        lower = low.value if type(low) is Tagged else low
        for key, value in high.items():
            present = lower.get(key, ABSENT) if type(lower) is dict else ABSENT
            if _is_unset(value) and (present is ABSENT or _is_unset(present)):
                yield (*at, key)
            yield from dead_unsets(present, value, (*at, key))
    elif type(high) is list:
        for index, item in enumerate(high):
            yield from dead_unsets(ABSENT, item, (*at, index))
    else:
        for step in steps_of(high) or ():
            yield from _dead_items(low, step, at)


def _dead_items(low: Any, step: Edit, at: Path) -> Iterator[Path]:
    lower = low if type(low) is list else []
    present = {key_of(item, step.by): item for item in lower} if step.how == "keyed" else {}
    for index, item in enumerate(step.items):
        match = present.get(key_of(item, step.by), ABSENT)
        if _is_unset(item) and match is ABSENT:
            yield (*at, index)
        yield from dead_unsets(match, item, (*at, index))


def misfits(patch: Any, layer: int, at: Path = ()) -> Iterator[MergeFault]:
    """What is wrong with the lists of one arranged layer by itself."""
    value = patch.value if type(patch) is Tagged and patch.tag != "unset" else patch
    if type(value) is dict:
        for key, part in value.items():
            yield from misfits(part, layer, (*at, key))
    elif type(value) is list:
        for index, item in enumerate(value):
            if _is_unset(item):
                message = "!unset takes away an item only where the schema matches the list by key (x-merge: {by: ...})"
                yield MergeFault("misplaced-tag", message, layer, (*at, index), "write the whole list with !replace")
            yield from misfits(item, layer, (*at, index))
    else:
        for step in steps_of(value) or ():
            yield from _keyed_misfits(step, layer, at)


def _keyed_misfits(step: Edit, layer: int, at: Path) -> Iterator[MergeFault]:
    seen: dict[Any, int] = {}
    for index, item in enumerate(step.items):
        place = (*at, index)
        key = key_of(item, step.by) if step.how == "keyed" else None
        if step.how == "keyed" and _has_sealed(item, step.by):
            message = f"the items of this list are matched by {step.by!r}, and that of this one is sealed"
            fix = f"leave {step.by} in plain text: by unencrypted_regex in .sops.yaml, then lamina secrets reseal"
            yield MergeFault("sealed-list-key", message, layer, place, fix)
        elif step.how == "keyed" and key is None:
            message = f"the items of this list are matched by {step.by!r}, and this one has none"
            yield MergeFault("item-without-key", message, layer, place, f"give it a {step.by}")
        elif key is not None and key in seen:
            # The key itself is not quoted: it may be a secret, or hold one.
            message = f"this item has the same {step.by} as item {seen[key]} of this list"
            yield MergeFault("repeated-item", message, layer, place, "keep one, or name them apart")
        seen.setdefault(key, index)
        yield from misfits(item, layer, place)


def sealed_keys(patch: Any, rules: ListRules | None) -> Iterator[MergeFault]:
    """The items of lists by key whose key is sealed, in one layer that is not arranged yet."""
    if rules is not None and rules.orders_lists:
        yield from (fault for fault in misfits(arrange(patch, rules), 0) if fault.rule == "sealed-list-key")


def repeated_keys(value: Any, rules: ListRules | None, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Items of a settled document that share the key of their list with an earlier one: their paths, and the key's name."""
    if rules is None or not rules.orders_lists:
        return
    if type(value) is dict:
        for key, part in value.items():
            yield from repeated_keys(part, rules.child(key), (*at, key))
    elif type(value) is list:
        by = "" if rules.merge is None or isinstance(rules.merge, str) else rules.merge.name
        seen = set()
        for index, item in enumerate(value):
            key = key_of(item, by) if by else None
            if key is not None and key in seen:
                yield (*at, index), by
            seen.add(key)
            yield from repeated_keys(item, rules.item(), (*at, index))


def _has_sealed(item: Any, key: str) -> bool:
    value = item.value if type(item) is Tagged else item
    return type(value) is dict and type(value.get(key)) is Sealed


def _is_unset(value: Any) -> bool:
    return type(value) is Tagged and value.tag == "unset"
