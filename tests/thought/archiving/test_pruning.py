"""What may go of an archive."""

from lamina.thought.archiving import layout
from lamina.thought.archiving.pruning import prune

BLOCKS = [layout.block(seq) for seq in (1, 1025, 2049)]
RUNS = [f"{layout.run(name, '2026-11')}/run.json" for name in ("a", "b")]
BLOBS = [layout.blob(name) for name in ("aa", "bb")]
PATHS = [*BLOCKS, *RUNS, *BLOBS, "head.json", "store.json", "anchors/1"]


def test_nothing_goes_that_retention_has_kept() -> None:
    assert prune(PATHS, [1], set(), set(BLOBS)).paths == ()


def test_whole_files_of_events_and_dropped_runs_go() -> None:
    found = prune(PATHS, [2048], {"a"}, {BLOBS[0]})
    assert sorted(found.paths) == sorted([BLOCKS[0], RUNS[0], BLOBS[1]])
    assert found.runs == ("a",)
    assert found.first == 1025
    assert prune(PATHS, [2049], set(), set(BLOBS)).paths == tuple(BLOCKS[:2])


def test_what_a_pinned_snapshot_needs_stays() -> None:
    found = prune(PATHS, [2049, 1], {"a"}, set(BLOBS))
    assert found.paths == (RUNS[0],)
    assert found.first == 1
