"""The example program of the manual: a workflow that is killed, or stopped, and goes on where it was."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from running import run_here, run_program

ROOT = Path(__file__).parents[2]
FIRST = """\
outline: a parser, and its tests
estimate: two days for a parser, and its tests
write: the model did not answer in time
write: 1 file changed
check: 1 finding
"""
SECOND = """\
write: finished before
check: finished before
release: a parser, and its tests: 1 file changed, 1 finding
feature-7 is completed
"""
HISTORY = """\
run of feature created
phase 1 created: plan, 1 retry
phase 2 created: build, 1 retry
run executing, was planning
phase 1: in progress
phase 1, step outline: started by writer
phase 1, step outline: finished: a parser, and its tests
phase 1, step estimate: started by writer
phase 1, step estimate: finished: two days for a parser, and its tests
checkpoint 1 for every_n_steps, 87 B, 2 steps done
phase 1: gate nothing-high passed
phase 1: completed
phase 2: in progress
phase 2, step write: started by writer
phase 2, step write: failed: TimeoutError: the model did not answer in time
phase 2, step write: started by writer, try 2
phase 2: artifact feature.patch, 23 B
phase 2, step write: finished, try 2, 1 artifact: 1 file changed
phase 2, step check: started by writer
phase 2: medium finding: an error of the parser is swallowed (parser.py:1)
phase 2, step check: finished: 1 finding
checkpoint 2 for every_n_steps, 132 B, 4 steps done
phase 2, step release: started by writer
phase 2, step release: interrupted
phase 2, step release: started by writer, try 2
phase 2, step release: finished, try 2: a parser, and its tests: 1 file changed, 1 finding
phase 2: gate nothing-high passed
phase 2: completed
checkpoint 3 for ended, 195 B, 5 steps done
run completed, was executing
"""


def example(store: Path, *words: str) -> tuple[int, str, str]:
    done = run_program(sys.executable, str(ROOT / "docs/examples/two_phases.py"), str(store), *words, cwd=store.parent)
    return done.code, done.out, done.err


def asked(store: Path, *words: str) -> str:
    outcome = run_here("state", *words, "--location", str(store), cwd=store.parent)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


@pytest.mark.parametrize("name", ["state.sqlite", "state"])
def test_it_is_killed_and_goes_on(name: str, tmp_path: Path) -> None:
    store = tmp_path / name
    assert example(store, "--crash") == (-signal.SIGKILL, FIRST, "")
    shown = json.loads(asked(store, "show", "feature-7", "--format", "json"))
    assert (shown["run"]["status"], shown["executions"][-1]["status"]) == ("executing", "running")
    assert example(store) == (0, SECOND, "")
    lines = asked(store, "history", "feature-7").splitlines()
    assert "".join(f"{line[33:]}\n" for line in lines) == HISTORY
    timeline: dict[str, Any] = json.loads(asked(store, "timeline", "feature-7", "--format", "json"))
    assert timeline["status"] == "completed"
    tries = {
        step["step"]: [one["status"] for one in step["tries"]]
        for phase in timeline["phases"]
        for step in phase["steps"]
    }
    assert tries == {
        "outline": ["finished"],
        "estimate": ["finished"],
        "write": ["failed", "finished"],
        "check": ["finished"],
        "release": ["interrupted", "finished"],
    }
    assert example(store) == (0, "feature-7 is completed\n", "")
    assert asked(store, "history", "feature-7").splitlines() == lines


def test_it_is_killed_again_and_again(tmp_path: Path) -> None:
    store = tmp_path / "state.sqlite"
    assert example(store, "--crash")[0] == -signal.SIGKILL
    for _ in range(2):
        assert example(store, "--crash") == (-signal.SIGKILL, "".join(SECOND.splitlines(keepends=True)[:2]), "")
    assert example(store) == (0, SECOND, "")
    shown = json.loads(asked(store, "show", "feature-7", "--format", "json"))
    assert [one["status"] for one in shown["executions"]][-4:] == ["interrupted"] * 3 + ["finished"]


def test_it_is_stopped_as_services_are_and_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "state.sqlite"
    assert example(store, "--stop") == (128 + signal.SIGTERM, FIRST, "")
    end = [line[33:] for line in asked(store, "history", "feature-7").splitlines()[-2:]]
    assert end == ["phase 2, step release: interrupted", "checkpoint 3 for stopped, 132 B, 4 steps done"]
    assert example(store) == (0, SECOND, "")
