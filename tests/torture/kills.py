"""G1: `kill -9` at a random moment. What was acknowledged before it is there after it, and the next program goes on."""

import random
import time
from pathlib import Path
from shutil import rmtree

from torture.children import Child, started
from torture.programs.archive import Archiver
from torture.programs.log import Writer
from torture.programs.program import ENDLESS, Program
from torture.programs.store import Runs
from torture.tally import Row

# How many at once, and the longest until the kill, in seconds: some die while they open, some after dozens of turns.
PROGRAMS: tuple[tuple[Program, int, float], ...] = (
    (Writer("event writer"), 1, 0.006),
    (Writer("2 event writers, turning segments", segment_events=20), 2, 0.008),
    (Runs("state store, SQLite"), 1, 0.02),
    (Runs("2 state stores, JSON files", form="json"), 2, 0.02),
    (Archiver(), 1, 0.02),
)
# How many are killed after they have told something, the others as soon as they begin.
_WORKING = 0.7
# A folder lives through so many kills: what one left is what the next begins with.
_LIVES = 8


def kills(folder: Path, asked: int, seed: int = 0) -> list[Row]:
    """Kill each program its part of `asked` times."""
    parts = [asked // len(PROGRAMS) + (index < asked % len(PROGRAMS)) for index in range(len(PROGRAMS))]
    return [
        killed(program, folder / str(index), part, many, longest, seed)
        for index, ((program, many, longest), part) in enumerate(zip(PROGRAMS, parts, strict=True))
    ]


def killed(program: Program, folder: Path, asked: int, many: int, longest: float, seed: int) -> Row:
    """Kill a program `asked` times, a few times on each folder, and judge it each time."""
    row = Row("G1", f"kill -9: {program.name}", asked)
    chance = random.Random(f"{seed} {program.name}")
    while row.done < asked:
        place = folder / str(row.done)
        place.mkdir(parents=True)
        program.prepare(place)
        acked: list[str] = []
        bad: list[str] = []
        for _ in range(min(_LIVES, asked - row.done)):
            bad = _cycle(program, place, acked, many, longest, chance, row)
            row.done += 1
            if bad:
                break
        bad = bad or program.reopen(place, acked)
        row.count("acknowledged", len(acked))
        if bad:
            row.bad += [f"{program.name}, cycle {row.done}, {place}: {one}" for one in bad[:3]]
        else:
            rmtree(place)
    return row


def _cycle(
    program: Program, place: Path, acked: list[str], many: int, longest: float, chance: random.Random, row: Row
) -> list[str]:
    children = [started(lambda ack: program.work(place, ack, ENDLESS)) for _ in range(many)]
    wrong = []
    for child in children:
        if chance.random() < _WORKING:
            child.wait(20)
        time.sleep(chance.uniform(0, longest))
        child.kill()
        wrong += _ended(child)
        acked += child.acked
    row.count("killed", sum(child.killed for child in children))
    return wrong + program.judge(place, acked)


def _ended(child: Child) -> list[str]:
    child.end()
    if child.crash is not None:
        return [f"crashed: {child.crash}"]
    return [f"failed: {child.failure}"] if child.failure is not None else []
