"""The measuring of reloads measures reloads."""

from pathlib import Path

import pytest

import lamina
from bench import agents, reloading


def test_a_measure_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in {"EDITS": 3, "READS": 400, "WRONG": 6}.items():
        monkeypatch.setattr(reloading, name, number)
    taken = reloading.measure(tmp_path / "repository")
    assert len(taken.milliseconds) == 3
    assert taken.percentile(50) > 0
    assert (taken.torn, taken.applied) == (0, 0)


def test_there_are_a_thousand_agents_in_fifty_files(tmp_path: Path) -> None:
    agents.write(tmp_path)
    with lamina.live(tmp_path, "prod", watch=False) as live:
        assert (len(live.current), sum(map(len, live.current.values()))) == (50, 1000)
        assert live.current["fleet/part-49"]["agent-0980"]["temperature"] == 0.1
