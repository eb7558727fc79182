"""Differences between two documents, or two environments, by meaning: paths whose value was added, removed or changed."""

from collections.abc import Iterator
from typing import Literal, Protocol, TypeAlias

from lamina.words.node import Data, Path, same
from lamina.words.values import dataclass

_Items: TypeAlias = dict[tuple[str, Data], tuple[int, Data]]


@dataclass(frozen=True, slots=True)
class Change:
    """One path whose value differs; `before` or `after` is None where the path is absent (see `change`).

    `was` is the path of `before` in its own document: another than `path` where an item of a list by key has moved.
    """

    path: Path
    change: Literal["added", "removed", "changed"]
    before: Data = None
    after: Data = None
    was: Path = ()


class ListKeys(Protocol):
    """What a schema says of the lists at and below a place: by which of their keys the items are told apart."""

    @property
    def merge(self) -> object: ...
    def child(self, key: str) -> "ListKeys | None": ...
    def item(self) -> "ListKeys | None": ...


def changes(before: Data, after: Data, keys: ListKeys | None = None, at: Path = (), was: Path = ()) -> Iterator[Change]:
    """What differs, in the order of `before` and then of what is new.

    Maps are compared by key, and so are lists whose items the schema tells apart by one (the path is then the item's place
    in `after`, or in `before` when it was removed); the same items in another order are one change, of the list. Other
    lists of one length are compared item by item where they hold maps; all else is one change, since an item that moved
    cannot be told from one that changed.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key in after:
                if not _plainly_same(value, after[key]):
                    yield from changes(value, after[key], keys.child(key) if keys else None, (*at, key), (*was, key))
            else:
                yield Change((*at, key), "removed", before=value, was=(*was, key))
        for key, value in after.items():
            if key not in before:
                yield Change((*at, key), "added", after=value, was=(*was, key))
    elif isinstance(before, list) and isinstance(after, list) and not same(before, after):
        yield from _list_changes(before, after, keys, at, was)
    elif not same(before, after):
        yield Change(at, "changed", before, after, was)


def _plainly_same(before: Data, after: Data) -> bool:
    """Whether two values are the same at first sight: one object, which revisions share, or equal scalars of one type."""
    return before is after or (type(before) is type(after) and not isinstance(before, dict | list) and before == after)


def _list_changes(
    before: list[Data], after: list[Data], keys: ListKeys | None, at: Path, was: Path
) -> Iterator[Change]:
    item_keys = keys.item() if keys else None
    by = getattr(keys.merge, "name", None) if keys else None
    old, new = _by_key(before, by), _by_key(after, by)
    if old is not None and new is not None:
        found = list(_item_changes(old, new, item_keys, at, was))
        # The lists are not the same: items that are differ in their order alone.
        yield from found or [Change(at, "changed", before, after, was)]
    elif len(before) == len(after) and any(isinstance(item, dict | list) for item in before):
        for index, (item, now) in enumerate(zip(before, after, strict=True)):
            yield from changes(item, now, item_keys, (*at, index), (*was, index))
    else:
        yield Change(at, "changed", before, after, was)


def _item_changes(old: _Items, new: _Items, keys: ListKeys | None, at: Path, was: Path) -> Iterator[Change]:
    for key, (index, item) in old.items():
        if key in new:
            place, now = new[key]
            yield from changes(item, now, keys, (*at, place), (*was, index))
        else:
            yield Change((*at, index), "removed", before=item, was=(*was, index))
    fresh = ((index, item) for key, (index, item) in new.items() if key not in old)
    yield from (Change((*at, index), "added", after=item, was=(*was, index)) for index, item in fresh)


def _by_key(items: list[Data], by: str | None) -> _Items | None:
    """The items by their key with its type, each with its place; None when some item has none, or two have the same."""
    if by is None:
        return None
    found: _Items = {}
    for index, item in enumerate(items):
        key = item.get(by) if isinstance(item, dict) else None
        if not isinstance(key, str | int | float):
            return None
        found[type(key).__name__, key] = (index, item)
    return found if len(found) == len(items) else None
