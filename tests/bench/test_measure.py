"""How processes are run and what is made of their figures; nothing here depends on how long anything takes."""

from pathlib import Path

import pytest

from bench.measure import CommandFailed, Job, Run, interleave, middle, ratio, run


def shell(name: str, script: str, out: Path | None = None) -> Job:
    return Job(name, ("sh", "-c", script), out)


def test_the_middle_is_the_median_of_each_quantity_by_itself() -> None:
    runs = [Run(1, 30, 100), Run(3, 10, 300), Run(2, 20, 200)]
    assert middle(runs) == Run(2, 20, 200)
    assert middle([Run(1, 1, 1), Run(2, 4, 1)]) == Run(1.5, 2.5, 1)


def test_a_ratio_is_the_median_within_rounds_and_not_the_ratio_of_medians() -> None:
    # The machine slows down threefold after the first round: each round still says one half.
    assert ratio([1, 3, 3], [2, 6, 6]) == 0.5
    # One disturbed round does not move it.
    assert ratio([1, 100, 1], [2, 2, 2]) == 0.5


def test_a_ratio_counts_only_rounds_in_which_both_ran() -> None:
    assert ratio([1, 50, 50], [10]) == 0.1


def test_jobs_run_in_turn_after_one_warm_up_each(tmp_path: Path) -> None:
    log = tmp_path / "log"
    jobs = [shell(name, f"echo {name} >> {log}") for name in "ab"]
    checked: list[str] = []
    runs = interleave(jobs, 3, lambda job: checked.append(job.name))
    assert log.read_text().split() == ["a", "b", *"ababab"]
    assert checked == ["a", "b"]
    assert [len(runs[name]) for name in "ab"] == [3, 3]


def test_a_slow_job_runs_once_after_its_warm_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.measure.PATIENCE", 0.0)
    log = tmp_path / "log"
    assert len(interleave([shell("a", f"echo a >> {log}")], 3)["a"]) == 1
    assert log.read_text() == "a\na\n"


def test_a_job_of_great_patience_runs_as_often_as_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.measure.PATIENCE", 0.0)
    assert len(interleave([shell("a", "true")], 3, patience=60)["a"]) == 3


def test_a_very_slow_job_is_measured_as_it_warms_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.measure.PATIENCE", 0.0)
    monkeypatch.setattr("bench.measure.ONCE", 0.0)
    log = tmp_path / "log"
    assert len(interleave([shell("a", f"echo a >> {log}")], 3)["a"]) == 1
    assert log.read_text() == "a\n"


def test_what_comes_before_a_run_is_done_before_each(tmp_path: Path) -> None:
    log = tmp_path / "log"
    job = Job("a", ("sh", "-c", f"cat {log}"), before=lambda: log.write_text("ready\n") and None)
    assert all(run(job).wall > 0 and log.read_text() == "ready\n" and log.unlink() is None for _ in range(2))


def test_a_run_starts_without_the_output_of_the_run_before(tmp_path: Path) -> None:
    job = shell("a", f"mkdir {tmp_path}/out", tmp_path / "out")
    assert [run(job).wall > 0 for _ in range(2)] == [True, True]


def test_the_peak_is_that_of_the_command_and_not_of_the_benchmark() -> None:
    held = bytearray(100_000_000)
    assert 0 < run(shell("a", "true")).peak < len(held) / 1e6


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(CommandFailed, match=r"status 3\nout of paper"):
        run(shell("a", "echo out of paper >&2; exit 3"))
