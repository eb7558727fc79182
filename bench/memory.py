"""The memory of a command: of all its processes together, each page that they share counted once."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.measure import CommandFailed, Job, made_ready, surroundings

EVERY = 0.002
"""Seconds between two looks."""


def peak(job: Job) -> float:
    """The most MB (millions of bytes) that the job's processes held at once, as often as they were looked at."""
    made_ready(job)
    most = 0
    with subprocess.Popen(
        job.command,
        env=surroundings(job),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stderr
        while not _ended(process):
            most = max(most, sum(map(_held, _processes(process.pid))))
        if process.returncode:
            raise CommandFailed(f"{job.name} ended with status {process.returncode}\n{process.stderr.read()[-2000:]!r}")
    return most / 1e6


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True


def _processes(session: int) -> Iterator[str]:
    """The processes of a session, which is a command's own."""
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.getsid(int(name)) == session:
                yield name
        except OSError:
            continue


def _held(process: str) -> int:
    """The bytes of a process: its share of each page, or all of its pages where the system does not tell shares."""
    folder = Path("/proc", process)
    try:
        text = (folder / "smaps_rollup").read_text()
    except OSError:
        return _resident(folder)
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def _resident(folder: Path) -> int:
    try:
        return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
