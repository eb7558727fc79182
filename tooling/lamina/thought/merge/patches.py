"""The algebra of patches: `compose` two of them, `settle` one into data.

A patch is a map (merged by key), a list or a scalar (which replace), a `Tagged` node, or `Edits`: steps that change whatever
list lies below. A map that must not merge with what lies below is `Tagged("replace", map)`; a key that went away stays in its
map as `Tagged("unset", None)`, so that it keeps its place should a higher layer bring it back.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from lamina.words.node import Data, Path, Tagged, kind_of
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """Who is told of a clash: of the lower node, the upper node, and the upper's path in its layer.

    `edits` says whether the layers may hold steps on lists, or tags, which have to be grounded.
    """

    clash: Callable[[Any, Any, Path], None]
    edits: bool = True


UNSET = Tagged("unset", None)


class _Absence:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absence()
"""No value at all: what an unset key settles to."""
NOTHING: Any = _Absence()
"""The patch that changes nothing: the identity of `compose`."""


class By(Protocol):
    """A rule that matches the items of a list by one of their keys."""

    @property
    def name(self) -> str: ...


class ListRules(Protocol):
    """What merging asks of a schema: how the lists at and below a place combine."""

    @property
    def merge(self) -> "Literal['append', 'prepend', 'replace'] | By | None": ...
    @property
    def orders_lists(self) -> bool: ...
    def child(self, key: str) -> "ListRules | None": ...
    def item(self) -> "ListRules | None": ...


@dataclass(frozen=True, slots=True)
class Edit:
    """One step on a list: items to put at an end, or to match by their key `by`."""

    how: Literal["append", "prepend", "keyed"]
    items: Sequence[Any]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Edits:
    """Steps on whatever list lies below, first step first."""

    steps: tuple[Edit, ...]


def compose(low: Any, high: Any, report: Report | None = None, at: Path = ()) -> Any:
    """The patch that does what `low` does and then what `high` does.

    With `report`, `low` is taken as grounded (the fold of all that lies below) and clashes of type are reported.
    """
    if low is NOTHING:
        return high if report is None else ground(high, report, at)
    if high is NOTHING:
        return low
    if type(high) is dict:
        if type(low) is dict:
            return _maps(low, high, report, at)
        if type(low) is Tagged and type(low.value) is dict:
            return Tagged("replace", _maps(low.value, high, report, at))
        if report is None:
            return Tagged("replace", high)
        _check(low, high, report, at)
        return ground(high, report, at)
    steps = steps_of(high)
    if steps is not None:
        return _edited(low, high, steps, report, at)
    if type(high) is Tagged:
        if high.tag == "unset" or (report is None and type(high.value) is dict):
            return high
        return high.value if report is None else ground(high.value, report, at)
    _check(low, high, report, at)
    return high


def _maps(low: dict[str, Any], high: dict[str, Any], report: Report | None, at: Path) -> dict[str, Any]:
    out = dict(low)
    for key, upper in high.items():
        if key not in out:
            grounded = report is not None and report.edits and type(upper) in _LAYERED
            out[key] = ground(upper, report, (*at, key)) if grounded else upper
            continue
        lower = out[key]
        if type(upper) in _SCALARS and type(lower) in _SCALARS:
            out[key] = upper
        elif type(upper) is dict and type(lower) is dict:
            out[key] = _maps(lower, upper, report, (*at, key))
        else:
            out[key] = compose(lower, upper, report, (*at, key))
    return out


def _edited(low: Any, high: Any, steps: tuple[Edit, ...], report: Report | None, at: Path) -> Any:
    if type(low) is Edits or (type(low) is Tagged and low.tag in ("append", "prepend")):
        return Edits((steps_of(low) or ()) + steps)
    base = low.value if type(low) is Tagged and low.tag == "replace" else low
    if type(base) is not list:
        _check(low, high, report, at)
        base = []
    return apply_patches(base, steps, report, at)


def apply_patches(base: list[Any], steps: tuple[Edit, ...], report: Report | None = None, at: Path = ()) -> list[Any]:
    """A list after steps, its items and theirs being patches."""

    def join(low: Any, high: Any, index: int) -> Any:
        return compose(low, high, report, (*at, index))

    return apply(base, steps, lambda item, _: item, key_of, join)


T = TypeVar("T")


def apply(
    base: list[T],
    steps: tuple[Edit, ...],
    lift: Callable[[Any, int], T],
    key: Callable[[T, str], Any],
    join: Callable[[T, Any, int], T],
) -> list[T]:
    """A list after steps, whatever its items are: `lift` makes one of a step's item, `key` reads its key, `join` merges two."""
    out = list(base)
    for step in steps:
        if step.how == "append":
            out += [lift(item, index) for index, item in enumerate(step.items)]
        elif step.how == "prepend":
            out = [lift(item, index) for index, item in enumerate(step.items)] + out
        else:
            _match(out, step, lift, key, join)
    return out


