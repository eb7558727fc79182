"""The figures of shards, taken of little."""

from pathlib import Path

import pytest

from bench import sharding
from bench.corpus import SIZES
from bench.stage import Bench


def test_two_shards_and_their_join_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "SIZE", "tiny")
    monkeypatch.setitem(SIZES, "tiny", (4, 3))
    render, check = sharding.sharing(Bench(tmp_path, 1))
    for table, command in ((render, "render --all"), (check, "check")):
        assert [row.name for row in table.rows[:3]] == [
            f"lamina {command}",
            f"lamina {command} --shard 1/2",
            f"lamina {command} --shard 2/2",
        ]
        assert [str(row.bound) for row in table.rows] == ["None", "<= 0.6", "<= 0.6", "None"]
        assert table.rows[3].name.startswith("lamina join")
    assert len(list((tmp_path / "parts/joined").glob("*/**/*.yaml"))) == 12
