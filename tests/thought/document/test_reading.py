"""Layers: their version, and what they take away."""

import pytest

from lamina.thought.document import read_layer
from lamina.words.node import Tagged


def test_a_layer_states_its_version() -> None:
    layer = read_layer(b"schemaVersion: 2\na: 1\n", "x.yaml")
    assert (layer.version, layer.patch, layer.findings) == (2, {"a": 1}, ())


def test_a_layer_need_not_state_its_version() -> None:
    layer = read_layer(b"a: 1\n", "x.yaml")
    assert (layer.version, layer.patch, layer.findings) == (None, {"a": 1}, ())


def test_a_replacing_layer_states_its_version_too() -> None:
    layer = read_layer(b"!replace\nschemaVersion: 2\na: 1\n", "x.yaml")
    assert (layer.version, layer.patch) == (2, Tagged("replace", {"a": 1}))


@pytest.mark.parametrize("version", ["0", "-1", "1.0", "true", "'1'", "null", "[1]", "!replace 1", "!unset", "x"])
def test_a_version_is_a_whole_number_from_one(version: str) -> None:
    layer = read_layer(f"a: 1\nschemaVersion: {version}\n".encode(), "x.yaml")
    assert (layer.version, layer.patch) == (None, {"a": 1})
    [finding] = layer.findings
    assert (finding.rule, finding.position.line) == ("bad-schema-version", 2)
    assert finding.position.column >= 16


def test_a_json_layer_states_its_version() -> None:
    layer = read_layer(b'{"schemaVersion": 0}', "x.json")
    assert [str(finding.position) for finding in layer.findings] == ["x.json:1:19"]
    assert read_layer(b'{"schemaVersion": 3}', "x.json").version == 3


def test_a_layer_may_take_its_document_away() -> None:
    assert read_layer(b"!unset\n", "x.yaml").takes_away
    assert not read_layer(b"a: !unset\n", "x.yaml").takes_away
    assert not read_layer(b"", "x.yaml").takes_away