def _match(
    out: list[T],
    step: Edit,
    lift: Callable[[Any, int], T],
    key: Callable[[T, str], Any],
    join: Callable[[T, Any, int], T],
) -> None:
    """Match the items of a step by key to those of `out`: the first with the same key is meant when several have it."""
    places: defaultdict[Any, deque[int]] = defaultdict(deque)
    for place, present in enumerate(out):
        places[key(present, step.by)].append(place)
    gone: set[int] = set()
    for index, item in enumerate(step.items):
        wanted = key_of(item, step.by)
        found = places[wanted] if wanted is not None else None
        if type(item) is Tagged and item.tag == "unset":
            if found:
                gone.add(found.popleft())
        elif found:
            out[found[0]] = join(out[found[0]], item, index)
        else:
            places[wanted].append(len(out))
            out.append(lift(item, index))
    if gone:
        out[:] = [present for place, present in enumerate(out) if place not in gone]


def key_of(item: Any, by: str) -> Any:
    """The key that identifies an item of a list by key, with its type; None when it has none that can."""
    if type(item) is Tagged:
        item = item.value
    value = item.get(by) if type(item) is dict else None
    return (type(value).__name__, value) if type(value) in _SCALARS and value is not None else None


def steps_of(patch: Any) -> tuple[Edit, ...] | None:
    """The steps of a patch that edits a list, or None when it is of another kind."""
    if type(patch) is Edits:
        return patch.steps
    if type(patch) is Tagged and patch.tag in ("append", "prepend"):
        return (Edit(patch.tag, patch.value),)  # type: ignore[arg-type]  # the reader puts these tags on lists only
    return None


def ground(patch: Any, report: Report | None, at: Path) -> Any:
    """A patch with nothing below it: steps on lists become lists, and `!replace` has nothing left to say.

    The same object when there are none.
    """
    if type(patch) is dict:
        out = patch
        for key, value in patch.items():
            if type(value) in _LAYERED:
                grounded = ground(value, report, (*at, key))
                if grounded is not value:
                    out = dict(patch) if out is patch else out
                    out[key] = grounded
        return out
    if type(patch) is Tagged and patch.tag == "replace":
        return ground(patch.value, report, at)
    steps = steps_of(patch)
    return patch if steps is None else apply_patches([], steps, report, at)


def settle(patch: Any) -> Any:
    """The data that a patch makes of nothing; ABSENT for `!unset`. Shares what it need not change."""
    if type(patch) is dict:
        out: dict[str, Any] | None = None
        for key, value in patch.items():
            if type(value) not in _LAYERED:
                continue
            settled = settle(value)
            if settled is not value:
                out = dict(patch) if out is None else out
                out[key] = settled
        if out is None:
            return patch
        return {key: value for key, value in out.items() if value is not ABSENT}
    if type(patch) is list:
        return _settle_items(patch)
    if type(patch) is Tagged:
        if patch.tag == "unset":
            return ABSENT
        return settle(patch.value) if patch.tag == "replace" else _settle_items(patch.value)
    return _settle_items(apply_patches([], patch.steps)) if type(patch) is Edits else patch


def _settle_items(items: Any) -> list[Data]:
    if not any(type(item) in _LAYERED for item in items):
        return items  # type: ignore[no-any-return]
    settled = [settle(item) for item in items]
    if all(new is old for new, old in zip(settled, items, strict=True)):
        return items  # type: ignore[no-any-return]
    return [item for item in settled if item is not ABSENT]


def arrange(patch: Any, rules: ListRules | None) -> Any:
    """A layer's patch with the schema's rules for lists written into it; an explicit tag beats the schema."""
    if rules is None or not rules.orders_lists:
        return patch
    if type(patch) is dict:
        return {key: arrange(value, rules.child(key)) for key, value in patch.items()}
    if type(patch) is Tagged:
        return patch if patch.tag == "unset" else Tagged(patch.tag, _inside(patch.value, rules))
    if type(patch) is not list:
        return patch
    items = _inside(patch, rules)
    if rules.merge in ("append", "prepend"):
        return Edits((Edit("append" if rules.merge == "append" else "prepend", items),))
    if rules.merge is None or isinstance(rules.merge, str):
        return items
    return Edits((Edit("keyed", items, rules.merge.name),))


def _inside(value: Any, rules: ListRules) -> Any:
    """As `arrange`, but a list stays the list it is: only what stands in it is arranged."""
    if type(value) is list:
        item_rules = rules.item()
        return [arrange(item, item_rules) for item in value]
    return arrange(value, rules)


def _check(low: Any, high: Any, report: Report | None, at: Path) -> None:
    if report is None or (type(low) is Tagged and low.tag == "unset"):
        return
    kinds = {family(low), family(high)}
    if len(kinds) == 2 and "null" not in kinds:
        report.clash(low, high, at)


def family(patch: Any) -> str:
    """What a patch is for the question of type clashes: map, list, scalar or null."""
    if type(patch) is Tagged and patch.tag == "replace":
        return family(patch.value)
    return "list" if steps_of(patch) is not None else kind_of(patch)


_LAYERED = {dict, list, Tagged, Edits}
_SCALARS = {str, int, float, bool, type(None)} - {type(None)}
