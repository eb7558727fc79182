"""The measuring of the event log measures a log."""

from pathlib import Path

import pytest

from bench import appending
from lamina.world.log import Sync, check


def test_a_measure_of_all_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in {"ALONE": 5, "THREADS": 3, "EACH": 2, "VERIFIED": 1000}.items():
        monkeypatch.setattr(appending, name, number)
    taken = appending.measure(1)
    assert min(taken.event, taken.bare, taken.always, taken.group, taken.checked, taken.read) > 0


def test_all_that_the_threads_append_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "THREADS", 4)
    appending._together(tmp_path / "log", Sync.GROUP)
    assert check(tmp_path / "log").events == 4 * appending.EACH + 1
