"""Measuring whole processes, turn by turn, so that a machine that slows down slows all of them alike."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeAlias

PATIENCE = 5.0
"""Seconds after which one measured run must do; a ratio of twenty needs no median."""
ONCE = 25.0
"""Seconds after which the run that warms up is the measured one."""

_LAUNCH = (sys.executable, "-S", "-E", str(Path(__file__).with_name("launch.py")))


class CommandFailed(Exception):
    """A measured command ended with a status other than zero, so that its time says nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a whole process took: wall seconds, processor seconds, and its peak in MB (millions of bytes)."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Job:
    """A command to measure; `out` is the folder that it makes, absent before every run, and `before` is done first, untimed."""

    name: str
    command: Sequence[str]
    out: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    before: Callable[[], None] | None = field(default=None, compare=False)


Runs: TypeAlias = Mapping[str, Sequence[Run]]


def run(job: Job) -> Run:
    """Runs the job once."""
    made_ready(job)
    done = subprocess.run([*_LAUNCH, *job.command], env=surroundings(job), capture_output=True, text=True, check=True)
    status, wall, cpu, peak = done.stdout.split()
    if int(status):
        raise CommandFailed(f"{job.name} ended with status {status}\n{done.stderr[-2000:]}")
    return Run(float(wall), float(cpu), int(peak) * 1024 / 1e6)


def made_ready(job: Job) -> None:
    """Does what comes before a run."""
    if job.out:
        shutil.rmtree(job.out, ignore_errors=True)
    if job.before:
        job.before()


def surroundings(job: Job) -> dict[str, str]:
    """The variables of a job; bytecode is cached as it is for a user, whatever the caller's settings."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environment | dict(job.variables)


def interleave(
    jobs: Iterable[Job], rounds: int, check: Callable[[Job], None] = lambda job: None, patience: float | None = None
) -> Runs:
    """Warms every job up, checks what it made, then runs all of them in turn, round by round.

    What takes longer than `patience`, or PATIENCE, is run in the first round only.
    """
    jobs, patience = tuple(jobs), PATIENCE if patience is None else patience
    warm = {}
    for job in jobs:
        print(f"bench: {job.name}", file=sys.stderr)
        warm[job.name] = run(job)
        check(job)
    runs: dict[str, list[Run]] = {name: [one] if one.wall > ONCE else [] for name, one in warm.items()}
    for turn in range(rounds):
        for job in jobs:
            if not runs[job.name] or (turn and warm[job.name].wall < patience):
                runs[job.name].append(run(job))
    return runs


def middle(runs: Sequence[Run]) -> Run:
    """The median of each quantity by itself."""
    return Run(median(run.wall for run in runs), median(run.cpu for run in runs), median(run.peak for run in runs))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs of the same round; rounds that one of the two sat out do not count."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=False))


def walls(runs: Sequence[Run]) -> list[float]:
    """The wall seconds of every run."""
    return [run.wall for run in runs]
