"""Migrating each layer and merging is merging and migrating the document: for every operation that may stand in a migration."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from thought.migration.plain_texts import WholeReferences

from lamina.thought.merge import ABSENT, fold
from lamina.thought.migration import Migration, forward, plan, read_migration
from lamina.words.node import Patch, Path, Tagged

UNSET = Tagged("unset", None)


class Keyed:
    """Merging rules: the list `hooks` is matched by a key, all else as without a schema."""

    def __init__(self, by: str = "", depth: str = "root") -> None:
        self.name = by
        self.depth = depth

    @property
    def merge(self) -> Any:
        return self if self.depth == "hooks" else None

    @property
    def orders_lists(self) -> bool:
        return self.depth in ("root", "hooks")

    def child(self, key: str) -> "Keyed | None":
        return Keyed(self.name, "hooks") if self.depth == "root" and key == "hooks" else None

    def item(self) -> "Keyed | None":
        return None


OPERATIONS = [
    {"rename": {"path": "a", "to": "first"}},
    {"rename": {"path": "a.x", "to": "z"}},
    {"move": {"from": "a.x", "to": "far.off"}},
    {"move": {"from": "a", "to": "b.inside"}},
    {"move": {"from": "a.y", "to": "b.other"}},
    {"move": {"from": "a.deep.one", "to": "a.one"}},
    {"remove": {"path": "a.y"}},
    {"remove": {"path": "b"}},
    {"convert": {"path": "a.x", "factor": 1000}},
    {"convert": {"path": "n", "values": {"1": "one", "2": "two"}}},
    {"convert": {"path": "n", "type": "string"}},
    {"wrap": {"path": "n", "key": "value"}},
    {"wrap": {"path": "a", "key": "all"}},
    {"unwrap": {"path": "w", "key": "value"}},
    {"rename": {"path": "labels.*.x", "to": "y"}},
    {"wrap": {"path": "labels.*", "key": "it"}},
]
KEYED = [
    {"rename": {"path": "hooks[*].name", "to": "id"}},
    {"move": {"from": "hooks[*].run", "to": "hooks[*].how.run"}},
    {"remove": {"path": "hooks[*].run"}},
    {"wrap": {"path": "hooks[*].run", "key": "command"}},
]

numbers = st.integers(0, 3)


def _under(values: st.SearchStrategy[Patch], null: bool = True) -> st.SearchStrategy[Patch]:
    """A value in a layer: it may stand under !replace, be unset or null.

    Not every map may be null: one that is left with nothing goes, and then a null below it shows again.
    """
    odd = [values.map(lambda value: Tagged("replace", value)), st.just(UNSET)]
    return st.one_of(values, values, *odd, *([st.none()] if null else []))


def _map(**parts: st.SearchStrategy[Patch]) -> st.SearchStrategy[Patch]:
    return st.fixed_dictionaries({}, optional=parts)  # type: ignore[return-value]


LAYERS = _map(
    a=_under(
        _map(x=_under(numbers), y=_under(numbers), deep=_under(_map(one=_under(numbers), two=numbers), null=False)),
        null=False,
    ),
    b=_under(_map(k=numbers)),
    n=_under(numbers),
    w=_under(_map(value=_under(numbers)), null=False),
    labels=_under(_map(p=_under(_map(x=_under(numbers)), null=False), q=_under(_map(x=numbers, z=numbers)))),
)
ITEMS = st.one_of(
    st.builds(lambda name, rest: {"name": name, **rest}, st.sampled_from("pq"), _map(run=_under(numbers), k=numbers)),
    st.sampled_from("pq").map(lambda name: Tagged("unset", {"name": name})),
)
LISTS = st.lists(ITEMS, max_size=3, unique_by=lambda item: (item.value if isinstance(item, Tagged) else item)["name"])


def migration_of(operations: list[Any]) -> Migration:
    """The migration that operations make, where it can be read."""
    migration, faults = read_migration({"operations": operations}, 2)
    assert not faults
    return migration


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=30)
@given(layers=st.lists(LAYERS, min_size=1, max_size=4))
def test_one_operation_commutes_with_merge(operation: dict[str, Any], layers: list[Patch]) -> None:
    _commutes(migration_of([operation]), layers, None, None)


@given(operations=st.lists(st.sampled_from(OPERATIONS), max_size=3), layers=st.lists(LAYERS, min_size=1, max_size=3))
def test_several_operations_commute_with_merge(operations: list[Any], layers: list[Patch]) -> None:
    _commutes(migration_of(operations), layers, None, None)


@pytest.mark.parametrize("operation", KEYED, ids=str)
@given(lists=st.lists(LISTS, min_size=1, max_size=4))
def test_operations_on_items_by_key_commute_with_merge(operation: dict[str, Any], lists: list[Any]) -> None:
    new = Keyed("id" if "rename" in operation else "name")
    _commutes(migration_of([operation]), [{"hooks": items} for items in lists], Keyed("name"), new)


def _commutes(migration: Migration, layers: list[Patch], old: Keyed | None, new: Keyed | None) -> None:
    merged = _merged(layers, old)
    assume(merged is not None)
    whole = _raised(merged, migration, [], None)
    raised: list[Patch] = []
    for layer in layers:
        raised.append(_raised(layer, migration, raised, new))
    assert _without_empty(_merged(raised, new, clashes=True)) == _without_empty(whole)


def _raised(layer: Patch, migration: Migration, below: list[Patch], rules: Keyed | None) -> Patch:
    """A layer after the migration, which asks what lower layers have."""
    needless: frozenset[Path] = frozenset()
    while True:
        made = plan(layer, migration, WholeReferences(), needless)
        lower = _merged(below, rules, clashes=True) if below else ABSENT
        more = {path for path in made.asks if not _is_there(lower, _final(path, migration))} - needless
        if not more:
            assume(not made.faults)
            return made.patch
        needless |= more


def _final(path: Path, migration: Migration) -> Path:
    """Where a place that an operation asks about is at the end; good enough where operations do not follow each other."""
    moved = forward(path, migration.operations)
    return moved if moved != path else path


def _merged(layers: list[Patch], rules: Keyed | None, clashes: bool = False) -> Any:
    """What layers make, or None when they clash."""
    count = len(layers)
    merged = fold(layers, rules, [True] * count, [True] * count)
    return None if merged.faults and not clashes else merged.value


def _is_there(data: Any, path: Path) -> bool:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _without_empty(value: Any) -> Any:
    """Data without the maps that hold nothing: a map that a move leaves empty goes, one that is written empty stays."""
    if isinstance(value, dict):
        parts = {key: _without_empty(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part != {}}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value
