"""undeclared-difference: environments differ where the schema says that they do not."""

from collections.abc import Callable
from typing import Any

import pytest
from rendered import document, shape

from lamina.thought.rules import Breach, Twins
from lamina.thought.rules.undeclared_difference import RULE
from lamina.words.address import path_text
from lamina.words.node import Path, Sealed

OF = shape("""
    properties:
      same: {x-environments: same}
      own: {x-environments: own}
      free: {x-environments: free}
      some: {x-environments: [dev, qa]}
      plain: {}
      map:
        x-environments: same
        properties: {own: {x-environments: own}, inner: {properties: {leaf: {}}}}
      deep: {properties: {leaf: {x-environments: same}}}
      keyed:
        x-merge: {by: name}
        items: {properties: {name: {}, size: {x-environments: same}}}
      loose: {items: {properties: {size: {x-environments: same}}}}
      samekeyed: {x-environments: same, x-merge: {by: name}, items: {properties: {name: {}}}}
""")
ENVIRONMENTS = ("dev", "prod", "qa", "staging")


def breaches(
    by: dict[str, Any],
    secrets: frozenset[Path] = frozenset(),
    chains: dict[str, tuple[str, ...]] | None = None,
    inherits: Callable[[str, Path], bool] = lambda environment, path: False,
) -> list[Breach]:
    chain = {name: ("base", name) for name in by} | (chains or {})
    seen = {name: document(data, name, secrets=secrets, chain=chain[name]) for name, data in by.items()}
    assert RULE.check is not None
    return list(RULE.check(Twins("app", "app", seen, OF, inherits)))


def told(*values: Any, **how: Any) -> list[str]:
    by = dict(zip(ENVIRONMENTS, values, strict=False))
    return sorted(f"{one.environment} {path_text(one.path)}" for one in breaches(by, **how))


def one(key: str, *values: Any) -> list[str]:
    return told(*({key: value} for value in values))


def test_what_most_have_is_right() -> None:
    assert one("same", 1, 1, 1, 1) == []
    assert one("same", 1, 2, 1, 1) == ["prod same"]
    assert one("same", 1, 2, 3, 1) == ["prod same", "qa same"]
    assert one("same", True, 1, 1, 1) == ["dev same"]
    assert one("same", 1, 1.0, 1, 1) == ["prod same"]


@pytest.mark.parametrize("key", ["own", "free", "plain"])
def test_what_may_differ(key: str) -> None:
    assert one(key, 1, 2, 3, 4) == []


def test_a_list_names_those_that_may() -> None:
    assert one("some", 1, 2, 3, 2) == []
    assert one("some", 1, 2, 3, 4) == ["staging some"]
    assert one("some", 1, 1, 1, 2) == ["staging some"]


def test_who_extends_one_that_may_differ_may_too() -> None:
    assert (
        told({"some": 1}, {"some": 2}, {"some": 3}, {"some": 4}, chains={"staging": ("base", "dev", "staging")}) == []
    )


def test_of_two_as_frequent_the_one_from_below_is_right() -> None:
    values = ({"same": 1}, {"same": 2})
    assert told(*values, inherits=lambda name, path: name == "dev") == ["prod same"]
    assert told(*values, inherits=lambda name, path: name == "prod") == ["dev same"]
    assert told(*values) == ["prod same"]


def test_what_is_missing_differs() -> None:
    assert told({"same": 1}, {}, {"same": 1}, {"same": 1}) == ["prod same"]
    assert told({}, {"same": 1}, {}, {}) == ["prod same"]
    assert told({}, {}, {}, {}) == []
    assert told({"same": [1]}, {}, {"same": [1]}) == ["prod same"]


def test_maps_and_what_is_below_them() -> None:
    assert one("map", {"a": 1, "own": 1}, {"a": 2, "own": 2}, {"a": 1, "own": 3}, {"a": 1}) == ["prod map.a"]
    assert one("map", {"inner": {"leaf": 1}}, {"inner": {"leaf": 2}}, {"inner": {"leaf": 1}}) == ["prod map.inner.leaf"]
    assert told({"map": {"a": 1}}, {}, {"map": {"a": 1}}) == ["prod map"]
    assert one("map", {"a": 1}, 3, {"a": 1}) == ["prod map"]


def test_what_an_optional_map_lacks_is_no_difference_while_the_map_is_missing() -> None:
    assert told({"deep": {"leaf": 1}}, {}, {"deep": {"leaf": 1}}) == []
    assert told({"deep": {"leaf": 1}}, {"deep": {}}, {"deep": {"leaf": 1}}) == ["prod deep.leaf"]


def test_lists() -> None:
    assert one("same", [1, 2], [1, 3], [1, 2]) == ["prod same[1]"]
    assert one("same", [1, 2], [1], [1, 2]) == ["prod same"]
    assert one("loose", [{"size": 1}], [{"size": 2}], [{"size": 1}]) == []
    keyed = [{"name": "a", "size": 1}, {"name": "b", "size": 2}]
    assert one("keyed", keyed, keyed[::-1], keyed) == []
    assert one("keyed", keyed, [{"name": "b", "size": 3}], keyed) == ["prod keyed[0].size"]
    assert one("samekeyed", keyed, [keyed[0]], keyed) == ["prod samekeyed"]


def test_sealed_values_are_not_compared() -> None:
    assert one("same", Sealed("ENC[a]", "str"), Sealed("ENC[b]", "str"), 1, 2) == ["staging same"]
    assert one("same", [Sealed("ENC[a]", "str")], [Sealed("ENC[b]", "str")]) == []
    assert told({"same": "x"}, {"same": "y"}, secrets=frozenset({("same",)})) == []
    assert told({"map": {"a": "x"}}, {"map": {"a": "y"}}, secrets=frozenset({("map",)})) == []


def test_the_others_are_related_and_values_are_not_shown() -> None:
    by = {"dev": {"same": "hunter2"}, "prod": {"same": "hunter3"}, "qa": {"same": "hunter2"}}
    [found] = breaches(by)
    assert found.message == "same is another than in dev, qa, and the schema says that it is the same everywhere"
    assert [(also.environment, also.path) for also in found.also] == [("dev", ("same",)), ("qa", ("same",))]
