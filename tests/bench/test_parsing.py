"""The comparison of readers."""

import pytest
import yaml

from bench.parsing import BIG_LAYER, big_layer, measure
from lamina.thought.document import read


def test_readers_are_measured_only_where_they_read_the_same() -> None:
    by = {"ours": lambda data: read(data, "a.yaml").value, "theirs": lambda data: yaml.load(data, yaml.CSafeLoader)}
    speed = measure([b"a: 1\n", b"b: [x]\n"], by, rounds=2)
    assert speed.size == 12
    assert [len(speed.seconds[name]) for name in by] == [2, 2]
    with pytest.raises(ValueError, match="do not read the same"):
        measure([b"a: no\n"], by, rounds=1)


def test_the_big_layer_is_big() -> None:
    assert 0.99 < len(big_layer()) / BIG_LAYER < 1.01
