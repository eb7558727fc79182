"""outdated-version: layers of an older version than the newest of their kind."""

import pytest

from lamina.thought.rules import Breach, LayerText
from lamina.thought.rules.outdated_version import RULE


def found(version: int | None, newest: int | None, sealed: bool = False) -> list[Breach]:
    assert RULE.check
    layer = LayerText("a.yaml", "dev", "a", "a", b"", {}, None, sealed, False, version, newest)
    return list(RULE.check(layer))


@pytest.mark.parametrize(("version", "newest", "count"), [(1, 2, 1), (2, 2, 0), (None, 2, 0), (1, None, 0), (3, 2, 0)])
def test_which_layers(version: int | None, newest: int | None, count: int) -> None:
    assert len(found(version, newest)) == count


def test_a_sealed_layer_needs_a_key() -> None:
    assert [one.fix for one in found(1, 2)] == ["lamina migrate --write"]
    assert [one.fix for one in found(1, 2, sealed=True)] == ["lamina migrate --write, with a key that opens the layer"]
