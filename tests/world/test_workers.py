"""Work shared out: the results in order, and what a copy cannot do done here."""

import os
import signal
import subprocess
import sys
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


INTERRUPTED = """
import os, signal, sys, time
from lamina.world.workers import shared_out

def work():
    time.sleep(0.2)
    open(sys.argv[1], "x").close()

def interrupted(fork=os.fork):
    if (process := fork()) != 0:
        os.kill(os.getpid(), signal.SIGINT)
    return process

# Whoever runs this may have it ignored, as a shell does for what it runs in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.fork = interrupted
try:
    shared_out([lambda: None, work])
except KeyboardInterrupt:
    time.sleep(0.4)
    print("interrupted")
"""


def test_an_interruption_as_a_copy_is_made_leaves_none_at_work(tmp_path: Path) -> None:
    # In a process of its own, since those of test runners have threads that take signals too.
    words = [sys.executable, "-c", INTERRUPTED, str(tmp_path / "written")]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "interrupted\n"
    assert not (tmp_path / "written").exists()
