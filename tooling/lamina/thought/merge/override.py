"""The least patch that makes one value of another: what a layer has to say over what lies below it."""

from typing import Any

from lamina.thought.merge.patches import ABSENT, NOTHING, UNSET, ListRules
from lamina.words.node import Data, Tagged, kind_of, same


def override(below: Data, wanted: Data, rules: ListRules | None) -> Any:
    """The least patch over `below` that makes `wanted`; NOTHING where they are the same.

    Either may be ABSENT. Composing the two is `wanted` again, whatever the rules say of lists.
    """
    if wanted is ABSENT:
        return NOTHING if below is ABSENT else UNSET
    if below is ABSENT:
        return wanted
    if same(below, wanted):
        return NOTHING
    if isinstance(below, dict) and isinstance(wanted, dict):
        return _map(below, wanted, rules)
    if isinstance(below, list) and isinstance(wanted, list):
        return _list(below, wanted, rules)
    clashes = kind_of(below) != kind_of(wanted) and "null" not in (kind_of(below), kind_of(wanted))
    return Tagged("replace", wanted) if clashes else wanted


def _map(below: dict[str, Any], wanted: dict[str, Any], rules: ListRules | None) -> dict[str, Any]:
    parts = {
        key: override(below.get(key, ABSENT), wanted.get(key, ABSENT), rules.child(key) if rules else None)
        for key in {**below, **wanted}
    }
    return {key: part for key, part in parts.items() if part is not NOTHING}


def _list(below: list[Any], wanted: list[Any], rules: ListRules | None) -> list[Any] | Tagged:
    rule = rules.merge if rules else None
    if rule is None or rule == "replace":
        return wanted
    more = len(wanted) - len(below)
    if rule == "append" and more > 0 and same(below, wanted[: len(below)]):
        return wanted[len(below) :]
    if rule == "prepend" and more > 0 and same(below, wanted[more:]):
        return wanted[:more]
    if not isinstance(rule, str) and rules is not None:
        items = _keyed(below, wanted, rule.name, rules.item())
        if items is not None:
            return items
    return Tagged("replace", wanted)


def _keyed(below: list[Any], wanted: list[Any], by: str, rules: ListRules | None) -> list[Any] | None:
    """The items that have to be said of a list by key: those that differ, go, or are new; None where the order is another."""
    old, new = _by(below, by), _by(wanted, by)
    if old is None or new is None:
        return None
    fresh = [key for key in new if key not in old]
    if [*(key for key in old if key in new), *fresh] != [*new]:
        return None
    items: list[Any] = []
    for key, item in old.items():
        if key not in new:
            items.append(Tagged("unset", {by: item[by]}))
        elif isinstance(said := override(item, new[key], rules), dict):
            items.append({by: item[by], **said})
    return [*items, *(new[key] for key in fresh)]


def _by(items: list[Any], by: str) -> dict[tuple[str, Any], dict[str, Any]] | None:
    """The items by their key with its type; None where one has none, or two have the same."""
    keys = [item.get(by) if isinstance(item, dict) else None for item in items]
    if not all(isinstance(key, str | int | float) for key in keys):
        return None
    found = {(type(key).__name__, key): item for key, item in zip(keys, items, strict=True)}
    return found if len(found) == len(items) else None
