"""Work shared out: the results in order, and what a copy cannot do done here."""

import os
import signal
import time
from pathlib import Path

import pytest

from lamina.world.workers import shared_out


def test_each_part_but_the_first_is_done_elsewhere() -> None:
    places = shared_out([os.getpid] * 3)
    assert places[0] == os.getpid()
    assert len(set(places)) == 3
    assert shared_out([]) == []


def test_results_are_in_the_order_of_the_parts_however_large() -> None:
    assert [len(part) for part in shared_out([lambda: "a", lambda: "b" * 1_000_000, lambda: "c" * 10])] == [
        1,
        1_000_000,
        10,
    ]


def test_what_raises_in_a_copy_raises_here() -> None:
    def wrong() -> str:
        raise LookupError("the part")

    with pytest.raises(LookupError, match="the part"):
        shared_out([lambda: "a", wrong])


def test_a_copy_that_is_killed_is_replaced() -> None:
    here = os.getpid()

    def killed() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    assert shared_out([lambda: "a", killed]) == ["a", "done here"]


def test_an_interruption_as_a_copy_is_made_leaves_none_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        time.sleep(0.2)
        (tmp_path / "written").touch()

    fork = os.fork

    def interrupted() -> int:
        if (process := fork()) != 0:
            os.kill(os.getpid(), signal.SIGINT)
        return process

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shared_out([lambda: None, work])
    time.sleep(0.3)
    assert not (tmp_path / "written").exists()
