"""Who takes part, and how their output is judged."""

from pathlib import Path

import pytest

from bench.contestants import (
    OTHERS,
    PEERS,
    PLAIN_JSON,
    PLAIN_YAML,
    Peer,
    different,
    read_files,
    read_objects,
    read_streams,
    read_targets,
)
from bench.corpus import write
from bench.measure import run
from bench.model import Tree
from bench.trees import TREES


@pytest.mark.parametrize("peer", [PLAIN_YAML, PLAIN_JSON], ids=["yaml", "json"])
def test_the_plain_script_renders_what_is_expected(peer: Peer, tmp_path: Path) -> None:
    corpus = write(tmp_path / "small", "small", ("plain",))
    run(peer.job(corpus.folder, tmp_path / "out"))
    assert different(read_files(tmp_path / "out"), corpus.expected()) == []


def test_every_peer_has_its_script_and_its_tree() -> None:
    assert all((PEERS / peer.script).is_file() and peer.tree in TREES for peer in (PLAIN_YAML, PLAIN_JSON, *OTHERS))


def test_renders_differ_by_value_by_type_and_by_absence() -> None:
    expected: dict[str, dict[str, Tree]] = {"dev": {"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}, "d": {"n": 1}}}
    renders: dict[str, dict[str, Tree]] = {"dev": {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 1.0}}, "qa": {"e": {}}}
    assert different(renders, expected) == ["dev/b", "dev/c", "dev/d", "qa/e"]


def test_the_order_of_keys_is_no_difference() -> None:
    assert different({"dev": {"a": {"x": 1, "y": 2}}}, {"dev": {"a": {"y": 2, "x": 1}}}) == []


def test_outputs_are_read_in_every_layout(tmp_path: Path) -> None:
    files = {
        "files/dev/services/a.yaml": "n: 1\n",
        "files/dev/b.json": '{"n": 2}',
        "files/dev/.lamina.json": "{}",
        "objects/dev.json": '{"a": {"n": 1}, "b": {"n": 2}}',
        "targets/compiled/dev--a/document.json": '{"n": 1}',
        "targets/compiled/dev--b/document.json": '{"n": 2}',
        "streams/dev.yaml": "metadata: {name: a}\nspec: {n: 1}\n---\nmetadata: {name: b}\nspec: {n: 2}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    expected = {"dev": {"a": {"n": 1}, "b": {"n": 2}}}
    assert read_files(tmp_path / "files") == expected
    assert read_objects(tmp_path / "objects") == expected
    assert read_streams(tmp_path / "streams") == expected
    assert read_targets(tmp_path / "targets") == expected
