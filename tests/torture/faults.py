"""G4: every system call, failing or the last. What was acknowledged is there, the store opens, and the failure has a name."""

import random
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

from torture.children import Ack, Child, started
from torture.programs.archive import Archiver
from torture.programs.keeping import Keeping, Migrating
from torture.programs.log import Writer
from torture.programs.program import Program
from torture.programs.store import Runs
from torture.tally import Row
from torture.tracing import calls, denied, failed

ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EINTR")
KILL = "SIGKILL"
# Calls on files and folders: what a disk can make fail. A kill can come at any call.
_OF_FILES = """
    openat open creat read pread64 readv preadv write pwrite64 fsync fdatasync sync_file_range ftruncate truncate fallocate
    fchmod chmod fchmodat mkdir mkdirat rename renameat renameat2 unlink unlinkat rmdir link linkat symlink symlinkat flock
    fcntl lseek fstat stat lstat newfstatat statx getdents64 access faccessat faccessat2 close fadvise64 statfs fstatfs
    utimensat readlink readlinkat
"""
# How a child waits, tells and ends: none of the program's own.
_OF_THE_HARNESS = frozenset(("writev", "select", "pselect6", "restart_syscall", "exit_group"))
_WORKERS = 2

Case = tuple[int, str, int, str]
PROGRAMS: tuple[tuple[Program, int], ...] = (
    (Writer("append"), 3),
    (Writer("rotate", segment_events=4, begun=2), 3),
    (Runs("state store, SQLite"), 1),
    (Runs("state store, JSON files", form="json"), 1),
    (Runs("checkpoint", act="checkpoint"), 1),
    (Archiver(), 2),
    (Keeping("snapshot", deed="snapshot"), 1),
    (Keeping("retention", deed="retention"), 1),
    (Keeping("restore", deed="restore"), 1),
    (Keeping("vacuum", deed="vacuum"), 1),
    (Migrating("migrate"), 1),
)


def faults(folder: Path, asked: int, seed: int = 0) -> list[Row]:
    """Try `asked` cases of all that there are, by chance, the same number of each program's as far as there are so many."""
    rows = [Row("G4", f"a system call fails or kills: {program.name}", 0) for program, _ in PROGRAMS]
    cases: list[list[Case]] = [[] for _ in PROGRAMS]
    why = denied(folder)
    for index, (program, turns) in enumerate(PROGRAMS):
        rows[index].asked = asked // len(PROGRAMS) + (index < asked % len(PROGRAMS))
        if why is not None:
            rows[index].skip(why, rows[index].asked)
            continue
        template = folder / f"template-{index}"
        template.mkdir()
        program.prepare(template)
        cases[index] = _cases(index, program, template, turns)
        rows[index].count("possible", len(cases[index]))
        random.Random(f"{seed} {program.name}").shuffle(cases[index])
    chosen = [one for index, row in enumerate(rows) for one in _chosen(cases[index], row)]
    if chosen:
        workers = [
            started(lambda ack, part=chosen[first::_WORKERS]: _work(folder, part, ack)) for first in range(_WORKERS)
        ]
        for worker in workers:
            worker.end(3600)
            assert worker.status == 0, worker.crash or worker.failure
            for line in worker.acked:
                index, _, text = line.partition(" ")
                rows[int(index)].add(Row.read(text))
    return rows


def _chosen(cases: list[Case], row: Row) -> list[Case]:
    row.asked = min(row.asked, len(cases)) if cases else row.asked
    return cases[: row.asked]


def _cases(index: int, program: Program, template: Path, turns: int) -> list[Case]:
    # Once in this process, so that no child imports anything: its calls for that are none of the program's.
    place = template.with_name(f"{template.name}-here")
    copytree(template, place)
    program.work(place, lambda told: None, turns)
    place = template.with_name(f"{template.name}-plain")
    copytree(template, place)
    child, counted = calls(lambda ack: program.work(place, ack, turns), place.with_suffix(".trace"))
    assert child.status == 0, (program.name, child.failure, child.crash)
    assert not program.judge(place, child.acked)
    return [
        (index, call, number, fault)
        for call, count in sorted(counted.items())
        if call not in _OF_THE_HARNESS
        for number in range(1, count + 1)
        for fault in ((*ERRORS, KILL) if call in _OF_FILES.split() else (KILL,))
    ]


def _work(folder: Path, cases: list[Case], ack: Ack) -> None:
    for case in cases:
        ack(f"{case[0]} {_tried(folder, case).text}")


def _tried(folder: Path, case: Case) -> Row:
    index, call, number, fault = case
    program, turns = PROGRAMS[index]
    row = Row("G4", "", 1)
    place = folder / f"{index}-{call}-{number}-{fault}"
    copytree(folder / f"template-{index}", place)
    child, reached = failed(
        lambda ack: program.work(place, ack, turns), place.with_suffix(".trace"), call, number, fault
    )
    bad = [*_outcome(child, fault, reached), *program.judge(place, child.acked)]
    bad = bad or program.reopen(place, child.acked)
    if reached or bad:
        row.done = 1
        row.count(f"told {_ended(child)}")
    else:
        row.skip("the call was not made this time")
    row.bad = [f"{program.name}, {fault} at {call} {number}, {place}: {one}" for one in bad[:2]]
    if not bad:
        rmtree(place)
        place.with_suffix(".trace").unlink()
    return row


def _outcome(child: Child, fault: str, reached: bool) -> Iterator[str]:
    if child.crash is not None:
        yield f"no failure by name: {child.crash}"
    elif child.failure is not None and not reached:
        yield f"failed though nothing was made to: {child.failure}"
    elif child.killed and fault != KILL:
        yield "was killed"


def _ended(child: Child) -> str:
    return "killed" if child.killed else "by name" if child.failure is not None else "gone on"
