"""The memory of all processes of a command; nothing here depends on how long anything takes."""

import sys
from pathlib import Path

import pytest

from bench.measure import CommandFailed, Job
from bench.memory import peak

# Each holds its bytes until the other holds its own too, so that some look finds both.
_TWO = """
import os, sys, time
from pathlib import Path
us, other = map(Path, (sys.argv[1] + "/a", sys.argv[1] + "/b"))
if os.fork() == 0:
    us, other = other, us
held = bytearray(60_000_000)
us.touch()
while not other.exists():
    time.sleep(0.01)
time.sleep(0.5)
if us.name == "a":
    os.wait()
"""


def test_the_processes_of_a_command_count_together(tmp_path: Path) -> None:
    assert 120 < peak(Job("two", (sys.executable, "-c", _TWO, str(tmp_path)))) < 180


def test_the_memory_of_others_does_not_count() -> None:
    held = bytearray(100_000_000)
    assert 0 < peak(Job("one", ("sleep", "0.2"))) < len(held) / 1e6


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(CommandFailed, match="status 3"):
        peak(Job("a", ("sh", "-c", "exit 3")))
