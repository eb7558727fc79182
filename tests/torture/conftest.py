"""Torture runs in a process of its own, which may fork as it likes, and leaves its rows to the end of the test run."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import run_program

from torture.tally import TORTURED, Row

TESTS = Path(__file__).parents[1]
Torture = Callable[..., list[Row]]


@pytest.fixture
def tortured(record_property: Callable[[str, object], None]) -> Torture:
    """`tortured(HARNESS, short=60, long=1000)`: the long tier where LAMINA_TORTURE=1; fails for what went wrong."""

    def run(harness: str, *, short: int, long: int) -> list[Row]:
        asked = long if os.environ.get("LAMINA_TORTURE") == "1" else short
        paths = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
        done = run_program(sys.executable, "-m", "torture", harness, str(asked), cwd=TESTS, env={"PYTHONPATH": paths})
        assert done.code == 0, done.err[-4000:]
        rows = [Row.read(line) for line in done.out.splitlines()]
        for row in rows:
            record_property(TORTURED, row.text)
        assert [bad for row in rows for bad in row.bad] == []
        assert sum(row.done + sum(row.skipped.values()) for row in rows) == sum(row.asked for row in rows)
        return rows

    return run
