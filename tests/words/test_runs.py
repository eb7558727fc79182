"""The tables of what may follow what: every pair."""

from itertools import product

from lamina.words.runs import EXECUTION_STEPS, INTERVENTION_STEPS, KINDS, PHASE_STEPS, RUN_STEPS, PhaseStatus, RunStatus

RUNS = """
planning executing, planning aborted, planning failed, executing paused, executing completed, executing failed,
executing aborted, paused executing, paused completed, paused aborted, paused failed
"""
PHASES = """
pending in_progress, pending skipped, in_progress completed, in_progress failed, failed in_progress, failed skipped
"""


def pairs(text: str) -> set[tuple[str, ...]]:
    return {tuple(pair.split()) for pair in text.replace("\n", " ").split(",")}


def test_the_36_pairs_of_runs() -> None:
    assert {(a, b) for a, b in product(RunStatus, RunStatus) if b in RUN_STEPS[a]} == pairs(RUNS)


def test_the_25_pairs_of_phases() -> None:
    assert {(a, b) for a, b in product(PhaseStatus, PhaseStatus) if b in PHASE_STEPS[a]} == pairs(PHASES)


def test_every_status_has_its_row() -> None:
    for table in (RUN_STEPS, PHASE_STEPS, EXECUTION_STEPS, INTERVENTION_STEPS):
        assert set(table) == set(type(next(iter(table))))


def test_every_record_says_its_run_and_version() -> None:
    for kind, record in KINDS.items():
        names = record.__dataclass_fields__
        assert "id" in names
        assert "version" in names
        assert "run" in names or kind == "run"
