"""The figures of much, taken of little."""

import os
import subprocess
from pathlib import Path

import pytest

from bench import scale
from bench.contestants import Peer, lamina_render
from bench.corpus import SIZES, write
from bench.measure import Job, run
from bench.stage import Bench, WrongRender
from bench.table import Bound


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "SIZE", "tiny")
    monkeypatch.setitem(SIZES, "tiny", (4, 3))


def test_a_large_corpus_is_rendered_anew_and_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, 1)
    fresh, jobs, again, kept, memory = scale.rendering(bench)
    assert [str(row.bound) for row in fresh.rows if row.bound] == ["<= 0.3", "<= 0.7"]
    assert [str(row.bound) for row in jobs.rows if row.bound] == [">= 1.6"]
    assert [str(row.bound) for row in again.rows if row.bound] == ["<= 0.03", "<= 0.05", "<= 0.05"]
    assert [(row.name, row.cells) for row in kept.rows] == [
        ("one file of prod changed", ("12", "1")),
        ("one file of base changed", ("12", "3")),
    ]
    assert all(row.figure and row.figure > 5 for row in memory.rows)
    git = ("git", "-C", str(bench.corpus("tiny").folder / "lamina"), "status", "--porcelain")
    assert subprocess.run(git, capture_output=True, check=True).stdout == b""


def test_peers_that_are_not_there_are_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Peer, "missing", lambda self: "the program")
    (table,) = scale.contending(Bench(tmp_path, 1))
    assert [row.name for row in table.rows] == ["lamina, YAML, --jobs 2", "lamina, JSON, --jobs 2"]
    assert "Left out, for want of the program: kapitan, JSON." in table.remarks


def test_a_memory_that_renders_otherwise_is_told(tmp_path: Path) -> None:
    corpus = write(tmp_path / "tiny", "tiny", ["lamina"])
    warm, anew = (lamina_render("yaml", corpus.folder, tmp_path / name) for name in ("out", "anew"))
    run(warm)
    check = scale._checker(lambda job: pytest.fail("has no folder"), tmp_path / "out", anew)
    check(Job("warm", warm.command))
    (tmp_path / "out/prod/services/svc-0003.yaml").write_text("stale: true\n")
    with pytest.raises(WrongRender, match="renders otherwise"):
        check(Job("warm", warm.command))


def test_a_file_that_was_replaced_is_another_and_the_record_is_no_document(tmp_path: Path) -> None:
    for name in ("a", "b", ".lamina.json"):
        (tmp_path / name).write_text("same\n")
    before = scale.inodes(tmp_path)
    (tmp_path / "beside").write_text("same\n")
    os.replace(tmp_path / "beside", tmp_path / "a")
    after = scale.inodes(tmp_path)
    assert before.keys() == after.keys() == {"a", "b"}
    assert [before[name] == after[name] for name in "ab"] == [False, True]


def test_quotients_are_held_against_the_first() -> None:
    rows = scale._quotients({"theirs": [2.0, 4.0], "ours": [1.0, 1.0]}, {"ours": Bound("<=", 0.4)})
    assert [(row.cells, row.figure, row.verdict()) for row in rows] == [
        (("3000.0",), None, ""),
        (("1000.0",), 0.375, "met"),
    ]
