"""Where the files of a snapshot lie."""

import pytest

from lamina.thought.archiving import layout


@pytest.mark.parametrize(
    ("seq", "path"),
    [
        (1, "events/00000000000000000001/00000000000000000001.jsonl"),
        (1024, "events/00000000000000000001/00000000000000000001.jsonl"),
        (1025, "events/00000000000000000001/00000000000000001025.jsonl"),
        (1048576, "events/00000000000000000001/00000000000001047553.jsonl"),
        (1048577, "events/00000000000001048577/00000000000001048577.jsonl"),
    ],
)
def test_events_lie_in_files_of_a_thousand_and_folders_of_a_million(seq: int, path: str) -> None:
    assert layout.block(seq) == path
    assert layout.first_in(path) == layout.first_of_block(seq)


def test_a_run_is_found_by_its_path() -> None:
    folder = layout.run("r-7", "2026-11-21T10:00:00.000000Z")
    assert folder == "runs/2026-11/fa/r-7"
    assert layout.run_of(f"{folder}/findings.json") == ("r-7", "findings.json")
    assert layout.run_of("head.json") is None
    assert layout.first_in("head.json") is None


def test_no_two_stores_write_to_one_path() -> None:
    paths = {layout.own(one) for one in ("a", "b", "a-b", "a.b")}
    assert len(paths) == 4
    assert [layout.store_of(f"{path}/head.json") for path in sorted(paths)] == ["a", "a-b", "a.b", "b"]
    assert layout.store_of("retention/x.json") is None


def test_a_digest_names_its_file_with_or_without_its_kind() -> None:
    assert layout.blob("sha256:abcd") == layout.blob("abcd") == "blobs/ab/abcd"
    assert layout.anchor(7) == "anchors/00000000000000000007"
