"""Edits of the benchmark's layers."""

from pathlib import Path

import pytest
import yaml

from bench.corpus import SIZES, write
from bench.edits import editing, put_back
from bench.model import model, schema
from lamina.thought.schema import compile_schema


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("environments/prod/services/svc-0003.yaml", "-Xmx10002m"),
        ("environments/base/services/svc-0003.yaml", "timeout_ms: 10002"),
        ("environments/base/services/_defaults.yaml", "sampling: 10002"),
    ],
    ids=["override", "service", "defaults"],
)
def test_every_edit_makes_a_layer_another_and_it_can_be_put_back(tmp_path: Path, file: str, changed: str) -> None:
    repository = write(tmp_path, "small", ["lamina"]).folder / "lamina"
    layer = repository / file
    before = layer.read_text()
    edit = editing(layer)
    texts = {before}
    for _ in range(2):
        edit()
        texts.add(layer.read_text())
    assert len(texts) == 3
    assert changed in layer.read_text()
    put_back(repository)
    assert layer.read_text() == before


def test_an_edited_layer_stays_valid(tmp_path: Path) -> None:
    written = model(*SIZES["small"])
    layer = tmp_path / "layer.yaml"
    layer.write_text(yaml.dump(written.document("prod", "svc-0003"), sort_keys=False))
    editing(layer)()
    compiled = compile_schema("schemas/services/v1.schema.yaml", schema(), lambda path: None)
    edited = yaml.load(layer.read_text(), yaml.CSafeLoader)
    assert edited != written.document("prod", "svc-0003")
    assert compiled.accepts(edited)


def test_a_layer_without_such_a_number_cannot_be_edited(tmp_path: Path) -> None:
    (tmp_path / "layer.yaml").write_text("name: a\n")
    with pytest.raises(ValueError, match="no number to change"):
        editing(tmp_path / "layer.yaml")
