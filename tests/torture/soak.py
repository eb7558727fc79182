"""G15: a program that follows live configurations for long. What is sound comes to be in force, what is wrong never does, and
neither memory, nor objects, nor threads, nor open files grow."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import IO, Any

from running import surroundings

from torture.grounds import Bare, Ground, Mounted, Rendered, WorkTree
from torture.tally import Row

TESTS = Path(__file__).parents[1]

# Of all rounds, how many spoil something, and how many handle it roughly; the others change one number.
_SPOILING, _HANDLING = 0.3, 0.2
# Every so many rounds the program is measured, and so often at least.
MEASURED = 5
LEAST = 8
# How many seconds something may take to come, on any machine.
PATIENCE = 60.0
# By how much the least of the last quarter may exceed the least of the second: a part, and so much at any rate.
MOST: dict[str, tuple[float, int]] = {
    "kilobytes": (0.05, 4096),
    "objects": (0.02, 2000),
    "descriptors": (0, 4),  # git's packs are open for as long as they are read
    "threads": (0, 0),
}


def soak(folder: Path, asked: int, seed: int = 0, how: str = "sound") -> list[Row]:
    """Soak the program for `asked` seconds."""
    row = Row("G15", "seconds of live configuration: changed, spoilt, handled roughly", asked)
    chance = Random(seed)
    grounds: list[Ground] = [
        WorkTree(folder / "work"),
        Bare(folder / "bare.git"),
        Rendered(folder / "rendered"),
        Mounted(folder / "mounted"),
    ]
    numbers, figures = [1] * len(grounds), list[dict[str, int]]()
    with _followed(how, grounds) as follower:
        _expect(follower, row, numbers, True, [])  # it has begun
        began = time.monotonic()
        while not row.bad and (time.monotonic() - began < asked or len(figures) < LEAST):
            _round(grounds, numbers, chance, follower, row)
            if row.facts["rounds"] % MEASURED == 0:
                figures.append(follower.ask(figures=True))
    row.done = asked
    row.bad = row.bad or grown(figures)
    tell(row, figures)
    return [row]


def grown(figures: list[dict[str, int]], most: Mapping[str, tuple[float, int]] = MOST) -> list[str]:
    """What grew: the least of each figure in the last quarter against that in the second, by when all is warm."""
    quarter = len(figures) // 4
    warm, last = figures[quarter : 2 * quarter], figures[-quarter:]
    bad = []
    for name, (part, least) in most.items():
        before, after = (min(one.get(name, 0) for one in some) for some in (warm, last))
        if after > before + max(part * before, least):
            bad.append(f"{name} grew from {before:,} to {after:,}")
    return bad


class Follower:
    """The program, and what it is asked."""

    def __init__(self, asking: IO[str], answering: IO[str]) -> None:
        self._asking, self._answering = asking, answering

    def ask(self, **what: object) -> Any:
        """What it answers; raises ValueError where it is no more."""
        print(json.dumps(what), file=self._asking, flush=True)
        return json.loads(self._answering.readline())


@contextmanager
def _followed(how: str, grounds: list[Ground]) -> Iterator[Follower]:
    words = [sys.executable, "-m", "torture.programs.follower", how, *(str(ground.path) for ground in grounds)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS, env=surroundings()
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Follower(process.stdin, process.stdout)
        except BaseException:
            process.kill()
            raise


def _round(grounds: list[Ground], numbers: list[int], chance: Random, follower: Follower, row: Row) -> None:
    kind = chance.random()
    row.count("rounds")
    if kind < _SPOILING:
        _expect(follower, row, numbers, False, [ground.spoil(chance) for ground in grounds])
        row.count("spoilt", len(grounds))
    elif kind < _SPOILING + _HANDLING:
        for ground in grounds:
            ground.handle(chance)
        row.count("handled", len(grounds))
    numbers[:] = [ground.sound(row.facts["rounds"] + 1) for ground in grounds]
    _expect(follower, row, numbers, True, [])
    row.count("changed", len(grounds))


def _expect(follower: Follower, row: Row, numbers: list[int], sound: bool, wrong: list[str]) -> None:
    answer = follower.ask(numbers=numbers, sound=sound)
    row.bad += [f"round {row.facts.get('rounds', 0)}, {wrong}: {one}" for one in (*answer["late"], *answer["bad"])]


def tell(row: Row, figures: list[dict[str, int]]) -> None:
    """The figures when all was warm and in the end, and what was done in all."""
    warm, last = (figures[len(figures) // 4], figures[-1]) if figures else ({}, {})
    for name in sorted(last.keys() & MOST.keys()):
        row.count(f"{name} when warm", warm[name])
        row.count(f"{name} in the end", last[name])
    for name in sorted(last.keys() & {"outcomes", "reads"}):
        row.count(name, last[name])
