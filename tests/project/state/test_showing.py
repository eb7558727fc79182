"""What a store holds, gathered for who looks at it."""

import json

import pytest
from example_state import FOLDER

from lamina.project.state.opening import place_at
from lamina.project.state.showing import exported_run, records_of_run, run_lines, statistics_of
from lamina.thought.runs.exporting import records_of
from lamina.thought.runs.failures import NotFound
from lamina.words.runs import KINDS

PLACE = place_at(FOLDER)


def test_runs_and_what_is_counted_of_them() -> None:
    lines = run_lines(PLACE)
    assert [(one.run.id, one.phases, one.done, one.open_findings, one.pending) for one in lines] == [
        ("release-31", 1, 0, 1, 1),
        ("feature-118", 2, 2, 0, 0),
    ]
    assert [one.run.id for one in run_lines(PLACE, ["completed", "failed"])] == ["feature-118"]
    assert run_lines(PLACE, ["aborted"]) == []


def test_all_records_of_a_run() -> None:
    records = records_of_run(PLACE, "feature-118")
    assert {type(one) for one in records} == set(KINDS.values())
    assert records_of(json.loads(exported_run(PLACE, "feature-118", None, "json"))) == records
    assert exported_run(PLACE, "feature-118", 2, "markdown").startswith("# Phase 2 of run <code>feature-118</code>")


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_what_is_not_there(form: str) -> None:
    with pytest.raises(NotFound, match=r"no run feature-1\n"):
        exported_run(PLACE, "feature-1", None, form)
    with pytest.raises(NotFound, match=r"no phase feature-118\.3"):
        exported_run(PLACE, "feature-118", 3, form)


def test_numbers_with_what_the_gates_said() -> None:
    found = statistics_of(PLACE)
    assert (found.gates.passed, found.gates.failed, found.step_retries) == (1, 0, 2)
